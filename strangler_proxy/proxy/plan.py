"""What a worker acts by: one config made ready. A new one replaces it between two requests.

A request keeps the plan that it began with to its end, also when it falls back to another backend.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from strangler_proxy.config.model import Backend, Config
from strangler_proxy.proxy.counters import Counters, Series, SeriesKey
from strangler_proxy.proxy.forwarded import networks
from strangler_proxy.proxy.pool import Pool
from strangler_proxy.routing.model import Decision, Why
from strangler_proxy.routing.table import RoutingTable

_NO_ROUTE: Final = "-"


class Labels:
    """What is said of every request with the same route, backend and reason: made once, used often."""

    __slots__ = ("answer_line", "log", "series")

    def __init__(self, answer_line: bytes, log: str, series: Series) -> None:
        self.answer_line = answer_line
        """The `X-Strangler` header line; empty when it is off."""
        self.log = log
        """The members of the access log's object."""
        self.series = series


Choice = tuple[Pool, Labels, str | None]
"""Whom to ask, what is said of it, and the fallback's name if there is one."""

_REMEMBERED: Final = 50_000
"""Decisions that a plan remembers: five or so a route; some are made for one request, and are not worth keeping."""


class Plan:
    """One config, its routing table, and the pools of its backends."""

    def __init__(
        self,
        generation: int,
        config: Config,
        counters: Counters,
        previous: "Plan | None" = None,
        make_pool: Callable[[Backend], Pool] = Pool,
    ) -> None:
        self.generation = generation
        self.config = config
        self.table: RoutingTable = RoutingTable.build(config, None if previous is None else previous.table)
        self.trusted = networks(config.proxy.trusted_proxies)
        self.via = _via_line("1.1", config.proxy.via)
        """The `Via` line of a request; empty when none is sent."""
        self.via_1_0 = _via_line("1.0", config.proxy.via)
        """That of a request which came in HTTP/1.0."""
        old: Mapping[str, Pool] = {} if previous is None else previous.pools
        self.pools: dict[str, Pool] = {
            name: old[name] if name in old and old[name].backend == backend else make_pool(backend)
            for name, backend in config.backends.items()
        }
        self._counters = counters
        self._choices: dict[int, tuple[Decision, Choice]] = {}
        self._labels: dict[tuple[str | None, str, str], Labels] = {}

    def replaces(self, previous: "Plan") -> None:
        """Retires the pools of `previous` that this plan has no use for."""
        for name, pool in previous.pools.items():
            if self.pools.get(name) is not pool:
                pool.retire()

    def first_choice(self, decision: Decision) -> Choice:
        """Whom the decision asks first. A table gives the same decisions again and again; each is looked up once."""
        known = self._choices.get(id(decision))
        if known is not None and known[0] is decision:
            return known[1]
        choice = self.choice(decision, decision.backend, decision.why)
        if len(self._choices) < _REMEMBERED:
            self._choices[id(decision)] = decision, choice
        return choice

    def choice(self, decision: Decision, backend: str, why: Why) -> Choice:
        """What follows from asking `backend` because of `why`."""
        route = None if decision.route is None else decision.route.name
        key = (route, backend, why)
        labels = self._labels.get(key)
        if labels is None:
            labels = self._labels[key] = self._make_labels(route, decision.stage, backend, why)
        return self.pools[backend], labels, decision.fallback if why is not Why.FALLBACK else None

    def series_key(self, decision: Decision, backend: str) -> SeriesKey:
        """Among which requests one is counted that `backend` answers."""
        return _NO_ROUTE if decision.route is None else decision.route.name, decision.stage, backend

    def _make_labels(self, route: str | None, stage: str, backend: str, why: str) -> Labels:
        named = f" route={route};" if route is not None else ""
        line = f"X-Strangler: backend={backend};{named} stage={stage}; why={why}\r\n"
        log = json.dumps({"route": route, "stage": stage, "backend": backend, "why": why}, separators=(",", ":"))
        return Labels(
            line.encode("ascii", "replace") if self.config.proxy.answer_header else b"",
            log[1:-1],
            self._counters.series_of(_NO_ROUTE if route is None else route, stage, backend),
        )


def _via_line(version: str, name: str | None) -> bytes:
    return b"" if name is None else f"Via: {version} {name}\r\n".encode("ascii")
