"""The routing table: a whole configuration made ready to decide, for every request, which backend answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from strangler_proxy.config.model import MONOLITH, Config, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.routing.conditions import Conditions, compile_conditions
from strangler_proxy.routing.index import Index
from strangler_proxy.routing.model import Decision, Request, Why
from strangler_proxy.routing.outcomes import Outcomes, outcomes_of
from strangler_proxy.routing.override import Override
from strangler_proxy.routing.paths import Ambiguity, read_path
from strangler_proxy.routing.pattern import Pattern, compile_pattern


def _left_to_the_monolith(why: Why, reason: str) -> Decision:
    return Decision(
        route=None,
        stage=Stage.MONOLITH,
        backend=MONOLITH,
        fallback=None,
        captured=False,
        why=why,
        reason=f"{reason}: the monolith answers",
    )


NO_ROUTE: Final = _left_to_the_monolith(Why.NO_ROUTE, "no route matches")
AMBIGUOUS: Final[Mapping[Ambiguity, Decision]] = {
    ambiguity: _left_to_the_monolith(
        Why.AMBIGUOUS_PATH, f"the path {ambiguity.value}, which a service might read differently"
    )
    for ambiguity in Ambiguity
}


@dataclass(frozen=True, slots=True)
class _CompiledRoute:
    route: Route
    pattern: Pattern
    prefix: str
    match_rest: Callable[[str, int], object]
    """Both the pattern's, one step nearer."""
    methods: tuple[str, ...]
    """The route's, as an object that routes with the same methods share: one that is at hand already."""
    conditions: Conditions | None
    outcomes: Outcomes
    outcomes_with_slash: Outcomes


class RoutingTable:
    """Decides by one valid configuration. Immutable, so that a reload swaps one table for another between requests."""

    __slots__ = ("_append_slash", "_converters", "_index", "_patterns", "_routes")

    def __init__(
        self,
        routes: tuple[_CompiledRoute, ...],
        index: Index,
        patterns: Mapping[tuple[str | None, str | None], Pattern],
        config: Config,
    ) -> None:
        self._routes = routes
        self._index = index
        self._patterns = patterns
        self._converters = config.converters
        self._append_slash = config.proxy.append_slash

    @classmethod
    def build(cls, config: Config, previous: "RoutingTable | None" = None) -> "RoutingTable":
        """Return the table of a valid configuration; what it shares with `previous` is not compiled again."""
        if previous is not None and previous._converters != config.converters:
            previous = None
        known_routes = {} if previous is None else {compiled.route.name: compiled for compiled in previous._routes}
        known_patterns = {} if previous is None else previous._patterns
        patterns: dict[tuple[str | None, str | None], Pattern] = {}
        routes = []
        for route in config.routes:
            compiled = known_routes.get(route.name)
            if compiled is None or compiled.route != route:
                key = (route.path, route.regex)
                pattern = patterns.get(key) or known_patterns.get(key) or compile_pattern(route, config.converters)
                compiled = _compile(route, pattern)
            patterns[route.path, route.regex] = compiled.pattern
            routes.append(compiled)
        shapes = [compiled.pattern.shape for compiled in routes]
        if previous is not None and shapes == [compiled.pattern.shape for compiled in previous._routes]:
            index = previous._index
        else:
            index = Index(shapes)
        return cls(tuple(routes), index, patterns, config)

    def decide(self, request: Request, override: Override | None = None) -> Decision:
        """Return where the request goes: by the first route in file order that takes it, else to the monolith.

        When no route's path matches and `append_slash` is on, a path without a last slash is tried with one, because
        the monolith's APPEND_SLASH would redirect it there. As in Django, a path that matches as it is blocks this,
        whatever its route says of methods, hosts and headers. The monolith may however have a URL for the path
        without the slash that no route names; such a URL needs a route of its own, in stage `monolith`, or
        `append_slash = false`.

        Source: `django.middleware.common.CommonMiddleware.should_redirect_with_slash` (Django 5.2).
        """
        path = read_path(request.target)
        if isinstance(path, Ambiguity):
            return AMBIGUOUS[path]
        path_is_known = False
        routes = self._routes
        for number in self._index.candidates(path):
            compiled = routes[number]
            if _matches(compiled, path):
                if _takes(compiled, request):
                    return compiled.outcomes.choose(request, override)
                path_is_known = True
        if self._append_slash and not path_is_known and not path.endswith("/"):
            path += "/"
            for number in self._index.candidates(path):
                compiled = routes[number]
                if _matches(compiled, path) and _takes(compiled, request):
                    return compiled.outcomes_with_slash.choose(request, override)
        return NO_ROUTE


def _matches(compiled: _CompiledRoute, path: str) -> object:
    return path.startswith(compiled.prefix) and compiled.match_rest(path, len(compiled.prefix))


def _takes(compiled: _CompiledRoute, request: Request) -> bool:
    methods, conditions = compiled.methods, compiled.conditions
    return (not methods or request.method in methods) and (conditions is None or conditions.hold(request))


def _compile(route: Route, pattern: Pattern) -> _CompiledRoute:
    return _CompiledRoute(
        route=route,
        pattern=pattern,
        prefix=pattern.prefix,
        match_rest=pattern.match_rest,
        methods=_shared(route.methods),
        conditions=compile_conditions(route),
        outcomes=outcomes_of(route, slash_appended=False),
        outcomes_with_slash=outcomes_of(route, slash_appended=True),
    )


@lru_cache(maxsize=256)
def _shared(methods: tuple[str, ...]) -> tuple[str, ...]:
    """The first of all equal tuples."""
    return methods
