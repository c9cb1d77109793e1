"""The table of stages: which step leads where, and what it asks for.

The table is the truth: the plan of a transition, the diagram in the docs and the tests all read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from strangler_proxy.config.model import Gate, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.rollout.coverage import addresses_asked
from strangler_proxy.rollout.errors import (
    GateFailed,
    GateUndecided,
    NothingTried,
    ReasonMissing,
    ServiceMissing,
    TransitionRefused,
)
from strangler_proxy.rollout.verdict import Evidence, Judgement, Verdict
from strangler_proxy.routing.pattern import has_parameter


class Event(StrEnum):
    """What is asked of a route."""

    PROMOTE = "promote"
    """One step up."""
    ROLLBACK = "rollback"
    """All the way back to the monolith."""


TRANSITIONS: Mapping[Stage, Mapping[Event, Stage]] = MappingProxyType(
    {
        Stage.MONOLITH: MappingProxyType({Event.PROMOTE: Stage.SHADOW}),
        Stage.SHADOW: MappingProxyType({Event.PROMOTE: Stage.CANARY, Event.ROLLBACK: Stage.MONOLITH}),
        Stage.CANARY: MappingProxyType({Event.PROMOTE: Stage.SERVICE, Event.ROLLBACK: Stage.MONOLITH}),
        Stage.SERVICE: MappingProxyType({Event.PROMOTE: Stage.RETIRED, Event.ROLLBACK: Stage.MONOLITH}),
        Stage.RETIRED: MappingProxyType({Event.ROLLBACK: Stage.MONOLITH}),
    }
)
"""Every stage, and where each event leads; an event that is not there is refused. Rollback from `retired` works for as
long as the monolith's code is not deleted."""

UNGATED = frozenset({Stage.MONOLITH})
"""The stages whose step up asks no gate: before a route is shadowed there is nothing to compare."""

_ORDER = tuple(Stage)


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A planned change of a route's stage. Nothing is changed by planning it."""

    route: str
    before: Stage
    after: Stage
    leapt: tuple[Stage, ...]
    """Stages between the two that a forced step up leaves out; empty otherwise."""
    forced_because: str | None
    """The reason a person gave for going past a gate or leaping, for the audit log."""
    asks_gate: bool
    """Whether the evidence must pass the route's gate before the transition is made."""
    raised_to_percent: float | None = None
    """The larger share of a canary that stays one; None: its share is not raised."""

    @property
    def changes(self) -> bool:
        """Whether the route would be in another stage."""
        return self.before is not self.after


def plan_transition(
    route: Route, target: Stage | Event, *, percent: float | None = None, forced_because: str | None = None
) -> Transition:
    """Return the transition of `route` by an event or to a stage; `percent` is a canary's new share, None: as it is.

    1. An event leads where the table says.
    2. Down to any stage, and to the stage it is in, is always allowed and asks nothing.
    3. Up is one step of the table; further is a leap, allowed only when forced.
    4. Out of the monolith a route needs its service.
    5. Out of a canary of 0 percent nothing goes up unless forced: the service has answered nobody yet.
    6. A step up asks the gate when the route has one for its stage, the stage is not UNGATED, and the step is not
       forced. A larger share of a canary is a step up too.

    Raises: TransitionRefused when the table has no such step; ServiceMissing; NothingTried; ReasonMissing when
    `forced_because` is an empty string. The route is the same afterwards, as it is frozen.
    """
    if forced_because is not None and not forced_because.strip():
        raise ReasonMissing(
            "a forced step needs its reason, for the audit log.",
            remedy='Say it: --force --reason "compared by hand on staging".',
        )
    after = target if isinstance(target, Stage) else _by_event(route, target)
    before, between = route.stage, _between(route.stage, after)
    if between and forced_because is None:
        raise _leap_refused(route, after)
    climbs = _ORDER.index(after) > _ORDER.index(before)
    if climbs and route.service is None:
        forced = "" if forced_because is None else f' --force --reason "{forced_because}"'
        raise ServiceMissing(
            f"route {route.name} cannot go from {before} to {after}: it has no service.",
            remedy=f"Say which: strangler set {route.name} {after} --service NAME{forced}",
        )
    if climbs and before is Stage.CANARY and route.canary.percent == 0 and forced_because is None:
        raise NothingTried(
            f"route {route.name} cannot go from {before} to {after}: at 0 percent the service has answered nobody.",
            remedy=f"Give it a share first: strangler set {route.name} canary --percent 5; "
            "or go on all the same with --force --reason WHY.",
        )
    raised = before is after is Stage.CANARY and percent is not None and percent > route.canary.percent
    gated = gate_of(route) is not None and before not in UNGATED
    return Transition(
        route=route.name,
        before=before,
        after=after,
        leapt=between,
        forced_because=forced_because,
        asks_gate=(climbs or raised) and gated and forced_because is None,
        raised_to_percent=percent if raised else None,
    )


def gate_of(route: Route) -> Gate | None:
    """The gate that a step up from the route's stage asks: the stage's own, else the route's; None: there is none."""
    own: Gate | None = getattr(route.gates, route.stage, None)
    return own or route.gate


def limits_of(route: Route) -> Gate:
    """The limits that the route's evidence is held against: its gate, or an empty one, with the number of addresses
    that is asked for filled in."""
    gate = gate_of(route) or Gate()
    return replace(gate, min_addresses=addresses_asked(gate, with_parameter=has_parameter(route)))


def judge(route: Route, transition: Transition, evidence: Evidence) -> Judgement | None:
    """Return the judgement that lets the transition pass; None when it asks no gate.

    Raises: GateFailed when the evidence speaks against it; GateUndecided when there is not enough.
    """
    if not transition.asks_gate or gate_of(route) is None:
        return None
    judgement = evidence(route, limits_of(route))
    if judgement.verdict is Verdict.PASS:
        return judgement
    refused = GateFailed if judgement.verdict is Verdict.FAIL else GateUndecided
    remedies = {
        Verdict.FAIL: f"See what differs with `strangler diff {route.name}` and mend it",
        Verdict.NOT_ENOUGH_EVIDENCE: f"Wait for more traffic (`strangler verdict {route.name}` says how it stands)",
    }
    share = transition.raised_to_percent
    step = f"from {transition.before} to {transition.after}" if share is None else f"up to a share of {share:g} percent"
    raise refused(
        f"route {route.name} cannot go {step}: {judgement.verdict}. " + " ".join(judgement.reasons),
        remedy=f"{remedies[judgement.verdict]}, or go on all the same with --force --reason WHY.",
    )


def _by_event(route: Route, event: Event) -> Stage:
    after = TRANSITIONS[route.stage].get(event)
    if after is None:
        known = ", ".join(TRANSITIONS[route.stage])
        raise TransitionRefused(
            f"route {route.name} is in stage {route.stage}, from which there is no {event}.",
            remedy=f"From {route.stage} there is only {known}.",
        )
    return after


def _between(before: Stage, after: Stage) -> tuple[Stage, ...]:
    """Return the stages that a climb from `before` to `after` goes through, without both ends, as the table leads."""
    return _ORDER[_ORDER.index(before) + 1 : _ORDER.index(after)]


def _leap_refused(route: Route, after: Stage) -> TransitionRefused:
    following = TRANSITIONS[route.stage][Event.PROMOTE]
    return TransitionRefused(
        f"route {route.name} cannot leap from {route.stage} to {after}.",
        remedy=f"The next stage is {following}; leap all the same with --force --reason WHY.",
    )
