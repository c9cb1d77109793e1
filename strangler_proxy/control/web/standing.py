"""How routes stand: verdict and answer times, remembered for as long as nothing was added to what they rest on.

A verdict takes some milliseconds; a list of fifty, asked for every few seconds, would be nothing else.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from strangler_proxy.config.model import Compare, Gate, Route
from strangler_proxy.control.connection import reached
from strangler_proxy.control.models import Epoch
from strangler_proxy.control.selectors import evidence_of
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.judge import judge_evidence
from strangler_proxy.rollout.stages import gate_of, limits_of
from strangler_proxy.rollout.verdict import Judgement

PLAIN_GATE = Gate()
"""By whose confidence the bound of a route without a gate is told."""

REMEMBERED = 5000
"""Routes; beyond it all is forgotten, which costs time alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What a line of the list says of a route."""

    evidence: RouteEvidence
    judgement: Judgement
    """By the gate of the route's stage, or by a plain one."""
    gated: bool
    """Whether there is a gate, so that the verdict decides something."""


_Key = tuple[Gate | None, Gate, Compare, str, int, float]


class Standings:
    """The last standing of each route."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[_Key, Standing]] = {}

    def of(self, routes: Iterable[Route]) -> Mapping[str, Standing]:
        """The standing of each route as it is now. Raises: StoreUnreachable."""
        wanted = list(routes)
        newest = _newest([route.name for route in wanted])
        found = {}
        for route in wanted:
            gate, limits = gate_of(route), limits_of(route)
            key = (gate, limits, route.compare, *newest.get(route.name, ("", 0, 0.0)))
            with self._lock:
                known = self._known.get(route.name)
            if known is None or known[0] != key:
                evidence = evidence_of(route.name, route.compare)
                judgement = judge_evidence(evidence, limits)
                known = (key, Standing(evidence=evidence, judgement=judgement, gated=gate is not None))
                with self._lock:
                    if len(self._known) >= REMEMBERED:
                        self._known.clear()
                    self._known[route.name] = known
            found[route.name] = known[1]
        return found


def _newest(names: list[str]) -> dict[str, tuple[str, int, float]]:
    """Name, comparisons and last moment of each route's newest epoch."""
    with reached():
        rows = Epoch.objects.filter(route__in=names).order_by("last_seen", "id")
        return {route: (name, count, at) for route, name, count, at in rows.values_list(*_COLUMNS)}


_COLUMNS = ("route", "name", "comparisons", "last_seen")
