"""How much of the monolith is gone, what needs attention, and what happened last."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Max
from django.http import HttpRequest

from strangler_proxy.config.model import Config
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.attention import Concern, Urgency, route_concerns, stuck_routes
from strangler_proxy.control.connection import reached
from strangler_proxy.control.models import AuditEntry, Walk, WalkState
from strangler_proxy.control.tally import hour_of
from strangler_proxy.control.traffic import Share, stage_counts, stages_over_time, traffic_shares
from strangler_proxy.control.web.page import Document, page
from strangler_proxy.control.web.pages.audit import entry_document
from strangler_proxy.control.web.site import Site, site_of

DAYS = 30
"""Days that the charts go back."""
SHOWN = 8
"""Concerns, stuck routes and changes that the page shows; the JSON has all but the changes."""
GONE = (Stage.SERVICE, Stage.RETIRED)
"""The stages in which the monolith answers no user of a route any more."""


@page("overview")
def overview(request: HttpRequest) -> Document:
    """The page."""
    return overview_document(site_of(request), time.time())


def overview_document(site: Site, now: float) -> Document:
    """Everything that the page says. Raises: StoreUnreachable; ConfigInvalid while the file was never valid."""
    site.audit_take_in()
    config = site.config
    lines = site.lines(now)
    today = hour_of(now)
    traffic = traffic_shares(since_hour=today - 24 * DAYS)
    concerns = [*_of_the_file(site), *_of_walks(config), *_of_backends(site), *route_concerns(config, lines)]
    concerns.sort(key=lambda one: one.urgency is not Urgency.NOW)
    stuck = list(stuck_routes(config, lines, _changed_at(), now))
    with reached():
        recent = [entry_document(one) for one in AuditEntry.objects.all()[:SHOWN]]
    return {
        "at": now,
        "gone": _gone(config, [one for one in traffic if one.hour > today - 24]),
        "stages": [
            {"stage": stage.value, "routes": count, "share": count / max(len(config.routes), 1)}
            for stage, count in stage_counts(config).items()
        ],
        "traffic_over_time": [asdict(one) for one in traffic],
        "stages_over_time": stages_over_time(since_hour=today - 24 * DAYS),
        "attention": [_concern(one) for one in concerns],
        "stuck": [{**asdict(one), "stage": one.stage.value} for one in stuck],
        "recent": recent,
    }


def _gone(config: Config, traffic: Sequence[Share]) -> dict[str, Any]:
    services, monolith = sum(one.services for one in traffic), sum(one.monolith for one in traffic)
    moved, all_routes = sum(route.stage in GONE for route in config.routes), len(config.routes)
    return {
        "requests": services + monolith,
        "requests_of_services": services,
        "traffic_share": services / (services + monolith) if services + monolith else None,
        "routes": all_routes,
        "routes_moved": moved,
        "route_share": moved / all_routes if all_routes else None,
    }


def _concern(one: Concern) -> dict[str, Any]:
    return {"urgency": one.urgency.value, "what": one.what, "remedy": one.remedy, "route": one.route}


def _of_the_file(site: Site) -> list[Concern]:
    return [
        Concern(urgency=Urgency.NOW, what=f"{one['where']}: {one['what']}", remedy=one["remedy"] or "")
        for one in site.current.mistakes
    ]


def _of_walks(config: Config) -> list[Concern]:
    """Walks that ended in a rollback, until the route goes on."""
    down = {route.name for route in config.routes if route.stage is Stage.MONOLITH}
    with reached():
        rows = Walk.objects.filter(state=WalkState.ROLLED_BACK).values_list("route", "why")
        return [
            Concern(
                urgency=Urgency.SOON,
                what=f"was rolled back by itself: {why}",
                remedy="See what differed, mend the service, and begin again.",
                route=route,
            )
            for route, why in rows
            if route in down
        ]


def _of_backends(site: Site) -> list[Concern]:
    metrics = site.metrics
    left_out = metrics.left_out if metrics else {}
    return [
        Concern(
            urgency=Urgency.NOW,
            what=f"backend {name} has URLs that workers leave out, as they failed",
            remedy="See whether it runs, and what its log says.",
        )
        for name, urls in sorted(left_out.items())
        if urls
    ]


def _changed_at() -> dict[str, float]:
    with reached():
        rows = AuditEntry.objects.exclude(route="").values_list("route").annotate(Max("when"))
        return {route: when.timestamp() for route, when in rows.order_by()}
