"""JSON read exactly: integers of any size, decimals as they are written, doubled names seen."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number that Python has no exact value for, by its spelling: NaN, or far too many digits."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Parsed:
    """A JSON body, and what was odd about it."""

    value: Any
    """Numbers with a fraction or exponent are `Decimal`, or `Spelled` where Python has none; others are `int`."""
    doubled: tuple[str, ...] = ()
    """Names that occur twice in one object; the last value counts."""
    not_strict: tuple[str, ...] = ()
    """NaN, Infinity and -Infinity, which JSON does not have."""


class _Odd(Exception):
    """The body needs the slower reading, which remembers what is odd."""


def parse_json(text: str) -> Parsed:
    """The value that `text` holds.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested deeper than Python can follow.
    """
    try:
        return Parsed(parse_plain(text))
    except ValueError:  # read once more, which tells the reasons apart
        pass
    try:
        return Parsed(_QUICK.decode(text))
    except (_Odd, DecimalException):
        return _parse_odd(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # more digits than Python turns into an integer
        return _parse_odd(text)


def parse_plain(text: str) -> Any:
    """The value that `text` holds, with nothing around it and nothing odd in it.

    Raises:
        ValueError: it is no JSON, or `parse_json` may have more to say of it.
        RecursionError: it is nested deeper than Python can follow.
    """
    try:
        value, end = _SCAN(text, 0)
    except (StopIteration, _Odd, DecimalException) as error:
        raise ValueError(str(error)) from None
    if end != len(text):
        raise ValueError("there is something around the value")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Odd
    return members


def _no_constant(text: str) -> Any:
    raise _Odd


_QUICK = json.JSONDecoder(object_pairs_hook=_unique, parse_float=Decimal, parse_constant=_no_constant)

_SCAN: Callable[[str, int], tuple[Any, int]] = vars(_QUICK)["scan_once"]
"""Reads one value without looking for white space around it."""


def _parse_odd(text: str) -> Parsed:
    doubled: dict[str, None] = {}
    constants: dict[str, None] = {}

    def members_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for name, value in pairs:
            if name in members:
                doubled[name] = None
            members[name] = value
        return members

    def constant(name: str) -> Spelled:
        constants[name] = None
        return Spelled(name)

    decoder = json.JSONDecoder(
        object_pairs_hook=members_of, parse_float=_decimal, parse_int=_integer, parse_constant=constant
    )
    return Parsed(decoder.decode(text), tuple(doubled), tuple(constants))


def _decimal(text: str) -> Decimal | Spelled:
    try:
        return Decimal(text)
    except DecimalException:
        return Spelled(text)


def _integer(text: str) -> int | Spelled:
    try:
        return int(text)
    except ValueError:
        return Spelled(text)
