"""What a person should look at: what is wrong now, and routes that do not get on. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from strangler_proxy.config.model import Config, Gate, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.rollout.judge import WAYS_TO_FAIL
from strangler_proxy.rollout.sequence import speaks_for_more
from strangler_proxy.rollout.stages import gate_of

DAY = 86_400.0
QUIET_SECONDS = DAY
"""Seconds without a comparison from which on a route that should be compared is stuck: each day's traffic was seen."""
LONG_SECONDS = 14 * DAY
"""Seconds in one stage from which on a route is stuck whatever comes: two weeks are one sprint too many."""
MISSED_SHARE = 0.1
"""Share of a route's captures that may go without a comparison before it is told."""
MISSED_LEAST = 100
"""Captures from which on such a share says something."""


class Urgency(StrEnum):
    """How soon."""

    NOW = "now"
    """Users are, or may be, answered wrongly."""
    SOON = "soon"
    """Nobody is hurt yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """One thing to look at."""

    urgency: Urgency
    what: str
    remedy: str
    route: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stuck:
    """A route that does not get on."""

    route: str
    stage: Stage
    why: str
    since: float | None
    """Unix time; None: it is not known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What is known of one route, as far as it is asked here."""

    comparisons: int
    mismatches: int
    not_compared: int
    """Of the last day."""
    last_seen: float


def route_concerns(config: Config, lines: Mapping[str, Line]) -> Iterator[Concern]:
    """Routes that break their gate, and those of which too little is compared."""
    for route in config.routes:
        line = lines.get(route.name)
        if line is None or route.stage in (Stage.MONOLITH, Stage.RETIRED):
            continue
        gate = gate_of(route)
        if gate is not None and is_broken(line.comparisons, line.mismatches, gate):
            exposed = route.stage in (Stage.CANARY, Stage.SERVICE)
            yield Concern(
                urgency=Urgency.NOW if exposed else Urgency.SOON,
                what=f"breaks its gate: {line.mismatches:,} of {line.comparisons:,} comparisons differ",
                remedy="Roll it back, then look at what differs." if exposed else "Look at what differs.",
                route=route.name,
            )
        captures = line.comparisons + line.not_compared
        if line.not_compared > MISSED_SHARE * captures and captures >= MISSED_LEAST:
            yield Concern(
                urgency=Urgency.SOON,
                what=f"{line.not_compared:,} captures of the last day were not compared",
                remedy="See the reasons under Health.",
                route=route.name,
            )


def stuck_routes(
    config: Config, lines: Mapping[str, Line], changed_at: Mapping[str, float], now: float
) -> Iterator[Stuck]:
    """Routes that should be compared and are not, or have been in one stage for long; `changed_at` has the Unix time
    of each route's last change, where it is known."""
    for route in config.routes:
        if route.stage not in (Stage.SHADOW, Stage.CANARY):
            continue
        why, since = _why_stuck(route, lines.get(route.name), changed_at.get(route.name), now)
        if why:
            yield Stuck(route=route.name, stage=route.stage, why=why, since=since)


def _why_stuck(route: Route, line: Line | None, changed: float | None, now: float) -> tuple[str, float | None]:
    fresh = changed is not None and now - changed < QUIET_SECONDS
    if line is None:
        return ("", None) if fresh else ("nothing of it was ever compared", changed)
    if now - line.last_seen > QUIET_SECONDS and not fresh:
        return "nothing was compared since", line.last_seen
    if changed is not None and now - changed > LONG_SECONDS:
        return f"in stage {route.stage} since", changed
    return "", None


@lru_cache(8192)
def is_broken(comparisons: int, mismatches: int, gate: Gate) -> bool:
    """Whether the share of mismatches alone makes the gate's verdict `fail`."""
    error = (1 - gate.confidence_percent / 100) / WAYS_TO_FAIL
    return comparisons > 0 and speaks_for_more(comparisons, mismatches, gate.max_mismatch_percent / 100, error)
