"""What an expression of a Django project means for the routes that are written from it. Pure."""

import importlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from strangler_proxy.config.expression import Node, compiled_quietly, nodes, parse, refers_to_a_group, width
from strangler_proxy.config.patterns import CONVERTER_NAME, fits

_parser: Any = importlib.import_module("re._parser")

_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


def character_class(members: Iterable[Any]) -> tuple[re.Pattern[str], list[str]]:
    """A class (`IN`) as an expression of its own, and the characters that it names itself."""
    parts, own = [], []
    for operation, value in nodes(members):
        match operation:
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
    return re.compile(f"[{''.join(parts)}]"), own


def is_converter_for_file(name: str, expression: str) -> bool:
    """Whether `[converters]` of `strangler.toml` can hold it: Django lets pass other names, and groups that are named
    or referred to."""
    try:
        groups = compiled_quietly(expression).groupindex
        return bool(fits(CONVERTER_NAME, name) and expression) and not groups and not refers_to_a_group(expression)
    except re.error:
        return False


def ends_in_one_way(expression: str) -> bool:
    """Whether of any text at most one beginning matches, so that going back into the expression could change nothing.

    Sure when all that it matches has one length, or the same number of slashes with one of them at the end. Where
    neither can be seen, the answer is no.
    """
    try:
        shortest, longest = width(expression)
        parts = parse(expression)
    except re.error:
        return False
    if shortest == longest:
        return True
    return bool(parts) and parts[-1] == ("LITERAL", ord("/")) and _slashes(parts) is not None


def _slashes(parts: Sequence[Node]) -> int | None:
    """How many slashes all that matches has; None when that varies, or cannot be seen."""
    counts = [_slashes_of(operation, value) for operation, value in parts]
    return None if None in counts else sum(count for count in counts if count is not None)


def _slashes_of(operation: str, value: Any) -> int | None:
    match operation:
        case "LITERAL":
            return int(value == ord("/"))
        case "NOT_LITERAL":
            return 0 if value == ord("/") else None
        case "IN":
            return None if character_class(value)[0].match("/") else 0
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return 0
        case "SUBPATTERN":
            return _slashes(nodes(value[3]))
        case "ATOMIC_GROUP":
            return _slashes(nodes(value))
        case "BRANCH":
            counts = {_slashes(nodes(branch)) for branch in value[1]}
            return counts.pop() if len(counts) == 1 else None
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, repeated = value
            each = _slashes(nodes(repeated))
            return 0 if each == 0 else each * least if each is not None and least == most else None
        case _:
            return None
