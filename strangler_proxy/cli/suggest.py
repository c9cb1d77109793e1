"""Did you mean: the nearest known name to one that is not known."""

import difflib
from collections.abc import Iterable

CLOSE_ENOUGH = 0.6
"""Share of the letters that agree, 0 to 1; difflib's own default."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like `word`, or None when none is close."""
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=CLOSE_ENOUGH)
    return matches[0] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean "…"? `, with its last space, or nothing."""
    match = nearest(word, known)
    return f'Did you mean "{match}"? ' if match else ""
