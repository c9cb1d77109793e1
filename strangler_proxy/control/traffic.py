"""The hourly tally of who answered users, kept from the proxy's counters, which are gone when it stops."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Sum

from strangler_proxy.config.model import MONOLITH, Config
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.connection import reached
from strangler_proxy.control.metrics_page import Answered, SeriesKey
from strangler_proxy.control.models import StageCount, TrafficCount
from strangler_proxy.control.tally import hour_of
from strangler_proxy.control.text import fit
from strangler_proxy.control.upsert import add

KEEP_HOURS = 24 * 400
"""Hours for which the tally is kept: over a year, as a migration may last."""

NO_BACKEND = frozenset({"proxy", "other"})
"""How the counters call what the proxy answered itself, and what there were too many labels for."""

SAMPLE_SECONDS = 10.0
"""Seconds between two looks at the counters; what is lost with a supervisor that dies is at most so much."""


@dataclass(frozen=True, slots=True)
class Share:
    """Users' requests of one hour."""

    hour: int
    services: int
    """Answered by services."""
    monolith: int
    errors: int = 0


def traffic_record(added: Mapping[SeriesKey, Answered], now: float) -> None:
    """Adds to the hour of the Unix time `now`. Raises: StoreUnreachable."""
    rows = {
        (hour_of(now), fit(route, 200), fit(backend, 100)): (one.count, one.errors)
        for (route, backend), one in added.items()
        if backend not in NO_BACKEND
    }
    with reached(), transaction.atomic():
        add(DEFAULT_DB_ALIAS, TrafficCount, ("hour", "route", "backend"), rows, sums=("count", "errors"))


def stages_record(config: Config, now: float) -> None:
    """Writes how many routes are in which stage in this hour; forgets what is too old. Raises: StoreUnreachable."""
    hour = hour_of(now)
    counts = stage_counts(config)
    with reached(), transaction.atomic():
        for stage, routes in counts.items():
            StageCount.objects.update_or_create(hour=hour, stage=stage.value, defaults={"routes": routes})
        StageCount.objects.filter(hour__lt=hour - KEEP_HOURS).delete()
        TrafficCount.objects.filter(hour__lt=hour - KEEP_HOURS).delete()


def stage_counts(config: Config) -> dict[Stage, int]:
    """Routes in each stage, every stage there. Pure."""
    counts = dict.fromkeys(Stage, 0)
    for route in config.routes:
        counts[route.stage] += 1
    return counts


def traffic_shares(*, since_hour: int) -> list[Share]:
    """All routes together by the hour, for those hours in which there was something. Raises: StoreUnreachable."""
    hours: dict[int, list[int]] = {}
    with reached():
        rows = TrafficCount.objects.filter(hour__gte=since_hour).values_list("hour", "backend")
        for hour, backend, count, errors in rows.annotate(Sum("count"), Sum("errors")):
            sums = hours.setdefault(hour, [0, 0, 0])
            sums[backend == MONOLITH] += count
            sums[2] += errors
    return [Share(hour, services, monolith, errors) for hour, (services, monolith, errors) in sorted(hours.items())]


def route_traffic(*, since_hour: int) -> dict[str, Share]:
    """Each route over all those hours; the hour is the first. Raises: StoreUnreachable."""
    routes: dict[str, list[int]] = {}
    with reached():
        rows = TrafficCount.objects.filter(hour__gte=since_hour).values_list("route", "backend")
        for route, backend, count, errors in rows.annotate(Sum("count"), Sum("errors")):
            sums = routes.setdefault(route, [0, 0, 0])
            sums[backend == MONOLITH] += count
            sums[2] += errors
    return {route: Share(since_hour, *sums) for route, sums in routes.items()}


def stages_over_time(*, since_hour: int) -> list[dict[str, int]]:
    """Routes by stage for each hour that was looked at: `{"hour", "monolith", …}`. Raises: StoreUnreachable."""
    hours: dict[int, dict[str, int]] = {}
    with reached():
        rows = StageCount.objects.filter(hour__gte=since_hour).values_list("hour", "stage", "routes")
        for hour, stage, routes in rows:
            hours.setdefault(hour, {"hour": hour, **dict.fromkeys(map(str, Stage), 0)})[stage] = routes
    return [hours[hour] for hour in sorted(hours)]
