"""Holds what was asked against what can be asked. Pure.

A person who mistypes an address is shown the nearest page; a program is told, or it would go on with what it did not
ask for.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from strangler_proxy.control.errors import BadRequest

Asked = Mapping[str, Sequence[str]]
"""Name → the values that were given of it."""

NOT_OURS = frozenset({"csrfmiddlewaretoken"})
"""Parts of a form that are not for the operation."""


def must_fit(asked: Asked, parameters: Mapping[str, Mapping[str, Any]], needed: Sequence[str] = ()) -> None:
    """Raises: BadRequest that names the first parameter that is unknown, doubled, missing or of another form."""
    for name, values in asked.items():
        if name in NOT_OURS:
            continue
        if name not in parameters:
            raise _bad(f'There is no parameter "{name}".', name)
        if len(values) > 1:
            raise _bad(f'"{name}" is given more than once.', name)
        wrong = what_is_wrong(values[0], parameters[name])
        if wrong:
            raise _bad(f'"{name}" {wrong}.', name)
    for name in needed:
        if not "".join(asked.get(name, ())).strip():
            raise _bad(f'"{name}" is missing.', name)


def what_is_wrong(text: str, schema: Mapping[str, Any]) -> str | None:
    """What speaks against a value, as the end of a sentence; None: nothing."""
    if schema["type"] == "integer":
        if not re.fullmatch(r"[0-9]{1,9}", text) or not schema["minimum"] <= int(text) <= schema["maximum"]:
            return f"is no whole number from {schema['minimum']} to {schema['maximum']}"
        return None
    if "enum" in schema and text not in schema["enum"]:
        return f"is none of {', '.join(filter(None, schema['enum']))}"
    if len(text) > schema.get("maxLength", len(text)):
        return f"is longer than {schema['maxLength']} characters"
    if "pattern" in schema and not re.search(schema["pattern"], text):
        return f"does not match {schema['pattern']}"
    if schema.get("format") == "date" and not _is_day(text):
        return "is no day such as 2027-01-31"
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _bad(what: str, name: str) -> BadRequest:
    return BadRequest(what, where=name, remedy=BadRequest.usual_remedy)
