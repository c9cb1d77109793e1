"""Makes paths that an expression matches, to learn which endpoint of a URLconf would take them. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from strangler_proxy.config.expression import nodes, parse
from strangler_proxy.discover.expression import character_class

_CANDIDATES = "a1Az0-_/.~ é"
"""Characters that are tried, in this order, where an expression leaves a choice: the plainest that fits wins."""


@lru_cache(maxsize=4096)
def sample_path(expression: str) -> str | None:
    """A short path that `expression` matches; None when none was found (look-arounds can make it hard).

    The one returned was tried against the expression, so it does match.
    """
    try:
        tree, compiled = parse(expression), re.compile(expression)
    except re.error:
        return None
    for at_least in (1, 0, 2):
        path = _text(tree, {}, at_least)
        if compiled.search(path):
            return path
    return None


def _text(tree: Iterable[Any], groups: dict[int | None, str], at_least: int) -> str:
    """A text for a parsed expression; what may be repeated is there `at_least` times, if it may be that often."""
    return "".join(_sample(operation, value, groups, at_least) for operation, value in nodes(tree))


def _sample(operation: str, value: Any, groups: dict[int | None, str], at_least: int) -> str:
    match operation:
        case "LITERAL":
            return chr(value)
        case "NOT_LITERAL":
            return next(character for character in _CANDIDATES if ord(character) != value)
        case "ANY":
            return "a"
        case "IN":
            fits, own = character_class(value)
            return next((character for character in [*_CANDIDATES, *own] if fits.match(character)), "")
        case "BRANCH":
            return _text(value[1][0], groups, at_least)
        case "SUBPATTERN":
            groups[value[0]] = _text(value[3], groups, at_least)
            return groups[value[0]]
        case "ATOMIC_GROUP":
            return _text(value, groups, at_least)
        case "GROUPREF":
            return groups.get(value, "")
        case "MIN_REPEAT":
            return _text(value[2], groups, at_least) * int(value[0])
        case "MAX_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, repeated = value
            return _text(repeated, groups, at_least) * int(max(least, min(most, at_least)))
        case _:  # anchors and look-arounds have no text of their own; the caller tries what comes out
            return ""
