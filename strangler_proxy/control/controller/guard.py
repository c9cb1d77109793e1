"""Which routes must go back now: every route whose service answers users, held against what is usual. Pure.

It needs the workers' counters and the config, and no database. What the evidence says is taken in when it is there:
the monolith's usual answer times, and how many comparisons differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from strangler_proxy.config.model import Config, Gate, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.controller.readings import (
    BOUNDS_MS,
    Counts,
    monolith_of,
    reading_of,
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

WITHOUT_GATE = Gate(max_mismatch_percent=100.0, max_latency_ratio=5.0)
"""What a route without a gate is held to: nobody has said how many comparisons may differ, so all may."""

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
    rang: float = float("-inf")


@dataclass(slots=True)
class _Compared:
    """Comparisons of one route, as sums that only grow, also from one epoch to the next."""

    evidence: RouteEvidence
    comparisons: int = 0
    mismatches: int = 0

    def take(self, evidence: RouteEvidence) -> None:
        before, self.evidence = self.evidence, evidence
        comparisons, mismatches = evidence.comparisons, evidence.mismatches
        if evidence.epoch == before.epoch:
            comparisons, mismatches = comparisons - before.comparisons, mismatches - before.mismatches
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
                self._compared[name] = _Compared(one)
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
            guarded = self._guarded[route.name] = _Guarded(Watch(BOUNDS_MS), route.service, route.stage)
        compared = self._compared.get(route.name)
        sums = (compared.comparisons, compared.mismatches) if compared else (0, 0)
        guarded.watch.add(now, reading_of(counts, route.name, route.service, sums))
        evidence = compared.evidence if compared else None
        gate = gate_of(route) or WITHOUT_GATE
        rung = guarded.watch.rung(gate, _usual(gate, evidence, monolith_of(counts, route.name)), evidence)
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


def _usual(gate: Gate, evidence: RouteEvidence | None, counted: RouteEvidence) -> Usual:
    """What is usual by the evidence, or where it says nothing of it, by what the workers counted."""
    known = usual(evidence, gate) if evidence is not None else Usual()
    if known.slow_from_ms is None:
        known = usual(counted, gate)
    if known.slow_from_ms is None:
        return known
    return replace(known, slow_from_ms=max(known.slow_from_ms, FELT_MS))
