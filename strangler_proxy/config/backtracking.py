"""Regular expressions that can take for ever: repetitions in a repetition that share their characters. Pure.

`(a+)+$` reads `aaaa!` in every way in which the letters can be shared out between the two repetitions before it gives
up: with each letter twice as many. `(a+/)+$` has one way alone, as the slash says where each turn ends.

1. Each repetition without a small limit is looked at, with each way through the alternatives in it.
2. In it, a part that repeats without a small limit is a danger,
3. unless some other part that must be there matches none of the repeated characters: it ends each turn.

This is a rule of thumb: it knows neither flags nor what look-arounds forbid, and long chains of repetitions one after
the other, which are slow in a milder way, pass.

Source: J. Friedl, Mastering Regular Expressions, chapter 6, "unrolling the loop"; OWASP, "ReDoS".
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

from strangler_proxy.config.expression import Node, inner, nodes, parse

A_REPETITION_IN_ANOTHER = "a repetition in a repetition shares its characters, as in (a+)+"
"""What is told of such an expression."""

_SMALL = 10
"""Times up to which a repetition is harmless: 2 to the power of 10 ways are tried in under a millisecond."""

_ALPHABET = frozenset(map(chr, range(128))) | frozenset("éß中٣")
"""Characters that stand for all: ASCII, and letters and digits beyond it."""

_CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_WAYS = 256
"""Ways through alternatives that are looked at."""


def can_run_away(expression: str) -> bool:
    """Whether a valid expression may take exponential time for a text that almost matches."""
    return _any_runs_away(parse(expression))


def _any_runs_away(parts: Sequence[Node]) -> bool:
    return any(
        (_repeats_much(part) and any(_is_ambiguous(way) for way in _ways(inner(*part)[0])))
        or any(_any_runs_away(sequence) for sequence in inner(*part))
        for part in parts
    )


def _repeats_much(part: Node) -> bool:
    return part[0] in _REPEATS and int(part[1][1]) > _SMALL


def _ways(parts: Sequence[Node]) -> Iterator[list[Node]]:
    """The sequences that the alternatives among the parts leave, groups opened."""
    choices: list[list[list[Node]]] = []
    for operation, operands in parts:
        if operation == "BRANCH":
            choices.append([way for branch in inner(operation, operands) for way in _ways(branch)])
        elif operation == "SUBPATTERN":
            choices.append(list(_ways(inner(operation, operands)[0])))
        else:
            choices.append([[(operation, operands)]])
    return islice(([part for piece in way for part in piece] for way in product(*choices)), _WAYS)


def _is_ambiguous(way: Sequence[Node]) -> bool:
    """Whether what a part repeats can also be shared out between two turns of the whole."""
    for at, part in enumerate(way):
        if not _holds_much_repeated(part):
            continue
        repeated = _characters(part)
        others = (other for index, other in enumerate(way) if index != at and _must_match_something(other))
        if all(_characters(other) & repeated for other in others):
            return True
    return False


def _holds_much_repeated(part: Node) -> bool:
    if _repeats_much(part):
        return True
    if part[0] not in _REPEATS:  # what is atomic is not read in a second way
        return False
    return any(_holds_much_repeated(below) for way in _ways(inner(*part)[0]) for below in way)


def _must_match_something(part: Node) -> bool:
    """Whether it takes a character at least."""
    operation, operands = part
    match operation:
        case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
            return True
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT" if int(operands[0]) == 0:
            return False
        case "BRANCH":
            return all(any(map(_must_match_something, branch)) for branch in inner(operation, operands))
        case "ASSERT" | "ASSERT_NOT" | "GROUPREF_EXISTS":
            return False
        case _:
            return any(_must_match_something(below) for sequence in inner(operation, operands) for below in sequence)


def _characters(part: Node) -> frozenset[str]:
    """The characters that may stand in what it matches."""
    operation, operands = part
    match operation:
        case "LITERAL":
            return frozenset(chr(operands))
        case "NOT_LITERAL":
            return _ALPHABET - {chr(operands)}
        case "ANY" | "GROUPREF":
            return _ALPHABET
        case "IN":
            return _class(operands)
        case "ASSERT" | "ASSERT_NOT" | "AT":
            return frozenset()
        case _:
            below = [_characters(one) for sequence in inner(operation, operands) for one in sequence]
            return frozenset().union(*below)


def _class(members: Any) -> frozenset[str]:
    found: set[str] = set()
    negated = False
    for operation, value in nodes(members):
        match operation:
            case "NEGATE":
                negated = True
            case "LITERAL":
                found.add(chr(value))
            case "RANGE":
                found |= {char for char in _ALPHABET if value[0] <= ord(char) <= value[1]}
                found.add(chr(value[0]))
            case "CATEGORY":
                found |= _category(str(value))
    return _ALPHABET - found if negated else frozenset(found)


def _category(name: str) -> set[str]:
    """Those of `CATEGORY_DIGIT`, `CATEGORY_NOT_DIGIT` and so on."""
    kind = name.removeprefix("CATEGORY_").removeprefix("NOT_")
    matching = {char for char in _ALPHABET if re.fullmatch(_CATEGORIES[kind], char)}
    return set(_ALPHABET - matching) if "_NOT_" in name else matching
