"""Regular expressions as trees, by the standard library's own parser. Pure.

That parser is not documented, but it is the only one that reads all that `re` does, and the trees are small and old.
"""

import importlib
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

_parser: Any = importlib.import_module("re._parser")

Node = tuple[str, Any]
"""Name of an operation of `re._constants`, and its operands."""


def parse(expression: str) -> list[Node]:
    """The parts of an expression, one after the other.

    Raises: re.error for one that is not valid.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a valid one may still be warned of, see `doubts`
        return nodes(_parser.parse(expression))


def nodes(tree: Iterable[Any]) -> list[Node]:
    """The parts of a sub-tree."""
    return [(str(operation), operands) for operation, operands in tree]


def width(expression: str) -> tuple[int, int]:
    """Characters of the shortest and of the longest text that matches; a limit of `re` stands for no end.

    Raises: re.error for one that is not valid.
    """
    shortest, longest = _parser.parse(expression).getwidth()
    return int(shortest), int(longest)


def compiled_quietly(expression: str) -> re.Pattern[str]:
    """The expression compiled, without a warning: who writes it hears that of `strangler check`, see `doubts`.

    Raises: re.error for one that is not valid.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(expression)


def doubts(expression: str) -> str:
    """What `re` warns of in a valid expression, e.g. a bracket in a set that may mean something else one day."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _parser.parse(expression)
    return "; ".join(str(warning.message) for warning in caught)


def refers_to_a_group(expression: str) -> bool:
    """Whether it has a back-reference, such as `\\1`, or asks whether a group matched."""
    return any(operation in ("GROUPREF", "GROUPREF_EXISTS") for operation, _ in _everything(parse(expression)))


def inner(operation: str, operands: Any) -> list[list[Node]]:
    """The sequences of parts that a part is made of; empty for one that stands for itself."""
    match operation:
        case "SUBPATTERN":
            return [nodes(operands[3])]
        case "ATOMIC_GROUP":
            return [nodes(operands)]
        case "ASSERT" | "ASSERT_NOT":
            return [nodes(operands[1])]
        case "BRANCH":
            return [nodes(branch) for branch in operands[1]]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return [nodes(operands[2])]
        case "GROUPREF_EXISTS":
            return [nodes(branch) for branch in operands[1:] if branch is not None]
        case _:
            return []


def _everything(parts: Iterable[Node]) -> Iterator[Node]:
    for operation, operands in parts:
        yield operation, operands
        for sequence in inner(operation, operands):
            yield from _everything(sequence)
