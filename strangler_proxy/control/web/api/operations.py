"""What can be asked at each `.json` address: parameters, form, and the document that comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from strangler_proxy.config.stage import Stage
from strangler_proxy.control.web.api import documents
from strangler_proxy.control.web.pages.routes import SORTS
from strangler_proxy.rollout.stages import Event

Parameter = Mapping[str, Any]
"""The JSON Schema of one parameter, which is of type string, or integer with a minimum."""

_TEXT = {"type": "string", "maxLength": 200}
_PAGE = {"type": "integer", "minimum": 1, "maximum": 99_999_999, "description": "From 1; the last when it is past it."}
_REASON = {"type": "string", "maxLength": 1000, "description": "Why, for the audit log."}
_NEEDED_REASON = {**_REASON, "minLength": 1, "pattern": r"\S"}
_YES = {"type": "string", "enum": ["yes"]}
_DIGEST = {
    **_TEXT,
    "description": "`before_digest` of the plan that was looked at: refused when the file was changed since.",
}
_TARGET = {
    "type": "string",
    "enum": [*map(str, Event), *map(str, Stage)],
    "default": Event.PROMOTE.value,
    "description": "The stage, or a step up or the way back.",
}
_PERCENT = {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,6})?$", "description": "Of users, in a canary."}
_FORCE = {**_YES, "description": "Go past the gate; needs the role admin."}
_MATCHING = {"type": "string", "maxLength": 1000, "description": "Regular expression that both values must match."}
_UNTIL = {"type": "string", "format": "date", "description": "The day on which the ignore ends."}


@dataclass(frozen=True, kw_only=True, slots=True)
class Write:
    """What POST does."""

    summary: str
    document: type
    form: Mapping[str, Parameter]
    needed: tuple[str, ...] = ("reason",)
    role: str = "operator"


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """What GET reads, and what POST does."""

    summary: str
    document: type
    query: Mapping[str, Parameter] = field(default_factory=dict)
    role: str = "viewer"
    """The least that may."""
    write: Write | None = None


OPERATIONS: Mapping[str, Operation] = {
    "overview": Operation(summary="How much of the monolith is gone", document=documents.Overview),
    "routes": Operation(
        summary="All routes, fifty at a time",
        document=documents.Routes,
        query={
            "q": {**_TEXT, "description": "A word of name, path or service."},
            "stage": {"type": "string", "enum": ["", *map(str, Stage)]},
            "service": _TEXT,
            "sort": {"type": "string", "enum": ["file", *SORTS], "default": "file"},
            "page": _PAGE,
        },
    ),
    "route": Operation(summary="One route", document=documents.Route),
    "change": Operation(
        summary="What a change of a route's stage would be",
        document=documents.ChangePlan,
        query={
            "to": _TARGET,
            "percent": _PERCENT,
            "reason": _REASON,
            "force": _FORCE,
            "undo": {**_TEXT, "description": "Marks the plan as the undoing of a change."},
        },
        role="operator",
        write=Write(
            summary="Put a route into another stage",
            document=documents.Changed,
            form={
                "to": _TARGET,
                "percent": _PERCENT,
                "reason": _NEEDED_REASON,
                "force": _FORCE,
                "before_digest": _DIGEST,
            },
        ),
    ),
    "walk": Operation(
        summary="Whether a route walks by itself, or could",
        document=documents.WalkPlan,
        role="operator",
        write=Write(
            summary="Let a route walk, or end its walk",
            document=documents.WalkChanged,
            form={"do": {"type": "string", "enum": ["begin", "end"], "default": "begin"}, "reason": _NEEDED_REASON},
        ),
    ),
    "group": Operation(summary="One difference group with its exchanges", document=documents.GroupPage),
    "ignore": Operation(
        summary="What an ignore would hide",
        document=documents.IgnorePlan,
        query={"matching": _MATCHING, "until": _UNTIL, "reason": _REASON},
        role="operator",
        write=Write(
            summary="Write an ignore",
            document=documents.Changed,
            form={"matching": _MATCHING, "until": _UNTIL, "reason": _NEEDED_REASON, "before_digest": _DIGEST},
        ),
    ),
    "audit": Operation(
        summary="The audit log, fifty entries at a time",
        document=documents.Audit,
        query={"q": {**_TEXT, "description": "A word of route, user, action or reason."}, "page": _PAGE},
    ),
    "health": Operation(summary="Whether the machinery itself is well", document=documents.Health),
}
"""Name of the address in the URL table → what can be asked there."""
