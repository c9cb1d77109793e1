"""Makes paths that an expression matches, to learn which endpoint of a URLconf would take them. Pure."""

import importlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

# The standard library's own parser of expressions. It is not documented, but the only one that reads all of `re`.
_parser: Any = importlib.import_module("re._parser")

_CANDIDATES = "a1Az0-_/.~ é"
"""Characters that are tried, in this order, where an expression leaves a choice: the plainest that fits wins."""

_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


@lru_cache(maxsize=4096)
def sample_path(expression: str) -> str | None:
    """A short path that `expression` matches; None when none was found (look-arounds can make it hard).

    The one returned was tried against the expression, so it does match.
    """
    try:
        tree, compiled = _parser.parse(expression), re.compile(expression)
    except re.error:
        return None
    for at_least in (1, 0, 2):
        path = "".join(_samples(tree, {}, at_least))
        if compiled.search(path):
            return path
    return None


def _samples(tree: Iterable[Any], groups: dict[int, str], at_least: int) -> Iterator[str]:
    """One text for each part of a parsed expression; a repeat is taken `at_least` times, where it lets us."""
    for operation, value in tree:
        yield _sample(str(operation), value, groups, at_least)


def _sample(operation: str, value: Any, groups: dict[int, str], at_least: int) -> str:
    match operation:
        case "LITERAL":
            return chr(value)
        case "NOT_LITERAL":
            return next(character for character in _CANDIDATES if ord(character) != value)
        case "ANY":
            return "a"
        case "IN":
            return _member(value)
        case "BRANCH":
            return "".join(_samples(value[1][0], groups, at_least))
        case "SUBPATTERN":
            text = "".join(_samples(value[3], groups, at_least))
            groups[value[0]] = text
            return text
        case "ATOMIC_GROUP":
            return "".join(_samples(value, groups, at_least))
        case "GROUPREF":
            return groups.get(value, "")
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, repeated = value
            times = max(least, min(most, at_least if operation != "MIN_REPEAT" else least))
            return "".join("".join(_samples(repeated, groups, at_least)) for _ in range(times))
        case _:  # anchors and look-arounds have no text of their own; the caller tries what comes out
            return ""


def _member(members: Iterable[Any]) -> str:
    """A character of a class, by asking `re` about each candidate, then the class's own first characters."""
    parts, own = [], []
    for operation, value in members:
        match str(operation):
            case "NEGATE":
                parts.append("^")
            case "LITERAL":
                parts.append(re.escape(chr(value)))
                own.append(chr(value))
            case "RANGE":
                parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
                own.append(chr(value[0]))
            case "CATEGORY":
                parts.append(_CATEGORIES[str(value)])
    fits = re.compile(f"[{''.join(parts)}]")
    return next((character for character in [*_CANDIDATES, *own] if fits.match(character)), "")
