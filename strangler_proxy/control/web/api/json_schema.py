"""JSON Schema (2020-12) of a typed dictionary: nothing is allowed that it does not name. Pure.

`Annotated` adds a description (a string) or `Keywords`. A field that ends in `_` stands for the name without
it, since `from` cannot be a field.
"""

import inspect
import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]
PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    Any: {},
}
AT = "#/components/schemas/"


class Keywords:
    """Keywords of JSON Schema for an annotation."""

    def __init__(self, **values: Any) -> None:
        self.values = values


def schema_of(kind: Any, named: dict[str, Schema]) -> Schema:
    """The schema of a type; those of the dictionaries in it are put into `named` and referred to."""
    if kind in PLAIN:
        return dict(PLAIN[kind])
    if is_typeddict(kind):
        if kind.__name__ not in named:
            named[kind.__name__] = {}  # one that contains itself comes to its end
            named[kind.__name__] = _object(kind, named)
        return {"$ref": AT + kind.__name__}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotated(arguments, named)
    if origin is NotRequired:
        return schema_of(arguments[0], named)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0], named)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1], named)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(one, named) for one in arguments]}
    raise TypeError(f"no schema is known of {kind!r}")


def _annotated(arguments: tuple[Any, ...], named: dict[str, Schema]) -> Schema:
    made = schema_of(arguments[0], named)
    for extra in arguments[1:]:
        made |= {"description": extra} if isinstance(extra, str) else extra.values
    return made


def _object(kind: Any, named: dict[str, Schema]) -> Schema:
    fields = get_type_hints(kind, include_extras=True)
    return {
        "type": "object",
        "description": " ".join((inspect.getdoc(kind) or "").split()),
        "properties": {name.removesuffix("_"): schema_of(field, named) for name, field in fields.items()},
        "required": [name.removesuffix("_") for name in fields if name in kind.__required_keys__],
        "additionalProperties": False,
    }
