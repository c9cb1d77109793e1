"""The OpenAPI 3.1 description, made from the URL table, the operations and their documents."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse

from strangler_proxy.control.web.api.json_schema import Schema, schema_of
from strangler_proxy.control.web.api.operations import OPERATIONS, Operation, Write
from strangler_proxy.control.web.api.parts import Errors
from strangler_proxy.control.web.page import JSON_OPTIONS, Document

VERSION = "1"
"""Of the API: another one is one that programs must be changed for."""
COOKIE = "strangler_session"
FORM = "application/x-www-form-urlencoded"
SUFFIX = "-json"
"""By which the URL table calls the JSON form of a page."""
_CONVERTED = re.compile(r"<(str|int):(\w+)>")
_KINDS: Mapping[str, Schema] = {
    "str": {"type": "string", "pattern": "^[^/]+$"},
    "int": {"type": "integer", "minimum": 0},
}

REFUSALS: Mapping[str, str] = {
    "400": "A parameter is unknown, missing or of another form; or the host is not one of ours.",
    "401": "Neither a session nor a token that is known.",
    "403": "The user's role does not allow it; or a form came with a session and without its CSRF token.",
    "404": "There is no such route or difference group.",
    "409": "Understood, and refused as things stand: the gate, the stage, a file that was changed meanwhile.",
    "415": "The body is no form.",
    "503": "The store cannot be read now, or the config file has never been valid.",
}


def addresses() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Of each `.json` address of the URL table: the page's name, the path, its parameters by converter."""
    from strangler_proxy.control.web.urls import urlpatterns

    for one in urlpatterns:
        if one.name and one.name.endswith(SUFFIX):
            pattern = str(one.pattern)
            parts = {name: kind for kind, name in _CONVERTED.findall(pattern)}
            yield one.name.removesuffix(SUFFIX), "/" + _CONVERTED.sub(r"{\2}", pattern), parts


def description() -> Document:
    """The whole description."""
    named: dict[str, Schema] = {}
    errors = schema_of(Errors, named)
    paths = {path: _path_item(name, OPERATIONS[name], parts, named) for name, path, parts in sorted(addresses())}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Strangler dashboard",
            "version": VERSION,
            "description": "Every page of the dashboard as JSON, at the page's own address.",
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(named.items())),
            "responses": {status: {"description": text, "content": _json(errors)} for status, text in REFUSALS.items()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`strangler user token NAME` makes one. It has the user's role, and needs no CSRF "
                    "token.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": COOKIE,
                    "description": "As the pages; POST needs the header X-CSRFToken with the cookie strangler_csrf.",
                },
            },
        },
    }


def openapi(request: HttpRequest) -> JsonResponse:
    """Serves the description, to anybody who reaches the dashboard: it is the same for each version, and published."""
    return JsonResponse(description(), json_dumps_params=JSON_OPTIONS)


def _path_item(name: str, operation: Operation, parts: Mapping[str, str], named: dict[str, Schema]) -> Schema:
    at = [{"name": part, "in": "path", "required": True, "schema": _KINDS[kind]} for part, kind in parts.items()]
    item: Schema = {"parameters": at} if at else {}
    item["get"] = {
        "operationId": f"{name}_read",
        "summary": operation.summary,
        "description": f"For users of role {operation.role} and above.",
        "parameters": [_parameter(key, schema) for key, schema in operation.query.items()],
        "responses": _responses(operation.document, named, {"415"}),
    }
    if operation.write is not None:
        item["post"] = _write(name, operation.write, named)
    return item


def _write(name: str, write: Write, named: dict[str, Schema]) -> Schema:
    form = {
        "type": "object",
        "properties": {key: dict(schema) for key, schema in write.form.items()},
        "required": list(write.needed),
        "additionalProperties": False,
    }
    return {
        "operationId": f"{name}_write",
        "summary": write.summary,
        "description": f"For users of role {write.role} and above.",
        "requestBody": {"required": True, "content": {FORM: {"schema": form}}},
        "responses": _responses(write.document, named, set()),
    }


def _parameter(name: str, schema: Mapping[str, Any]) -> Schema:
    return {"name": name, "in": "query", "schema": dict(schema)}


def _responses(document: type, named: dict[str, Schema], without: set[str]) -> Schema:
    made = {"200": {"description": "The document.", "content": _json(schema_of(document, named))}}
    for status in REFUSALS:
        if status not in without:
            made[status] = {"$ref": f"#/components/responses/{status}"}
    return made


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
