"""Values whose names are held beside them as values too, written in any text: `{"name": "password", "value": …}`,
`["password", …]`.

JSON that can be read is cleaned by `json_text`. Here are the same pairs in JSON that is broken, cut or within another
text, and in markup: attributes of one element, the text in an element that has a name, elements side by side.
Patterns are possessive or bounded where they repeat.
"""

import re

from strangler_proxy.compare.redaction.names import LABELS, is_first_of_pair, is_telling, telling
from strangler_proxy.compare.redaction.written import OPENING, Mark, end_of_value, marked, marked_in, without_values

_LABELS = "|".join(sorted(LABELS, key=lambda one: (-len(one), one)))
"""Longer ones first, as a pattern takes the first that fits."""
_VALUES = "values|value|val|contents|content|data"
"""Fewer than in JSON that can be read: `old` and `new` are words of any text."""
_QUOTE = r"""(?:\\*+["']|&quot;|&\#39;)"""
_IS = rf"{_QUOTE}?+\s{{0,5}}+(?:=>|[:=])\s{{0,5}}+"
_LABEL = rf"""(?:{_LABELS}){_IS}{_QUOTE}(?P<label>[^"'<>&\\]{{1,100}}+){_QUOTE}"""
_SIMPLE = rf"""(?:{_QUOTE}[^"'<>&\\]{{0,200}}+{_QUOTE}|[\w.+-]{{1,40}}+)"""
_OTHERS = rf"\s{{0,9}}+,?+\s{{0,9}}+(?:{_QUOTE}?+[\w-]{{1,40}}+{_IS}{_SIMPLE}\s{{0,9}}+,?+\s{{0,9}}+){{0,3}}?{_QUOTE}?+"
_LABEL_FIRST = re.compile(rf"{_LABEL}{_OTHERS}(?P<member>{_VALUES}){_IS}{OPENING}")
_LITERALS = frozenset({"true", "false", "null", "none"})
_VALUE_FIRST = re.compile(
    rf"""(?P<member>{_VALUES}){_IS}(?:{_QUOTE}(?P<quoted>[^"'<>&\\]{{1,4000}}+){_QUOTE}|(?P<bare>[\w.+-]{{1,60}}+)"""
    rf"""|[\[{{](?P<inner>[^\[\]{{}}]{{1,4000}}+)[\]}}]){_OTHERS}{_LABEL}"""
)
_FIRST_OF_PAIR = re.compile(
    rf"""\[\s{{0,9}}+{_QUOTE}(?P<label>[^"'<>&\\]{{1,60}}+){_QUOTE}\s{{0,5}}+,\s{{0,5}}+(?=["'\\&]){OPENING}"""
)
_ENDS_PAIR = re.compile(rf"(?:{_QUOTE}\s{{0,9}}+(?:\]|\Z)|\\?\Z)")
_HAS_VALUE = ("val", "content", "data")

_NAME_OF = re.compile(rf"""\s(?P<name>{_LABELS}|id)\s*+=\s*+(?:"([^"]*+)|'([^']*+)|([^\s"'<>]++))""", re.IGNORECASE)
_TAG = re.compile(r"""<(?P<tag>[A-Za-z_][\w:.-]*+)(?P<attributes>(?:[^<>"']++|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+)>?""")
_VALUE_OF = re.compile(
    r"""(?<=\s)(?:value|val|content|data)\s*+=\s*+(?:"(?P<double>[^"]*+)|'(?P<single>[^']*+)|(?P<bare>[^\s"'<>]++))""",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"\s*+(?:<(?:value|val|content|data|string)\s*+>\s*+)?+(?:<!\[CDATA\[(?P<raw>[^\]]++)|(?P<value>[^<]++))",
    re.IGNORECASE,
)
_NOT_HOLDING = frozenset(
    {"a", "button", "dl", "fieldset", "form", "iframe", "img", "input", "map", "meta", "object", "option", "slot",
     "table", "ul"}
)  # fmt: skip
"""Elements of HTML whose name is no name of the text that follows."""
_HOLDING_BY_ID = frozenset({"textarea", "output", "select"})
"""Elements whose id names what they hold; that of others names a part of the page."""
_NEXT = re.compile(
    rf"<(?P<tag>(?:[\w.-]++:)?+(?:{_LABELS}))(?:\s[^<>]*+)?>(?P<label>[^<>]{{1,100}}+)</(?P=tag)\s*+>\s*+"
    rf"<(?:[\w.-]++:)?+(?:{_VALUES}|string|integer|real)(?:\s[^<>]*+)?(?<!/)>\s*+(?:<[^<>/!]*+>\s*+){{0,2}}+"
    r"(?:<!\[CDATA\[(?P<raw>[^\]]++)|(?P<value>[^<]++))",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"<(?P<first>(?:[\w.-]++:)?+(?:{_VALUES}))(?:\s[^<>]*+)?(?<!/)>\s*+(?:<!\[CDATA\[(?P<raw>[^\]]++)\]\]>\s*+|(?P<value>[^<]++))"
    rf"</(?P=first)\s*+>\s*+<(?P<tag>(?:[\w.-]++:)?+(?:{_LABELS}))(?:\s[^<>]*+)?>(?P<label>[^<>]{{1,100}}+)</",
    re.IGNORECASE,
)
_SELECT_END = re.compile(r"</select|</form|<select\b|<input\b|<textarea\b", re.IGNORECASE)
_CHOICE = re.compile(
    r"""(?<=>)[^<>]++|\s(?:value|label)\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'<>]++))""",
    re.IGNORECASE,
)


def without_labelled(text: str, lowered: str, mark: Mark) -> str:
    """The text with marks for values that a name in a pair gives away; `lowered` is as long as the text."""
    if not any(word in lowered for word in _HAS_VALUE):
        return text

    def is_pair(found: re.Match[str]) -> bool:
        return _is_hidden(text, found, is_text=bool(found["open"] or found["entity"]))

    pieces, at = [], 0
    for found in _VALUE_FIRST.finditer(lowered):
        group = next(one for one in ("quoted", "bare", "inner") if found[one] is not None)
        if _is_hidden(text, found, is_text=group == "quoted") and not (group == "bare" and found[group] in _LITERALS):
            start, end = found.span(group)
            pieces += [text[at:start], marked(text[start:end], mark)]
            at = end
    if pieces:
        return "".join([*pieces, text[at:]])  # the rest is seen to in the next round
    return without_values(text, lowered, _LABEL_FIRST, mark, is_pair)


def without_paired(text: str, mark: Mark) -> str:
    """The text with marks for the second of two texts in brackets of which the first tells."""

    def is_pair(found: re.Match[str]) -> bool:
        return is_first_of_pair(found["label"]) and _ENDS_PAIR.match(text, end_of_value(text, found)) is not None

    return without_values(text, text, _FIRST_OF_PAIR, mark, is_pair)


def _is_hidden(text: str, found: re.Match[str], *, is_text: bool) -> bool:
    """Whether the label, in the case it has in the text, gives away what the member beside it holds."""
    label = text[found.start("label") : found.end("label")]
    return telling(label).hides(found["member"], is_text=is_text)


def without_labelled_markup(text: str, lowered: str, mark: Mark) -> str:
    """The markup with marks for what elements hold whose name, or whose neighbour, tells."""
    if any(f"{label}>" in lowered for label in LABELS):
        text = _NEXT.sub(lambda found: _beside(found, mark), text)
        text = _BEFORE.sub(lambda found: _beside(found, mark), text)
    pieces, at = [], 0
    for found in _NAME_OF.finditer(text):
        if found.start() < at or not is_telling(found[2] or found[3] or found[4] or ""):
            continue
        tag = _TAG.match(text, max(text.rfind("<", at, found.start()), at))
        if tag is None or tag.end() < found.end():
            continue
        held, end = _held(text, tag, mark, by_id=found["name"].lower() == "id")
        pieces += [text[at : tag.start()], _VALUE_OF.sub(lambda one: _in_quotes(one, mark), tag[0]), held]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text


def _held(text: str, tag: re.Match[str], mark: Mark, *, by_id: bool) -> tuple[str, int]:
    """What the element behind the tag holds, with marks, and where that ends; nothing, where the name is not for it."""
    at, name = tag.end(), tag["tag"].lower()
    if name in _NOT_HOLDING or (by_id and name not in _HOLDING_BY_ID) or tag[0][-1] != ">" or tag[0][-2:] == "/>":
        return "", at
    if name == "select":
        closing = _SELECT_END.search(text, at)
        end = len(text) if closing is None else closing.start()
        return _CHOICE.sub(lambda one: _in_quotes(one, mark), f">{text[at:end]}")[1:], end
    found = _HELD.match(text, at)
    return ("", at) if found is None else (_beside(found, mark), found.end())


def _beside(found: re.Match[str], mark: Mark) -> str:
    if "label" in found.re.groupindex and not is_telling(found["label"]):
        return found[0]
    return marked_in(found, "value" if found["value"] is not None else "raw", mark)


def _in_quotes(found: re.Match[str], mark: Mark) -> str:
    """An attribute's value marked, or all of a text."""
    group = next((one for one in ("double", "single", "bare") if found[one] is not None), None)
    return marked(found[0], mark) if group is None else marked_in(found, group, mark)
