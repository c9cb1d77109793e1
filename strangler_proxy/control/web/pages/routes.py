"""All routes: stage, traffic, evidence, verdict."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest

from strangler_proxy.config.model import Config, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.attention import Line
from strangler_proxy.control.tally import hour_of
from strangler_proxy.control.traffic import Share, route_traffic, stage_counts
from strangler_proxy.control.web.page import Document, page
from strangler_proxy.control.web.paging import numbered, page_of
from strangler_proxy.control.web.site import Site, site_of
from strangler_proxy.control.web.standing import PLAIN_GATE, Standing
from strangler_proxy.rollout.stages import gate_of

ON_A_PAGE = 50
JUDGED = (Stage.SHADOW, Stage.CANARY, Stage.SERVICE)
"""The stages in which a verdict decides whether the route goes on."""


@page("routes")
def routes(request: HttpRequest) -> Document:
    """The page; `q`, `stage`, `service` choose routes, `sort` puts them in order, `page` says which of them."""
    return routes_document(site_of(request), {key: str(value)[:200] for key, value in request.GET.items()}, time.time())


def routes_document(site: Site, query: Mapping[str, str], now: float) -> Document:
    """Everything that the page says. Raises: StoreUnreachable; ConfigInvalid while the file was never valid."""
    config = site.config
    lines, traffic = site.lines(now), route_traffic(since_hour=hour_of(now) - 23)
    found = chosen(config, query)
    sort = query.get("sort", "file")
    order = SORTS.get(sort)
    if order is not None:
        found = sorted(found, key=lambda route: order(route, lines.get(route.name), traffic.get(route.name)))
    paging = page_of(len(found), ON_A_PAGE, query.get("page"))
    shown = found[paging.first : paging.last]
    standings = site.standings.of(shown)
    return {
        "search": query.get("q", ""),
        "stage": query.get("stage", ""),
        "service": query.get("service", ""),
        "sort": sort if order is not None else "file",
        "sorts": ORDERS,
        "stages": [{"stage": stage.value, "routes": count} for stage, count in stage_counts(config).items()],
        "services": sorted({route.service for route in config.routes if route.service}),
        "all": len(config.routes),
        "routes": [line_document(route, standings[route.name], traffic.get(route.name)) for route in shown],
        "paging": numbered(paging, query),
    }


def chosen(config: Config, query: Mapping[str, str]) -> list[Route]:
    """The routes that the query asks for, in file order."""
    word, stage, service = query.get("q", "").strip().lower(), query.get("stage", ""), query.get("service", "")
    return [
        route
        for route in config.routes
        if (not stage or route.stage == stage)
        and (not service or route.service == service)
        and (not word or word in f"{route.name} {route.path or route.regex} {route.service or ''}".lower())
    ]


_Order = Callable[[Route, Line | None, Share | None], Any]


def _by_traffic(route: Route, line: Line | None, share: Share | None) -> Any:
    return -(share.services + share.monolith) if share else 0


def _by_mismatches(route: Route, line: Line | None, share: Share | None) -> Any:
    return -(line.mismatches / line.comparisons) if line and line.comparisons else 0.0


SORTS: Mapping[str, _Order] = {
    "name": lambda route, line, share: route.name,
    "stage": lambda route, line, share: -list(Stage).index(route.stage),
    "traffic": _by_traffic,
    "mismatches": _by_mismatches,
}
"""Name of an order → by what; any other name is the order of the file."""

ORDERS = (
    ("file", "Order of the file"),
    ("name", "Name"),
    ("stage", "Furthest first"),
    ("traffic", "Most traffic first"),
    ("mismatches", "Most differences first"),
)
"""Each order, and what it is called."""


def line_document(route: Route, standing: Standing, share: Share | None) -> dict[str, Any]:
    """What the list says of one route."""
    evidence, judgement = standing.evidence, standing.judgement
    gate = gate_of(route) or PLAIN_GATE
    return {
        "name": route.name,
        "pattern": route.path or route.regex,
        "methods": list(route.methods),
        "service": route.service,
        "stage": route.stage.value,
        "canary_percent": route.canary.percent if route.stage is Stage.CANARY else None,
        "requests": share.services + share.monolith if share else 0,
        "requests_of_service": share.services if share else 0,
        "comparisons": evidence.comparisons,
        "addresses": evidence.addresses,
        "mismatches": evidence.mismatches,
        "mismatch_share": evidence.mismatches / evidence.comparisons if evidence.comparisons else None,
        "mismatch_upper_bound": judgement.mismatch_upper_bound if evidence.comparisons else None,
        "mismatch_limit": gate.max_mismatch_percent / 100 if standing.gated else None,
        "primary_ms": evidence.primary_latencies.quantile(0.5),
        "candidate_ms": evidence.candidate_latencies.quantile(0.5),
        "verdict": judgement.verdict.value if standing.gated else None,
        "verdict_is_asked": route.stage in JUDGED,
        "reasons": list(judgement.reasons),
    }
