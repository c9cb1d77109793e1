"""Removes evidence by age, by size, or because somebody asks, and gives the space back to the system.

The audit log, walks and what keeps the sums right are no evidence: they stay, but for what is too old to matter.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Model, QuerySet, Sum

from strangler_proxy.control.connection import reached
from strangler_proxy.control.models import (
    Address,
    Epoch,
    Group,
    GroupSample,
    HourlyOutcome,
    IgnoreUse,
    Intake,
    LatencyCount,
    LeftCount,
    Sample,
    ShapeCount,
    Signature,
    TotalOutcome,
)
from strangler_proxy.control.space import give_back, used_bytes
from strangler_proxy.control.tally import hour_of

MEGABYTE = 1024 * 1024
_ROWS_AT_ONCE = 2000
"""Rows of one transaction, so that the comparer, which waits meanwhile, waits for a moment."""

_OF_EPOCH: tuple[type[Model], ...] = (
    TotalOutcome,
    HourlyOutcome,
    Sample,
    Signature,
    Group,
    LatencyCount,
    ShapeCount,
    Address,
    IgnoreUse,
)
"""What belongs to an epoch, in an order in which it can be removed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What is to be removed."""

    before: float | None
    """Unix time; what was not seen since then. None: whatever its age."""
    route: str | None = None
    """Of this route alone; None: of all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """What was removed, or would be."""

    comparisons: int = 0
    epochs: int = 0
    samples: int = 0
    freed_bytes: int | None = None
    """None: not known, as nothing was done."""


def planned(scope: Scope) -> Removed:
    """What `remove` would remove. Raises: StoreUnreachable."""
    with reached():
        epochs = _epochs(scope)
        return Removed(
            comparisons=epochs.aggregate(total=Sum("comparisons"))["total"] or 0,
            epochs=epochs.count(),
            samples=_samples(scope).count(),
        )


def remove(scope: Scope, *, at_once: bool = True) -> Removed:
    """Removes it. The room goes back to the system `at_once`, or where that keeps others waiting for long (PostgreSQL)
    is only made free for what comes next. Raises: StoreUnreachable; what was removed until then stays removed.
    """
    with reached():
        before = used_bytes()
        plan = planned(scope)
        with _leaving_nothing():
            for epoch in list(_epochs(scope).values_list("id", flat=True)):
                _remove_epoch(epoch)
            _remove_samples(_samples(scope))
            counts = _remove_old_counts(scope)
        if plan.epochs or plan.samples or counts:
            give_back(at_once=at_once)
        return Removed(
            comparisons=plan.comparisons,
            epochs=plan.epochs,
            samples=plan.samples,
            freed_bytes=max(before - used_bytes(), 0),
        )


def prune(now: float, *, keep_days: float, keep_mb: float) -> Removed:
    """Removes what is older than `keep_days`, then of the samples the oldest until the store takes `keep_mb` megabytes
    at most. Counts are not removed for their size: they are small, and evidence with a hole would be wrong.

    Raises: StoreUnreachable.
    """
    removed = remove(Scope(before=now - keep_days * 86_400), at_once=False)
    with reached():
        samples, most = 0, int(keep_mb * MEGABYTE)
        if used_bytes() > most:
            give_back(at_once=True)
        while (excess := used_bytes() - most) > 0 and (oldest := _oldest(excess)):
            with _leaving_nothing():
                _remove_samples(Sample.objects.filter(id__in=oldest))
            give_back(at_once=True)
            samples += len(oldest)
    return Removed(
        comparisons=removed.comparisons,
        epochs=removed.epochs,
        samples=removed.samples + samples,
        freed_bytes=removed.freed_bytes,
    )


def _epochs(scope: Scope) -> QuerySet:
    epochs = Epoch.objects.all()
    if scope.before is not None:
        epochs = epochs.filter(last_seen__lt=scope.before)
    return epochs if scope.route is None else epochs.filter(route=scope.route)


def _samples(scope: Scope) -> QuerySet:
    """Those of the epochs that go, and those that are too old in an epoch that stays."""
    samples = Sample.objects.all()
    if scope.before is not None:
        samples = samples.filter(at__lt=scope.before)
    return samples if scope.route is None else samples.filter(epoch__route=scope.route)


def _remove_epoch(id_: int) -> None:
    """The epoch is locked first: a comparison that comes meanwhile waits, and then begins it anew."""
    with transaction.atomic():
        if not Epoch.objects.select_for_update().filter(id=id_).exists():
            return
        _delete(GroupSample.objects.filter(sample__epoch=id_))
        for model in _OF_EPOCH:
            _delete(model._default_manager.filter(epoch=id_))
        _delete(Epoch.objects.filter(id=id_))


def _remove_samples(samples: QuerySet) -> None:
    while some := list(samples.values_list("id", flat=True)[:_ROWS_AT_ONCE]):
        with transaction.atomic():
            _delete(GroupSample.objects.filter(sample__in=some))
            _delete(Sample.objects.filter(id__in=some))


def _remove_old_counts(scope: Scope) -> int:
    """Gives the number of rows."""
    left, hours, intake = LeftCount.objects.all(), HourlyOutcome.objects.none(), Intake.objects.none()
    if scope.route is not None:
        left = left.filter(route=scope.route)
    if scope.before is not None:
        hour = hour_of(scope.before)
        left = left.filter(hour__lt=hour)
        hours = HourlyOutcome.objects.filter(hour__lt=hour)
        hours = hours if scope.route is None else hours.filter(epoch__route=scope.route)
        if scope.route is None:
            intake = Intake.objects.filter(last_seen__lt=scope.before)
    return sum(map(_in_parts, (left, hours, intake)))


def _in_parts(rows: QuerySet) -> int:
    count = 0
    while some := list(rows.values_list("id", flat=True)[:_ROWS_AT_ONCE]):
        _delete(rows.model._default_manager.filter(id__in=some))
        count += len(some)
    return count


def _delete(rows: QuerySet) -> None:
    """In one statement: Django's own `delete` would fetch every row that refers to one of them first."""
    rows._raw_delete(rows.db)


def _oldest(excess: int) -> list[int]:
    """The oldest samples that together take at least `excess` bytes."""
    chosen: list[int] = []
    for id_, size in Sample.objects.order_by("at", "id").values_list("id", "size")[:_ROWS_AT_ONCE]:
        if excess <= 0:
            break
        chosen.append(id_)
        excess -= size
    return chosen


@contextmanager
def _leaving_nothing() -> Iterator[None]:
    """What is deleted meanwhile is overwritten: SQLite would leave it readable in the file."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA secure_delete=OFF")
