"""The keys that each table of the file may have, read off the records of `config.model`: nothing is listed twice."""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

from strangler_proxy.config.facts import NO_FACTS, Facts
from strangler_proxy.config.model import Sticky
from strangler_proxy.config.stage import Stage


class Kind(Enum):
    """What a key holds in the file; the value is how messages call it."""

    STRING = "a string"
    STRINGS = "a list of strings"
    INTEGER = "a whole number"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    STRING_TABLE = "a table of strings"
    TABLE = "a table"
    NAMED_TABLES = "a table of tables"
    TABLES = "a list of tables"


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One key of a table of the file."""

    name: str
    kind: Kind
    facts: Facts
    record: Any = None
    """The dataclass that a table (or each table of several) becomes."""
    default: Any = None
    """As in the record; None also when there is none."""
    is_stage: bool = False
    plain: type | None = None
    """The type of which every value is of the right shape; None: there is more to look at."""


@cache
def keys_of(record: type) -> Mapping[str, Key]:
    """Return the keys that the table of `record` may have, by name, in the order of its fields."""
    hints = typing.get_type_hints(record)
    in_file = (field for field in fields(record) if _facts(field).in_file)
    return types.MappingProxyType({field.name: _key(field, hints[field.name]) for field in in_file})


def _facts(field: Field[Any]) -> Facts:
    known: Facts = field.metadata.get("facts", NO_FACTS)
    return known


def _key(field: Field[Any], hint: Any) -> Key:
    kind, record = _kind(hint)
    return Key(
        name=field.name,
        kind=kind,
        facts=_facts(field),
        record=record,
        default=None if field.default is MISSING else field.default,
        is_stage=hint is Stage,
        plain=_PLAIN.get(kind),
    )


_SCALARS: Mapping[Any, Kind] = {
    str: Kind.STRING,
    Stage: Kind.STRING,
    Sticky: Kind.STRING,
    int: Kind.INTEGER,
    float: Kind.NUMBER,
    bool: Kind.BOOLEAN,
}

_PLAIN: Mapping[Kind, type] = {Kind.STRING: str, Kind.BOOLEAN: bool}


def _kind(hint: Any) -> tuple[Kind, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        (some,) = (argument for argument in arguments if argument is not types.NoneType)
        return _kind(some)
    if hint in _SCALARS:
        return _SCALARS[hint], None
    if origin is tuple:
        return (Kind.TABLES, arguments[0]) if is_dataclass(arguments[0]) else (Kind.STRINGS, None)
    if is_dataclass(hint):
        return Kind.TABLE, hint
    return (Kind.NAMED_TABLES, arguments[1]) if is_dataclass(arguments[-1]) else (Kind.STRING_TABLE, None)
