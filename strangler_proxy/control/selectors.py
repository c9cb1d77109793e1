"""Reads of one route: its evidence, its difference groups, their samples."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Sum

from strangler_proxy.compare.difference import SEVERITIES, Kind, Severity
from strangler_proxy.compare.groups import GroupKey
from strangler_proxy.config.model import Compare
from strangler_proxy.control.connection import reached
from strangler_proxy.control.documents import unpack
from strangler_proxy.control.models import (
    Address,
    Epoch,
    Group,
    GroupSample,
    IgnoreUse,
    LatencyCount,
    LeftCount,
    ShapeCount,
    TotalOutcome,
)
from strangler_proxy.control.reckoning import CountedGroup, CountedOutcome, counts_of, noise_among
from strangler_proxy.control.tally import hour_of
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.latency import Latencies
from strangler_proxy.shadow.record import Sample

NOT_SEEN = "not-seen"
"""The reason under which comparisons are given that found no difference but could not look at everything."""

OUTCOME_COLUMNS = (
    "signature__groups",
    "signature__severity",
    "failure",
    "primary_error",
    "candidate_error",
    "not_seen",
    "count",
)

GROUP_COLUMNS = ("id", "path", "kind", "count", "noise_count", "first_seen", "last_seen")


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferenceGroup:
    """One group as people see it."""

    id: int
    path: str
    kind: Kind
    severity: Severity
    count: int
    share: float
    """Of the epoch's comparisons, 0 to 1."""
    noise_count: int
    is_noise: bool
    first_seen: float
    """In any epoch."""
    last_seen: float
    samples: int
    """How many are kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptSample:
    """A sample as it was kept."""

    at: float
    exchange: Sample


def newest_epoch(route: str, name: str | None = None) -> Epoch | None:
    """The route's epoch of that name, or the one that was compared in last; None: there is none."""
    epochs = Epoch.objects.filter(route=route)
    if name is not None:
        epochs = epochs.filter(name=name)
    newest: Epoch | None = epochs.order_by("-last_seen", "-id").first()
    return newest


def evidence_of(
    route: str, settings: Compare, *, epoch: str | None = None, excused: Container[GroupKey] = ()
) -> RouteEvidence:
    """What is known of the route in its newest epoch, or the one of that name, noise taken out.

    `excused` are groups that are not to count as well: what would be if they were ignored. Captures that were not
    compared are those since the epoch's first hour. Raises: StoreUnreachable.
    """
    with reached():
        found = newest_epoch(route, epoch)
        if found is None:
            return RouteEvidence(route=route, epoch=epoch or "", not_compared=_left(route, None))
        groups = groups_of(found)
        noise = noise_of(found, groups, settings)
        no_count = noise | {group.id for group in groups if group.key in excused}
        rows = TotalOutcome.objects.filter(epoch=found).values_list(*OUTCOME_COLUMNS)
        counts = counts_of(map(outcome_of, rows), no_count, severities_of(groups))
        not_compared = _left(route, found)
        if counts.not_seen:
            not_compared[NOT_SEEN] = counts.not_seen
        return RouteEvidence(
            route=route,
            epoch=found.name,
            comparisons=counts.comparisons,
            mismatches=counts.mismatches,
            by_severity=dict(counts.by_severity),
            candidate_failures=dict(counts.failures),
            candidate_errors=counts.candidate_errors,
            primary_errors=counts.primary_errors,
            not_compared=not_compared,
            primary_latencies=_latencies(found, is_candidate=False),
            candidate_latencies=_latencies(found, is_candidate=True),
            shapes=dict(ShapeCount.objects.filter(epoch=found).values_list("shape", "count")),
            addresses=Address.objects.filter(epoch=found).count(),
        )


def group_list(route: str, settings: Compare, *, epoch: str | None = None) -> list[DifferenceGroup]:
    """The groups of the epoch, noise included and said to be, the gravest first and of those the most frequent.

    Raises: StoreUnreachable.
    """
    with reached():
        found = newest_epoch(route, epoch)
        if found is None:
            return []
        groups = groups_of(found)
        noise = noise_of(found, groups, settings)
        samples = dict(GroupSample.objects.filter(group__epoch=found).values_list("group").annotate(Count("id")))
        first = _first_seen(route)
    shown = [
        DifferenceGroup(
            id=group.id,
            path=group.key.path,
            kind=group.key.kind,
            severity=SEVERITIES[group.key.kind],
            count=group.count,
            share=group.count / max(found.comparisons, 1),
            noise_count=group.noise_count,
            is_noise=group.id in noise,
            first_seen=first.get(group.key, group.first_seen),
            last_seen=group.last_seen,
            samples=samples.get(group.id, 0),
        )
        for group in groups
        if group.count
    ]
    ranks = {severity: rank for rank, severity in enumerate(Severity)}
    return sorted(shown, key=lambda one: (one.is_noise, ranks[one.severity], -one.count, one.path, one.kind))


def sample_list(group: int) -> list[KeptSample]:
    """The samples of a group, the newest first. Raises: StoreUnreachable."""
    with reached():
        rows = GroupSample.objects.filter(group=group).order_by("-sample__at", "-sample")
        return [
            KeptSample(at=at, exchange=unpack(bytes(document)))
            for at, document in rows.values_list("sample__at", "sample__document")
        ]


def ignore_uses(route: str, *, epoch: str | None = None) -> dict[str, int]:
    """In how many comparisons of the epoch each ignore took something out. Raises: StoreUnreachable."""
    with reached():
        found = newest_epoch(route, epoch)
        return {} if found is None else dict(IgnoreUse.objects.filter(epoch=found).values_list("rule", "count"))


def groups_of(epoch: Epoch) -> list[CountedGroup]:
    """The groups of an epoch, those included that only noise showed."""
    rows = Group.objects.filter(epoch=epoch)
    return [group_of_row(row) for row in rows.values_list(*GROUP_COLUMNS)]


def group_of_row(row: tuple[Any, ...]) -> CountedGroup:
    """The record of GROUP_COLUMNS."""
    id_, path, kind, count, noise_count, first_seen, last_seen = row
    return CountedGroup(
        id=id_,
        key=GroupKey(path, Kind(kind)),
        count=count,
        noise_count=noise_count,
        first_seen=first_seen,
        last_seen=last_seen,
    )


def outcome_of(row: tuple[Any, ...]) -> CountedOutcome:
    """The record of OUTCOME_COLUMNS."""
    groups, severity, failure, primary_error, candidate_error, not_seen, count = row
    return CountedOutcome(
        groups=tuple(groups),
        severity=severity,
        failure=failure,
        primary_error=primary_error,
        candidate_error=candidate_error,
        not_seen=not_seen,
        count=count,
    )


def noise_of(epoch: Epoch, groups: list[CountedGroup], settings: Compare) -> frozenset[int]:
    """The ids of the epoch's groups that are noise."""
    return noise_among(groups, comparisons=epoch.comparisons, asked_twice=epoch.asked_twice, settings=settings)


def severities_of(groups: list[CountedGroup]) -> dict[int, Severity]:
    """By group's id."""
    return {group.id: SEVERITIES[group.key.kind] for group in groups}


def _first_seen(route: str) -> dict[GroupKey, float]:
    rows = Group.objects.filter(epoch__route=route, count__gt=0).values_list("path", "kind")
    return {GroupKey(path, Kind(kind)): first for path, kind, first in rows.annotate(Min("first_seen"))}


def _left(route: str, since: Epoch | None) -> dict[str, int]:
    rows = LeftCount.objects.filter(route=route)
    if since is not None:
        rows = rows.filter(hour__gte=hour_of(since.first_seen))
    return dict(rows.values_list("reason").annotate(Sum("count")))


def _latencies(epoch: Epoch, *, is_candidate: bool) -> Latencies:
    rows = LatencyCount.objects.filter(epoch=epoch, is_candidate=is_candidate)
    return Latencies(dict(rows.values_list("bucket", "count")))
