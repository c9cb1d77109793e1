"""What the comparer acts by: one config made ready. A new one takes effect with the next capture."""

import asyncio
import random
from dataclasses import dataclass, replace
from time import monotonic

from strangler_proxy.compare.redact import Redactor
from strangler_proxy.compare.route_rules import rules_of
from strangler_proxy.compare.rules import Bases, Rules
from strangler_proxy.config.model import MONOLITH, Backend, Config, Route
from strangler_proxy.proxy.pool import Pool
from strangler_proxy.routing.outcomes import RULES
from strangler_proxy.routing.pattern import compile_pattern
from strangler_proxy.shadow.asking import Asked, ask
from strangler_proxy.shadow.pace import Pace
from strangler_proxy.shadow.shape import Match


class Reach:
    """The way to one backend: connections of the comparer's own, and so many requests at a time and a second."""

    def __init__(self, backend: Backend, chance: random.Random) -> None:
        self.backend = backend
        # How many connections there may be is `shadow_concurrency`'s to say here.
        self.pool = Pool(replace(backend, max_connections=None), chance)
        self.version = ""
        """The version that its last answer said."""
        self._slots = asyncio.Semaphore(backend.shadow_concurrency)
        self._pace = Pace(backend.shadow_per_second, monotonic())

    async def ask(self, request: bytes, *, to_head: bool, primary_bytes: int) -> Asked:
        """As `asking.ask`, when its turn has come."""
        async with self._slots:
            wait = self._pace.wait_seconds(monotonic())
            if wait:
                await asyncio.sleep(wait)
            return await ask(self.pool, request, to_head=to_head, primary_bytes=primary_bytes)


@dataclass(frozen=True, slots=True)
class Shadowed:
    """A route that is compared, with all that this takes."""

    route: Route
    rules: Rules
    """For the monolith's answers against the service's."""
    noise_rules: Rules
    """For the monolith's answers against its own."""
    match: Match
    append_slash: bool
    candidate: Reach
    monolith: Reach
    redactor: Redactor
    address_key: bytes
    """See `address_of`."""


class Plan:
    """One config: its routes that are compared, by name, and the ways to its backends."""

    def __init__(self, config: Config, redaction_key: bytes, previous: "Plan | None" = None) -> None:
        self.config = config
        self._key = redaction_key
        self._redactor = Redactor(config.redact, redaction_key)
        chance = random.Random()
        old: dict[str, Reach] = {} if previous is None else previous.reaches
        self.reaches: dict[str, Reach] = {
            name: old[name] if name in old and old[name].backend == backend else Reach(backend, chance)
            for name, backend in config.backends.items()
        }
        self._routes = {route.name: route for route in config.routes}
        self._known: dict[str, Shadowed] = {}

    def shadowed(self, name: str) -> Shadowed | None:
        """A route by its name; None when it is not, or no more, compared. Made ready when it is first asked for."""
        known = self._known.get(name)
        if known is None:
            route = self._routes.get(name)
            if route is None or route.service is None or not RULES[route.stage].compares:
                return None
            known = self._known[name] = self._shadowed(route, route.service)
        return known

    def replaces(self, previous: "Plan") -> None:
        """Lets go of the connections that this plan has no use for."""
        for name, reach in previous.reaches.items():
            if self.reaches.get(name) is not reach:
                reach.pool.retire()

    def sweep(self, now: float) -> None:
        """Closes connections that have rested for too long."""
        for reach in self.reaches.values():
            reach.pool.sweep(now)

    def _shadowed(self, route: Route, service: str) -> Shadowed:
        rules = rules_of(self.config, route)
        bases = rules.bases
        return Shadowed(
            route=route,
            rules=rules,
            noise_rules=replace(rules, bases=Bases(bases.primary, bases.primary)),
            match=compile_pattern(route, self.config.converters).match,
            append_slash=self.config.proxy.append_slash,
            candidate=self.reaches[service],
            monolith=self.reaches[MONOLITH],
            redactor=self._redactor,
            address_key=self._key,
        )
