"""How messages put values of the file into words."""

import difflib
import json
from collections.abc import Iterable
from typing import Any

_LONGEST = 80
"""Characters of a string that a message shows."""


def quoted(text: str) -> str:
    """Return `text` in quotes, on one line, and cut when it is very long.

    Single quotes, as in TOML, when it has backslashes, so that a regular expression is shown as it is written.
    """
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    if "\\" in shown and "'" not in shown and shown.isprintable():
        return f"'{shown}'"
    return json.dumps(shown, ensure_ascii=False)


def describe(value: Any, *, shallow: bool = False) -> str:
    """Return how a message calls a value of the file, e.g. `the string "ten"`; not shallow: and what is odd in it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    if isinstance(value, list):
        odd = next((item for item in value if type(item) is not str), None)
        return "a list" if odd is None or shallow else f"a list with {describe(odd, shallow=True)} in it"
    if isinstance(value, dict):
        odd = next((item for item in value.values() if type(item) is not str), None)
        return "a table" if odd is None or shallow else f"a table with {describe(odd, shallow=True)} in it"
    return f"the date or time {value}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean "…"? ` with the known word nearest to `word`, or nothing when none is near."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1)
    return f'Did you mean "{close[0]}"? ' if close else ""


def plural(count: int, word: str) -> str:
    """`1 worker`, `0 workers`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
