"""Which routes must go back now: every route whose service answers users, held against what is usual. Pure.

It needs the counters of the workers and the comparer and the config, and no database. What the evidence says is taken
in when it is there: the monolith's usual answer times, how many comparisons differed when users were sent to the
service, and for a route that learns the monolith's noise which of them are noise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from strangler_proxy.config.model import Config, Gate, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.controller.readings import (
    BOUNDS_MS,
    Counts,
    monolith_of,
    raw_of,
    reading_of,
    service_is_quiet,
    sorted_by_route,
)
from strangler_proxy.proxy.counters import Report
from strangler_proxy.rollout.alarm import Usual, usual
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.stages import gate_of
from strangler_proxy.rollout.watch import Rung, Watch

WATCHED = frozenset({Stage.CANARY, Stage.SERVICE, Stage.RETIRED})

FELT_MS = 100.0
"""Milliseconds below which no answer counts as slow: the gate judges finer, in more time. What a user feels begins
here. Source: J. Nielsen, Usability Engineering (1993), section 5.5."""

NO_MISMATCH_RINGS = 100.0
"""The share of comparisons, in percent, that may differ where it is not to count."""

WITHOUT_GATE = Gate(max_mismatch_percent=NO_MISMATCH_RINGS, max_latency_ratio=5.0)
"""What a route without a gate is held to: nobody has said how many comparisons may differ, so all may."""

PATIENCE_SECONDS = 10.0
"""Seconds for which mismatches do not count while it is not known how many there were before."""

AGAIN_SECONDS = 5.0
"""Seconds after which a route that could not be taken back rings again."""

QUIET_SECONDS = 300.0
"""The same for one that may not be taken back: it is told, and then again when it goes on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ringing:
    """A route that must go back."""

    route: Route
    rung: Rung
    obstacle: str | None
    """Why it is not taken back all the same, in words; None: it is."""


@dataclass(slots=True)
class _Guarded:
    watch: Watch
    service: str
    stage: Stage
    began: float
    rang: float = float("-inf")
    quiet: object = None
    """What had been counted when it was looked at last and was well, with nothing waiting; None: look again."""


@dataclass(slots=True)
class _Compared:
    """Comparisons of one route, as sums that only grow, also from one epoch to the next."""

    evidence: RouteEvidence
    at_first: RouteEvidence
    """What was known when the watch began; of another version of the service, nothing was."""
    comparisons: int = 0
    mismatches: int = 0

    def take(self, evidence: RouteEvidence) -> None:
        before, self.evidence = self.evidence, evidence
        comparisons, mismatches = evidence.comparisons, evidence.mismatches
        if evidence.epoch == before.epoch:
            comparisons, mismatches = comparisons - before.comparisons, mismatches - before.mismatches
        else:
            self.at_first = RouteEvidence(route=evidence.route, epoch=evidence.epoch)
        if comparisons <= 0:
            return
        self.comparisons += comparisons
        if mismatches <= comparisons:  # else groups were judged anew, as noise or no noise: that happened long before
            self.mismatches += max(mismatches, 0)


@dataclass(slots=True)
class Guard:
    """Watches the routes of one proxy."""

    _guarded: dict[str, _Guarded] = field(default_factory=dict)
    _compared: dict[str, _Compared] = field(default_factory=dict)

    @staticmethod
    def watches(config: Config) -> list[Route]:
        """The routes whose service answers users."""
        return [route for route in config.routes if route.stage in WATCHED and route.service is not None]

    def know(self, evidence: Mapping[str, RouteEvidence]) -> None:
        """Takes in the newest evidence of some routes."""
        for name, one in evidence.items():
            known = self._compared.get(name)
            if known is None:
                self._compared[name] = _Compared(one, one)
            else:
                known.take(one)

    def look(self, report: Report, config: Config, now: float) -> list[Ringing]:
        """The routes that must go back, by what was counted by the moment `now` (monotonic seconds)."""
        watched = self.watches(config)
        self._forget_all_but({route.name for route in watched})
        counts = sorted_by_route(report)
        return [ringing for route in watched if (ringing := self._look_at(route, counts, now)) is not None]

    def answers(self, route: str) -> int:
        """Answers that the route's service has given to users since it came to its stage."""
        guarded = self._guarded.get(route)
        return 0 if guarded is None else guarded.watch.answers

    def _look_at(self, route: Route, counts: Counts, now: float) -> Ringing | None:
        assert route.service is not None
        guarded = self._guarded.get(route.name)
        if guarded is None or (guarded.service, guarded.stage) != (route.service, route.stage):
            guarded = self._guarded[route.name] = _Guarded(Watch(BOUNDS_MS), route.service, route.stage, now)
        compared = self._compared.get(route.name)
        seen = (raw_of(counts, route.name, route.service), compared.comparisons if compared else 0)
        if guarded.quiet == seen:
            return None
        guarded.watch.add(now, reading_of(counts, route.name, route.service, _sums(route, counts, compared)))
        gate = gate_of(route) or WITHOUT_GATE
        if compared is None and now - guarded.began < PATIENCE_SECONDS:
            gate = replace(gate, max_mismatch_percent=NO_MISMATCH_RINGS)
        known = _usual(gate, compared.evidence if compared else None, monolith_of(counts, route.name))
        rung = guarded.watch.rung(gate, known, compared.at_first if compared else None)
        is_quiet = rung is None and service_is_quiet(counts, route.name, route.service)
        guarded.quiet = seen if is_quiet else None
        if rung is None:
            return None
        obstacle = obstacle_to(route)
        if now - guarded.rang < (QUIET_SECONDS if obstacle else AGAIN_SECONDS):
            return None
        guarded.rang = now
        return Ringing(route=route, rung=rung, obstacle=obstacle)

    def _forget_all_but(self, names: set[str]) -> None:
        for name in self._guarded.keys() - names:
            del self._guarded[name]
            self._compared.pop(name, None)


def obstacle_to(route: Route) -> str | None:
    """Why a route is not taken back by itself; None: it is."""
    if route.stage is Stage.RETIRED:
        return (
            "The route is retired: the monolith's code may be gone, so people must decide. "
            f"`strangler rollback {route.name}` takes it back while the code is there."
        )
    if not route.auto_rollback:
        return f"The route says auto_rollback = false. `strangler rollback {route.name}` takes it back."
    return None


def _sums(route: Route, counts: Counts, compared: _Compared | None) -> tuple[int, int]:
    """Comparisons and mismatches, as sums that only grow: as soon as the comparer counts them, or where some may be
    noise as the evidence says."""
    if not route.compare.noise_percent:
        return counts.compared.get(route.name, (0, 0))
    return (compared.comparisons, compared.mismatches) if compared else (0, 0)


def _usual(gate: Gate, evidence: RouteEvidence | None, counted: RouteEvidence) -> Usual:
    """What is usual by the evidence, or where it says nothing of it, by what the workers counted."""
    known = usual(evidence, gate) if evidence is not None else Usual()
    if known.slow_from_ms is None:
        known = usual(counted, gate)
    if known.slow_from_ms is None:
        return known
    return replace(known, slow_from_ms=max(known.slow_from_ms, FELT_MS))
