"""One route: its steps, its evidence, over time, its difference groups, its changes."""

import time
from typing import Any

from django.http import HttpRequest

from strangler_proxy.config.model import Config, Route
from strangler_proxy.control.connection import reached
from strangler_proxy.control.models import AuditEntry
from strangler_proxy.control.overview import over_time
from strangler_proxy.control.report.gather import report_of
from strangler_proxy.control.report.route_report import ReportedGroup, reason_text
from strangler_proxy.control.selectors import group_list
from strangler_proxy.control.tally import hour_of
from strangler_proxy.control.traffic import route_traffic
from strangler_proxy.control.walks import walk_list
from strangler_proxy.control.web.page import Document, is_there, page
from strangler_proxy.control.web.pages.audit import entry_document
from strangler_proxy.control.web.pages.routes import line_document
from strangler_proxy.control.web.site import Site, site_of
from strangler_proxy.rollout.stages import TRANSITIONS, Event

DAYS = 7
CHANGES = 10


@page("route")
def route(request: HttpRequest, name: str) -> Document:
    """The page."""
    return route_document(site_of(request), name, time.time())


def route_document(site: Site, name: str, now: float) -> Document:
    """Everything that the page says. Raises: Gone; StoreUnreachable; ConfigInvalid while the file was never valid."""
    site.audit_take_in()
    config = site.config
    found = found_route(config, name)
    report = report_of(config, found, now)
    ids = {(one.path, one.kind): one.id for one in group_list(name, found.compare)}
    standing = site.standings.of([found])[name]
    share = route_traffic(since_hour=hour_of(now) - 23).get(name)
    with reached():
        changes = [entry_document(one) for one in AuditEntry.objects.filter(route=name)[:CHANGES]]
    hours = over_time(name, found.compare, since_hour=hour_of(now) - 24 * DAYS)
    return {
        "at": now,
        "route": line_document(found, standing, share),
        "headline": report.headline,
        "ways": ways(found),
        "steps": [{"percent": step.percent, "hold_minutes": step.hold_minutes} for step in found.steps],
        "walk": next((one.document for one in walk_list(name)), None),
        "latency_ms": report.document()["latency_ms"],
        "failures": dict(report.failures),
        "not_compared": [
            {"reason": reason, "what": reason_text(reason), "count": count}
            for reason, count in report.not_compared.items()
        ],
        "groups": [_group(one, ids) for one in report.counting],
        "noise": [_group(one, ids) for one in report.noise],
        "ignores": report.document()["ignores"],
        "rules": list(found.compare.ignore),
        "over_time": [
            {
                "hour": one.hour,
                "comparisons": one.counts.comparisons,
                "mismatches": one.counts.mismatches,
                "primary_ms": one.primary_ms,
                "candidate_ms": one.candidate_ms,
                "not_compared": one.not_compared,
            }
            for one in hours
        ],
        "changes": changes,
    }


def found_route(config: Config, name: str) -> Route:
    """The route. Raises: Gone when the file has none of that name."""
    found: Route = is_there(next((one for one in config.routes if one.name == name), None), "route")
    return found


def ways(found: Route) -> dict[str, str | None]:
    """Where a step up and the way back lead; None: nowhere."""
    to = TRANSITIONS[found.stage]
    return {event.value: to[event].value if event in to else None for event in Event}


def _group(one: ReportedGroup, ids: dict[tuple[str, Any], int]) -> dict[str, Any]:
    return {**one.document(), "id": ids.get((one.path, one.kind))}
