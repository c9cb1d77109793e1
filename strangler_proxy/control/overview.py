"""Reads over all routes, in a number of queries that does not depend on how many routes there are."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Sum

from strangler_proxy.config.model import Compare
from strangler_proxy.control.connection import reached
from strangler_proxy.control.models import Epoch, Group, HourlyOutcome, LeftCount, TotalOutcome
from strangler_proxy.control.reckoning import CountedGroup, Counts, add_to, noise_among
from strangler_proxy.control.selectors import (
    GROUP_COLUMNS,
    OUTCOME_COLUMNS,
    group_of_row,
    groups_of,
    noise_of,
    outcome_of,
    severities_of,
)

_PLAIN = Compare()


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteOverview:
    """A route's line in the overview."""

    route: str
    epoch: str
    first_seen: float
    last_seen: float
    counts: Counts
    not_compared: int
    """Captures since the asked hour that were not compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hour:
    """A route in one hour, all epochs together."""

    hour: int
    """Whole hours of Unix time."""
    counts: Counts
    primary_ms: float | None
    """Milliseconds, the mean of all primaries; None: there was none."""
    candidate_ms: float | None
    """Milliseconds, the mean of the candidates that answered."""
    not_compared: int


def route_overview(settings: Mapping[str, Compare], *, left_since_hour: int) -> dict[str, RouteOverview]:
    """Every route that was compared ever, in its newest epoch; `settings` are those of the routes in the config.

    Raises: StoreUnreachable.
    """
    with reached():
        newest = _newest_epochs()
        noisy = Group.objects.filter(epoch__in=newest, noise_count__gt=0, count__gt=0).values("epoch")
        epochs = {epoch[0]: epoch for epoch in newest.values_list(*_EPOCH_COLUMNS).order_by("id")}
        counts: defaultdict[int, Counts] = defaultdict(Counts)
        _count_where_nothing_is_noise(counts, TotalOutcome.objects.filter(epoch__in=newest).exclude(epoch__in=noisy))
        groups: defaultdict[int, list[CountedGroup]] = defaultdict(list)
        for id_, *row in Group.objects.filter(epoch__in=noisy).values_list("epoch", *GROUP_COLUMNS):
            groups[id_].append(group_of_row(tuple(row)))
        excused, severities = {}, {}
        for id_ in groups.keys() & epochs.keys():  # one may have become the newest since the epochs were read
            of_epoch = groups[id_]
            _, route, _, comparisons, asked_twice, *_ = epochs[id_]
            excused[id_] = noise_among(
                of_epoch, comparisons=comparisons, asked_twice=asked_twice, settings=settings.get(route, _PLAIN)
            )
            severities[id_] = severities_of(of_epoch)
        for id_, *row in TotalOutcome.objects.filter(epoch__in=noisy).values_list("epoch", *OUTCOME_COLUMNS):
            if id_ in excused:
                add_to(counts[id_], outcome_of(tuple(row)), excused[id_], severities[id_])
        left = dict(LeftCount.objects.filter(hour__gte=left_since_hour).values_list("route").annotate(Sum("count")))
    return {
        route: RouteOverview(
            route=route,
            epoch=name,
            first_seen=first_seen,
            last_seen=last_seen,
            counts=counts[id_],
            not_compared=left.get(route, 0),
        )
        for id_, route, name, _, _, first_seen, last_seen in epochs.values()
    }


_EPOCH_COLUMNS = ("id", "route", "name", "comparisons", "asked_twice", "first_seen", "last_seen")


def _count_where_nothing_is_noise(counts: dict[int, Counts], outcomes: QuerySet) -> None:
    """Adds outcomes whose severity is all that there is to know; the database adds up those that are alike in it."""
    columns = ("epoch", "signature__severity", "failure", "primary_error", "candidate_error", "not_seen")
    for id_, *row, count in outcomes.values_list(*columns).annotate(Sum("count")):
        add_to(counts[id_], outcome_of(([], *row, count)), (), {})


def over_time(route: str, settings: Compare, *, since_hour: int) -> list[Hour]:
    """The route by the hour, for those hours in which there was something. Raises: StoreUnreachable."""
    hours: defaultdict[int, Counts] = defaultdict(Counts)
    primary: defaultdict[int, list[float]] = defaultdict(lambda: [0.0, 0])
    candidate: defaultdict[int, list[float]] = defaultdict(lambda: [0.0, 0])
    with reached():
        for epoch in Epoch.objects.filter(route=route, last_seen__gte=since_hour * 3600):
            groups = groups_of(epoch)
            excused, severities = noise_of(epoch, groups, settings), severities_of(groups)
            rows = HourlyOutcome.objects.filter(epoch=epoch, hour__gte=since_hour)
            for hour, primary_ms, candidate_ms, *row in rows.values_list(*_HOUR_COLUMNS, *OUTCOME_COLUMNS):
                outcome = outcome_of(tuple(row))
                add_to(hours[hour], outcome, excused, severities)
                _add_mean(primary[hour], primary_ms, outcome.count)
                if not outcome.failure:
                    _add_mean(candidate[hour], candidate_ms, outcome.count)
        left = LeftCount.objects.filter(route=route, hour__gte=since_hour).values_list("hour").annotate(Sum("count"))
        not_compared = dict(left)
    return [
        Hour(
            hour=hour,
            counts=hours[hour],
            primary_ms=_mean(primary[hour]),
            candidate_ms=_mean(candidate[hour]),
            not_compared=not_compared.get(hour, 0),
        )
        for hour in sorted({*hours, *not_compared})
    ]


_HOUR_COLUMNS = ("hour", "primary_ms", "candidate_ms")


def _newest_epochs() -> QuerySet:
    """Of each route the epoch that was compared in last; of two that were at the same time the later made one."""
    later = Epoch.objects.filter(route=OuterRef("route"))
    same = later.filter(last_seen=OuterRef("last_seen"), id__gt=OuterRef("id"))
    return Epoch.objects.exclude(Exists(later.filter(last_seen__gt=OuterRef("last_seen")))).exclude(Exists(same))


def _add_mean(sums: list[float], milliseconds: float, count: int) -> None:
    sums[0] += milliseconds
    sums[1] += count


def _mean(sums: list[float]) -> float | None:
    return sums[0] / sums[1] if sums[1] else None
