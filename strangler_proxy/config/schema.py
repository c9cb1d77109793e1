"""The JSON Schema of `strangler.toml`, made from the records: what an editor completes and underlines.

It says less than the loader: what takes two places of the file to see (an unknown service, a route that is never
reached) or a parser (a path, a regular expression) is not in it. What it refuses, the loader refuses too.
"""

import ast
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any

from strangler_proxy.config import model
from strangler_proxy.config.keys import Key, Kind, keys_of
from strangler_proxy.config.model import MONOLITH, Config, Route, Sticky, TaskRoute
from strangler_proxy.config.stage import Stage

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema of the whole file, draft 2020-12."""
    return {"$schema": DIALECT, "title": "strangler.toml", **_table(Config)}


def description(record: type, field: str = "") -> str:
    """Return the docstring of a field of a record, or without `field` of the record, on one line."""
    return _docstrings().get((record.__name__, field), "")


def written_default(key: Key) -> Any:
    """Return the default as it would be written in the file; None when there is none."""
    default = key.default
    if isinstance(default, Sticky):
        return f"{default.kind}:{default.name}" if default.name else str(default.kind)
    if isinstance(default, Stage):
        return str(default)
    if isinstance(default, tuple):
        return None if any(is_dataclass(one) for one in default) else list(default)
    return None if is_dataclass(default) else default


@cache
def _docstrings() -> Mapping[tuple[str, str], str]:
    """Return the docstrings of records and fields; those of fields only the source has, as a string below each."""
    found: dict[tuple[str, str], str] = {}
    rooms = {vars(model)[name].__module__ for name in model.__all__ if isinstance(vars(model)[name], type)}
    sources = (inspect.getsource(sys.modules[room]) for room in sorted(rooms))
    for record in (node for source in sources for node in ast.parse(source).body):
        if not isinstance(record, ast.ClassDef):
            continue
        found[record.name, ""] = _one_line(ast.get_docstring(record) or "")
        for field, below in zip(record.body, record.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
                found[record.name, field.target.id] = _one_line(ast.literal_eval(below.value))
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _table(record: type) -> dict[str, Any]:
    keys = keys_of(record)
    table: dict[str, Any] = {
        "type": "object",
        "description": description(record),
        "properties": {name: _value(record, key) for name, key in keys.items()},
        "additionalProperties": False,
    }
    required = [name for name, key in keys.items() if key.facts.required]
    if required:
        table["required"] = required
    return table | _EXTRAS.get(record, {})


_NEEDS_SERVICE = {
    "if": {
        "properties": {"stage": {"enum": [stage for stage in Stage if stage is not Stage.MONOLITH]}},
        "required": ["stage"],
    },
    "then": {"required": ["service"]},
}
_EXTRAS: Mapping[type, dict[str, Any]] = {
    Route: {"oneOf": [{"required": ["path"]}, {"required": ["regex"]}], **_NEEDS_SERVICE},
    TaskRoute: _NEEDS_SERVICE,
}
"""What a record's rules say about several keys at once."""


def _value(record: type, key: Key) -> dict[str, Any]:
    value = _TYPES[key.kind](key)
    value["description"] = description(record, key.name)
    default = written_default(key)
    if default is not None:
        value["default"] = default
    return value


def _string(key: Key) -> dict[str, Any]:
    if key.is_stage:
        return {"enum": list(Stage)}
    value = {"type": "string", **_pattern(key.facts.pattern)}
    return value | {"not": {"const": MONOLITH}} if key.name == "service" else value


def _strings(key: Key) -> dict[str, Any]:
    items = {"type": "string", **_pattern(key.facts.pattern)}
    return {"type": "array", "items": items, "uniqueItems": True, **({"minItems": 1} if key.facts.nonempty else {})}


def _number(key: Key) -> dict[str, Any]:
    kind = "integer" if key.kind is Kind.INTEGER else "number"
    return {"type": kind, "minimum": key.facts.minimum, "maximum": key.facts.maximum}


def _string_table(key: Key) -> dict[str, Any]:
    values = {"type": "string", **_pattern(key.facts.pattern)}
    return {"type": "object", "propertyNames": _pattern(key.facts.key_pattern), "additionalProperties": values}


def _named_tables(key: Key) -> dict[str, Any]:
    return {
        "type": "object",
        "propertyNames": _pattern(key.facts.key_pattern),
        "additionalProperties": _table(key.record),
        "required": [MONOLITH],
    }


def _boolean(key: Key) -> dict[str, Any]:
    return {"type": "boolean"}


def _inner_table(key: Key) -> dict[str, Any]:
    return _table(key.record)


def _tables(key: Key) -> dict[str, Any]:
    return {"type": "array", "items": _table(key.record), **({"minItems": 1} if key.facts.nonempty else {})}


def _pattern(pattern: str) -> dict[str, str]:
    return {"pattern": f"^(?:{pattern})$"} if pattern else {}


_TYPES: Mapping[Kind, Callable[[Key], dict[str, Any]]] = {
    Kind.STRING: _string,
    Kind.STRINGS: _strings,
    Kind.INTEGER: _number,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.STRING_TABLE: _string_table,
    Kind.TABLE: _inner_table,
    Kind.NAMED_TABLES: _named_tables,
    Kind.TABLES: _tables,
}
