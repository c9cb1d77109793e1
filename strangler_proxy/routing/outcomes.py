"""What can become of a request once its route is known: a table of stages, and each route's decisions, made once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from strangler_proxy.config.model import MONOLITH, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.routing.canary import is_in, is_sampled, sticky_key
from strangler_proxy.routing.model import Decision, Request, Why
from strangler_proxy.routing.override import Override

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""May be asked of the monolith after a service failed. Source: RFC 9110, 9.2.1, less TRACE, which is for proxies."""
CAPTURED_METHODS: Final = frozenset({"GET", "HEAD"})
"""May be asked of a second backend as they are; others would act twice."""


@dataclass(frozen=True, slots=True)
class StageRule:
    """Who answers in a stage, and what the other side does."""

    service_percent: float | None
    """Share of requests that the service answers; None: the route's own `canary.percent`."""
    monolith_stands_by: bool
    """Whether a failing service falls back to the monolith."""
    compares: bool
    """Whether what the monolith answers is captured."""


RULES: Final[Mapping[Stage, StageRule]] = {
    Stage.MONOLITH: StageRule(service_percent=0, monolith_stands_by=False, compares=False),
    Stage.SHADOW: StageRule(service_percent=0, monolith_stands_by=False, compares=True),
    Stage.CANARY: StageRule(service_percent=None, monolith_stands_by=True, compares=True),
    Stage.SERVICE: StageRule(service_percent=100, monolith_stands_by=True, compares=False),
    Stage.RETIRED: StageRule(service_percent=100, monolith_stands_by=False, compares=False),
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The decisions of one route, made once, of which each request gets one."""

    subject: str
    """How reasons call the route."""
    service: str
    percent: float
    """Share of requests that the service answers."""
    key: Callable[[Request], str | None]
    sample_percent: float
    """Share of the monolith's answers that are captured; 0 in a stage that does not compare."""
    by_service_safely: Decision
    by_service: Decision
    by_monolith_captured: Decision
    by_monolith: Decision

    def choose(self, request: Request, override: Override | None) -> Decision:
        """Return what becomes of a request that the route matched."""
        if override is not None and override.covers(self._route.name):
            return self._overridden(request, override)
        percent = self.percent
        if percent > 0 and is_in(request, self.service, percent, self.key):
            return self.by_service_safely if request.method in SAFE_METHODS else self.by_service
        sample = self.sample_percent
        if sample > 0 and request.method in CAPTURED_METHODS and is_sampled(request.request_id, sample):
            return self.by_monolith_captured
        return self.by_monolith

    @property
    def _route(self) -> Route:
        route = self.by_monolith.route
        assert route is not None
        return route

    def _overridden(self, request: Request, override: Override) -> Decision:
        route = self._route
        if override.side == "service" and route.service is None:
            return self._override_ignored(request, "the route has no service")
        if override.side == "monolith" and route.stage is Stage.RETIRED:
            return self._override_ignored(request, "the monolith may no longer have the route's code")
        backend = MONOLITH if override.side == "monolith" else self.service
        reason = f"a tester's override sends {self.subject} to {_called(backend)}"
        return Decision(
            route=route,
            stage=route.stage,
            backend=backend,
            fallback=None,
            captured=False,
            why=Why.OVERRIDE,
            reason=reason,
        )

    def _override_ignored(self, request: Request, because: str) -> Decision:
        decision = self.choose(request, None)
        return replace(decision, reason=f"{decision.reason}; a tester's override is ignored: {because}")


def outcomes_of(route: Route, *, slash_appended: bool) -> Outcomes:
    """Return all that can become of a route's requests; `slash_appended`: it matched the path with a slash appended."""
    rule = RULES[route.stage]
    subject = f"route {route.name}" + (" (matched with a slash appended)" if slash_appended else "")
    service = route.service or MONOLITH
    percent = route.canary.percent if rule.service_percent is None else rule.service_percent
    is_canary = route.stage is Stage.CANARY
    stated = f"{subject} is in stage {route.stage}"

    def decision(backend: str, *, falls_back: bool = False, captured: bool = False) -> Decision:
        to_service = backend != MONOLITH
        why = Why.STAGE if not is_canary else Why.CANARY_IN if to_service else Why.CANARY_OUT
        share = f", this request is {'in' if to_service else 'outside'} its {percent:g} %" if is_canary else ""
        capture = f", and the exchange is captured for {service}" if captured else ""
        return Decision(
            route=route,
            stage=route.stage,
            backend=backend,
            fallback=MONOLITH if falls_back else None,
            captured=captured,
            why=why,
            reason=f"{stated}{share}: {_called(backend)} answers{capture}",
        )

    return Outcomes(
        subject=subject,
        service=service,
        percent=percent,
        key=sticky_key(route.canary.sticky),
        sample_percent=route.compare.sample_percent if rule.compares else 0,
        by_service_safely=decision(service, falls_back=rule.monolith_stands_by),
        by_service=decision(service),
        by_monolith_captured=decision(MONOLITH, captured=rule.compares),
        by_monolith=decision(MONOLITH),
    )


def _called(backend: str) -> str:
    return "the monolith" if backend == MONOLITH else backend
