"""Values as they are written in a text: where one ends, and the mark in its place."""

import re
from collections.abc import Callable

from strangler_proxy.compare.redaction.mark import MARK

Mark = Callable[[str], str]

OPENING = r"""(?:(?P<open>\\*+(?P<quote>["'])|(?P<entity>&quot;|&\#39;))|(?P<bracket>[\[{]))?+"""
"""What may stand before a value; `end_of_value` reads its groups."""

_LITERALS = frozenset({"true", "false", "null", "none", "undefined", "nan"})
_BARE = re.compile(r"""(?:(?:bearer|basic|token|digest|negotiate)[ +]++)?+[^\s&;,<>"'()\[\]{}]++""", re.IGNORECASE)
_UNTIL = {
    '"': re.compile(r'(?:[^"\\]|\\[^"]|\\"(?=[^\n]))*+'),
    "'": re.compile(r"(?:[^'\\]|\\[^']|\\'(?=[^\n]))*+"),
}
_NOT_QUOTE = re.compile(r"""[^"'\\]*+""")
_NOT_ENTITY = re.compile(r"[^&<>]*+")
_NOT_CLOSED = re.compile(r"[^\[\]{}]*+")


def without_values(
    text: str, lowered: str, pattern: re.Pattern[str], mark: Mark, holds: Callable[[re.Match[str]], bool]
) -> str:
    """The text with a mark for each value behind what the pattern finds and `holds` says yes to.

    The pattern ends with `OPENING`, and is searched in `lowered`, which is as long as the text.
    """
    pieces: list[str] = []
    at = 0
    while (found := pattern.search(lowered, at)) is not None:
        start = found.end()
        end = end_of_value(text, found) if holds(found) else start
        value = text[start:end]
        pieces.append(text[at:start])
        kept = not found["open"] and value.lower() in _LITERALS
        pieces.append(value if kept or not value.strip() else marked(value, mark))
        at = max(end, start)
    return "".join([*pieces, text[at:]]) if pieces else text


def end_of_value(text: str, found: re.Match[str]) -> int:
    """Where the value ends whose `OPENING` was found; what is in one pair of brackets is one value."""
    start = found.end()
    if found["bracket"]:
        pattern = _NOT_CLOSED
    elif found["entity"]:
        pattern = _NOT_ENTITY
    elif found["open"] and len(found["open"]) > 1:  # a quote within a quoted text
        pattern = _NOT_QUOTE
    elif found["quote"]:
        pattern = _UNTIL[found["quote"]]
    else:
        pattern = _BARE
    end = pattern.match(text, start)
    return start if end is None else end.end()


def marked(value: str, mark: Mark) -> str:
    """The mark, white space at both ends left where it is."""
    inner = value.strip()
    if not inner or MARK.fullmatch(inner):
        return value
    start = value.index(inner)
    return f"{value[:start]}{mark(inner)}{value[start + len(inner) :]}"


def marked_in(found: re.Match[str], group: str, mark: Mark) -> str:
    """All that was found, one group of it marked."""
    start, end = found.start(group) - found.start(), found.end(group) - found.start()
    return f"{found[0][:start]}{marked(found[group], mark)}{found[0][end:]}"
