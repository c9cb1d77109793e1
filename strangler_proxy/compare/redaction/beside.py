"""Private data that a name beside it gives away, in text that is not taken apart: pairs, HTML fields, XML, form parts.

Every pattern is possessive or bounded where it repeats: no text takes more than its length to look through.
"""

import re

from strangler_proxy.compare.redaction.labelled import without_labelled, without_labelled_markup, without_paired
from strangler_proxy.compare.redaction.names import STEMS, is_telling
from strangler_proxy.compare.redaction.written import OPENING, Mark, marked, without_values

_PARTED = (
    r"api[-_. ]?key", r"access[-_. ]?key", r"private[-_. ]?key", r"signing[-_. ]?key", r"encryption[-_. ]?key",
    r"card[-_. ]?n(?:umber|o)", r"credit[-_. ]?card", r"security[-_. ]?code", r"account[-_. ]?number",
    r"tax[-_. ]?id", r"pass[-_. ]?word", r"pass[-_. ]?code", r"sess[-_. ]?id",
)  # fmt: skip
_ALONE = ("pwd", "pin", "otp", "ssn", "cvv2?", "cvc2?", "sid", "jwt", "pan", "sig")
_NAMES = "|".join((*STEMS, *_PARTED, *(rf"{one[0]}(?<![a-z0-9]{one[0]}){one[1:]}(?![a-z0-9])" for one in _ALONE)))
"""Each begins with a letter, and the search is in lower case: so the search skips to the next of those letters."""
_PAIR = re.compile(
    rf"""(?:{_NAMES})[\w.-]{{0,40}}+(?:\\*+["']|&quot;|&\#39;|\])?+\s{{0,5}}+(?:=>|:=|[:=]|%3d|%3a)\s{{0,5}}+"""
    + OPENING
)
_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}

_FIELD = re.compile(r"""<(?:input|meta|button|option|param)\b(?:[^<>"']++|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+""", re.I)
_NAMING = ("name", "id", "property", "autocomplete")
_VALUED = frozenset({"value", "content", "placeholder"})
_ATTRIBUTE = re.compile(
    r"""(?P<name>[\w:.-]++)\s*+=\s*+(?:"(?P<double>[^"]*+)|'(?P<single>[^']*+)|(?P<bare>[^\s"'>]++))"""
)
_CELL = re.compile(
    r">(?P<label>[^<>]{1,60}+)</(?:td|th|dt)\s*+>\s*+<(?:td|dd)\b[^<>]*+>\s*+(?:<[^<>/]*+>\s*+){0,2}+(?P<value>[^<]++)",
    re.I,
)
_ELEMENT = re.compile(r"<(?P<name>[A-Za-z_][\w:.-]*+)(?:\s[^<>]*+)?(?<!/)>")
_TEXT_BETWEEN = re.compile(r"(?<=>)[^<>]++|(?<=<!\[CDATA\[)[^\]]++")
_PART = re.compile(
    r"""Content-Disposition:(?:[^\r\n;]{0,200}+;[ \t]{0,9}+){1,3}?"""
    r"""name=(?:"(?P<name>[^"\r\n]{0,500}+)"|(?P<plain>[^;\s]{1,500}+))[^\r\n]{0,500}+\r?\n"""
    r"""(?:[^\r\n]{1,500}+\r?\n){0,9}+\r?\n(?P<value>.*?)(?=\r?\n--|\Z)""",
    re.IGNORECASE | re.DOTALL,
)


def without_named(text: str, mark: Mark) -> str:
    """The text with a mark for each value that a telling name stands beside. Values that are marks stay."""
    if "<" in text:
        text = _FIELD.sub(lambda found: _field(found[0], mark), text)
        text = _CELL.sub(lambda found: _cell(found, mark), text)
        text = without_labelled_markup(_elements(text, mark), _lowered(text), mark)
    if "isposition:" in text or "ISPOSITION:" in text:
        text = _PART.sub(lambda found: _part(found, mark), text)
    if "[" in text:
        text = without_paired(text, mark)
    if ":" not in text and "=" not in text and "%3" not in text:
        return text
    text = without_labelled(text, _lowered(text), mark)
    return without_values(text, _lowered(text), _PAIR, mark, _always)


def _always(found: re.Match[str]) -> bool:
    return True


def _lowered(text: str) -> str:
    """The text in lower case, as long as it is."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text.translate(_ASCII_LOWER)  # a letter that is two in lower case


def _field(tag: str, mark: Mark) -> str:
    """An HTML field whose name is telling, or that is for a password, without its value."""
    attributes = {found["name"].lower(): found for found in _ATTRIBUTE.finditer(tag)}
    held = [_value(attributes.get(name)) for name in _NAMING]
    if _value(attributes.get("type")).lower() != "password" and not any(map(is_telling, held)):
        return tag
    pieces, at = [], 0
    for found in _ATTRIBUTE.finditer(tag):
        if found["name"].lower() in _VALUED and (value := _value(found)):
            start = next(found.start(group) for group in ("double", "single", "bare") if found[group] is not None)
            pieces += [tag[at:start], marked(value, mark)]
            at = start + len(value)
    return "".join([*pieces, tag[at:]])


def _value(found: re.Match[str] | None) -> str:
    return "" if found is None else found["double"] or found["single"] or found["bare"] or ""


def _cell(found: re.Match[str], mark: Mark) -> str:
    if not is_telling(found["label"]):
        return found[0]
    start = found.start("value") - found.start()
    return found[0][:start] + marked(found["value"], mark)


def _elements(text: str, mark: Mark) -> str:
    """What is within elements of a telling name, as XML has them; the elements in it stay."""
    pieces, at = [], 0
    while (found := _ELEMENT.search(text, at)) is not None:
        name = found["name"]
        pieces.append(text[at : found.end()])
        at = found.end()
        if is_telling(name.rpartition(":")[2]):
            closing = text.find(f"</{name}", at)
            end = len(text) if closing < 0 else closing
            inner = _TEXT_BETWEEN.sub(lambda one: marked(one[0], mark), f">{text[at:end]}")
            pieces.append(inner[1:])
            at = end
    return "".join([*pieces, text[at:]])


def _part(found: re.Match[str], mark: Mark) -> str:
    name = found["name"] if found["name"] is not None else found["plain"]
    if not is_telling(name or ""):
        return found[0]
    start = found.start("value") - found.start()
    return found[0][:start] + marked(found["value"], mark)
