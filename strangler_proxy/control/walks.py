"""Walks of routes in the store: begun and ended by people, looked at by anybody; the controller takes their steps."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from strangler_proxy.config.model import Route
from strangler_proxy.control.connection import reached
from strangler_proxy.control.controller.place import Place, place_of
from strangler_proxy.control.controller.progress import new_step, step_from
from strangler_proxy.control.models import Walk, WalkState

_FIRST_SECOND = 1_700_000_000
"""Unix time from which walks are numbered: a store that was lost and begun anew names no walk as it named one before,
since the audit log outlives it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WalkNow:
    """A walk as people see it."""

    route: str
    state: str
    """`walking`, `paused`, `arrived` or `rolled-back`."""
    place: Place | None
    """Where the controller saw the route last; None: it has not looked yet."""
    since: float
    """Unix time at which it came there."""
    steps: int
    """Steps taken."""
    began_by: str
    why: str
    """What it waits for, or how it ended."""

    @property
    def document(self) -> dict[str, Any]:
        """Its JSON form."""
        return {
            "route": self.route,
            "state": self.state,
            "stage": self.place.stage.value if self.place else None,
            "percent": self.place.percent if self.place else None,
            "since": datetime.fromtimestamp(self.since, UTC).isoformat(timespec="seconds"),
            "steps": self.steps,
            "began_by": self.began_by,
            "why": self.why,
        }


def walk_begin(*, route: Route, who: str, now: float) -> str | None:
    """Lets the route walk; gives the id of the walk's first entry in the audit log, None when it walks already.

    A walk that was to be ended, as the route was taken back meanwhile, is ended by this and begun anew.
    Raises: StoreUnreachable.
    """
    with reached(), transaction.atomic():
        walk = Walk.objects.select_for_update().filter(route=route.name).first()
        if walk is not None and walk.state == WalkState.WALKING and not _is_taken_back(walk, route):
            return None
        walk = walk or Walk(route=route.name, number=0)
        walk.number = max(walk.number + 1, int(now) - _FIRST_SECOND)
        walk.step = 0
        walk.state = WalkState.WALKING
        walk.began_by = who
        walk.why = "The controller has not looked at it yet."
        walk.step_since = datetime.fromtimestamp(now, UTC)
        walk.notes = new_step(place_of(route), now, None).notes
        walk.save()
        return step_name(walk, "begin")


def walk_stop(*, route: str, why: str) -> str | None:
    """Lets the route stay where it is; gives the id of the walk's last entry, None when it does not walk.

    Raises: StoreUnreachable.
    """
    with reached(), transaction.atomic():
        walk = Walk.objects.select_for_update().filter(route=route, state=WalkState.WALKING).first()
        if walk is None:
            return None
        walk.state, walk.why = WalkState.PAUSED, why
        walk.save()
        return step_name(walk, "end")


def walk_list(route: str | None = None) -> list[WalkNow]:
    """The last walk of each route, or of one: those under way first. Raises: StoreUnreachable."""
    with reached():
        walks = list(Walk.objects.all() if route is None else Walk.objects.filter(route=route))
    return sorted((walk_now(walk) for walk in walks), key=lambda one: (one.state != WalkState.WALKING, one.route))


def walk_now(walk: Walk) -> WalkNow:
    """What is said of a walk."""
    step = step_from(walk.notes)
    return WalkNow(
        route=walk.route,
        state=walk.state,
        place=step.place if step else None,
        since=walk.step_since.timestamp(),
        steps=walk.step,
        began_by=walk.began_by,
        why=walk.why,
    )


def step_name(walk: Walk, step: int | str) -> str:
    """Names one step of a walk, or its begin or end, once and for all."""
    return f"{steps_prefix(walk)}{step}"


def steps_prefix(walk: Walk) -> str:
    """What the names of all the steps of a walk begin with."""
    return f"walk:{walk.pk}.{walk.number}."


def _is_taken_back(walk: Walk, route: Route) -> bool:
    step = step_from(walk.notes)
    return step is not None and place_of(route).height < step.place.height
