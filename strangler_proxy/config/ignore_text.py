"""An entry of `ignore`, taken apart."""

import re
from dataclasses import dataclass

from strangler_proxy.config import patterns

_ENTRY = re.compile(
    rf"(?P<path>{patterns.DIFFERENCE_PATH})"
    r"(?: until (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}))?(?: ~(?P<guard>.+))?"
)
"""`patterns.IGNORE`, with names for its parts."""


@dataclass(frozen=True, slots=True)
class IgnoreText:
    """The parts as they are written."""

    path: str
    day: str | None
    """On which it ends; it need not be a day of the calendar."""
    guard: str | None
    """The regular expression, which need not compile."""

    @classmethod
    def of(cls, text: str) -> "IgnoreText | None":
        """The parts; None where the text is no entry. A quoted name in the path may have ` ~` or ` until ` in it."""
        found = _ENTRY.fullmatch(text)
        return None if found is None else cls(found["path"], found["day"], found["guard"])
