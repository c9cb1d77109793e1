"""Whether an origin is asked: a circuit breaker as data. Pure; time and chance are arguments.

1. `CLOSED`: it is asked. `Rules.eject_after` failures in a row, or two failed health checks, trip it.
2. `OPEN`: it is left out for a back-off, which doubles with each ejection that follows on another.
3. `HALF_OPEN`: the back-off is over, and one trial decides: a request, or a health check where there is one.
4. Back in `CLOSED` it starts slowly: its share of the requests grows with time.

Source: the states and names of Nygard, Release It!, "Circuit Breaker".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Phase(StrEnum):
    """How an origin is treated."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Event(StrEnum):
    """What moves an origin to another phase."""

    TRIPPED = "tripped"
    WAITED = "waited"
    PROVED = "proved"
    FAILED = "failed"


TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    Phase.CLOSED: {Event.TRIPPED: Phase.OPEN},
    Phase.OPEN: {Event.WAITED: Phase.HALF_OPEN},
    Phase.HALF_OPEN: {Event.PROVED: Phase.CLOSED, Event.FAILED: Phase.OPEN},
}

PROBES_TO_EJECT: Final = 2
"""Failed health checks in a row that eject: one may be lost to a restart. HAProxy 3, at the same 2 seconds."""

LONGEST_EJECTION: Final = 32
"""The longest back-off, as a multiple of the first: what came back is noticed within half a minute by default."""

STEADY_SECONDS: Final = 60.0
"""Seconds of being asked after which an ejection counts as the first one again."""

JITTER: Final = 0.2
"""Share of the back-off that chance may add, so that not all workers try a sick origin in the same moment."""

LEAST_SHARE: Final = 0.1
"""Share of its turns that an origin gets the moment it comes back."""


class NoTransition(Exception):
    """The table has no such move: a fault of the caller."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What a backend's config says about ejecting."""

    eject_after: int
    """Failures in a row; 0: never by failures."""
    eject_seconds: float
    slow_start_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """What is known of one origin. Times are monotonic seconds."""

    phase: Phase = Phase.CLOSED
    failures: int = 0
    """Requests that it failed in a row."""
    probe_failures: int = 0
    """Health checks that it failed in a row."""
    ejections: int = 0
    """Ejections of which each followed soon on the one before."""
    until: float = 0.0
    """In `OPEN` the end of the back-off, in `HALF_OPEN` the time at which a trial without an outcome is given up."""
    since: float = 0.0
    """When it was taken back; 0 when it was never ejected."""


WELL: Final = Health()


def moved(phase: Phase, event: Event) -> Phase:
    """The phase that follows.

    Raises:
        NoTransition: nothing follows from this event in this phase.
    """
    try:
        return TRANSITIONS[phase][event]
    except KeyError:
        raise NoTransition(f"{event} in phase {phase}") from None


def succeeded(health: Health, now: float) -> Health:
    """After a request that was answered. While `OPEN` it says nothing: it may have been asked long before."""
    if health.phase is Phase.HALF_OPEN:
        return _taken_back(health, now)
    return replace(health, failures=0) if health.failures and health.phase is Phase.CLOSED else health


def failed(health: Health, now: float, rules: Rules, draw: float) -> Health:
    """After a request that it failed; `draw` is from 0 to 1, by chance."""
    if health.phase is Phase.OPEN:
        return health
    if health.phase is Phase.HALF_OPEN:
        return _ejected(health, Event.FAILED, now, rules, draw)
    health = replace(health, failures=health.failures + 1)
    if rules.eject_after and health.failures >= rules.eject_after:
        return _ejected(health, Event.TRIPPED, now, rules, draw)
    return health


def probe_succeeded(health: Health, now: float) -> Health:
    """After a health check that went well: once the back-off is over it takes the origin back."""
    if health.phase is Phase.CLOSED:
        return replace(health, probe_failures=0) if health.probe_failures else health
    if health.phase is Phase.OPEN:
        if now < health.until:
            return health
        health = replace(health, phase=moved(health.phase, Event.WAITED))
    return _taken_back(health, now)


def probe_failed(health: Health, now: float, rules: Rules, draw: float) -> Health:
    """After a health check that failed. One that fails while the origin is left out changes nothing: the next is due
    soon, and costs no user anything."""
    if health.phase is not Phase.CLOSED:
        return health
    health = replace(health, probe_failures=health.probe_failures + 1)
    if health.probe_failures >= PROBES_TO_EJECT:
        return _ejected(health, Event.TRIPPED, now, rules, draw)
    return health


def may_be_tried(health: Health, now: float) -> bool:
    """Whether a request may find out if it is well again: the back-off is over, and no trial is under way."""
    return health.phase is not Phase.CLOSED and now >= health.until


def on_trial(health: Health, now: float, seconds: float) -> Health:
    """While one request finds out, for which it has `seconds`."""
    phase = Phase.HALF_OPEN if health.phase is Phase.HALF_OPEN else moved(health.phase, Event.WAITED)
    return replace(health, phase=phase, until=now + seconds)


def share(health: Health, now: float, rules: Rules) -> float:
    """The share of its turns that an origin in `CLOSED` gets, up to 1."""
    if not health.since or not rules.slow_start_seconds:
        return 1.0
    return min(1.0, max(LEAST_SHARE, (now - health.since) / rules.slow_start_seconds))


def _taken_back(health: Health, now: float) -> Health:
    return Health(phase=moved(health.phase, Event.PROVED), ejections=health.ejections, since=now)


def _ejected(health: Health, event: Event, now: float, rules: Rules, draw: float) -> Health:
    steady = health.phase is Phase.CLOSED and now - health.since > STEADY_SECONDS
    ejections = 1 if steady else health.ejections + 1
    wait = rules.eject_seconds * min(2.0 ** (ejections - 1), LONGEST_EJECTION)
    return Health(
        phase=moved(health.phase, event),
        failures=health.failures,
        ejections=ejections,
        until=now + wait * (1 + JITTER * draw),
        since=health.since,
    )
