"""Any text without the private data that can be told from it alone."""

import re
from collections.abc import Callable, Sequence

from strangler_proxy.compare.redaction.beside import without_named
from strangler_proxy.compare.redaction.mark import MARK, Marker
from strangler_proxy.compare.redaction.shapes import SHAPES

ROUNDS = 8
"""Times that a text is looked through, as what one mark parts may show another; one is enough nearly always."""
_DIGIT = re.compile("[0-9]")
_QUIET = re.compile(r"[\w.,/-]{0,10}|[\w .,/-]{0,9}")
"""Texts that are too short for a shape, and have nothing that stands between a name and a value."""
_LONG_RUN = re.compile(r"""[^\s"'<>&;,(){}\[\]=:@|/?\#\\]{501,}+""")
"""What no configured pattern is searched in, since many a sensible one, such as that of a mail address, takes the
square of such a run's length: minutes for a page that is one long run. It is no text, so it becomes a mark whole."""


class Texts:
    """Takes private data out of texts: what has a telling shape, what stands beside a telling name, what was set."""

    __slots__ = ("_marker", "_patterns")

    def __init__(self, marker: Marker, patterns: Sequence[re.Pattern[str]]) -> None:
        self._marker = marker
        self._patterns = patterns

    def clean(self, text: str) -> str:
        """The text with marks. Doing it again changes nothing."""
        if not self._patterns and _QUIET.fullmatch(text):
            return text
        return stable(text, self._once, self._marker.mark)

    def _once(self, text: str) -> str:
        if MARK.fullmatch(text):
            return text
        if self._patterns:
            text = _between_marks(text, lambda piece: _LONG_RUN.sub(self._whole, piece))
        for pattern in self._patterns:
            text = _between_marks(text, lambda piece, pattern=pattern: pattern.sub(self._whole, piece))  # type: ignore[misc]
        has_digit = _DIGIT.search(text) is not None
        for shape in SHAPES:
            if (has_digit or not shape.has_digit) and (not shape.hint or any(hint in text for hint in shape.hint)):
                text = _between_marks(text, lambda piece, shape=shape: shape.without(piece, self._marker.mark))  # type: ignore[misc]
        return without_named(text, self._marker.mark)

    def _whole(self, found: re.Match[str]) -> str:
        return self._marker.mark(found[0])


def stable(value: str, clean: Callable[[str], str], mark: Callable[[str], str]) -> str:
    """The value cleaned until that changes nothing; a value that is never done becomes a mark."""
    for _ in range(ROUNDS):
        cleaned = clean(value)
        if cleaned == value:
            return value
        value = cleaned
    return mark(value)


def _between_marks(text: str, clean: Callable[[str], str]) -> str:
    """The text with what is between marks cleaned."""
    if "redacted-" not in text:
        return clean(text)
    pieces, at = [], 0
    for found in MARK.finditer(text):
        pieces += [clean(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*pieces, clean(text[at:])])
