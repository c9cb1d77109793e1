"""The store as the comparer sees it: each batch of records is one transaction of some twenty statements."""

from collections import Counter
from collections.abc import Sequence

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Sum

from strangler_proxy.control import record_samples
from strangler_proxy.control.address_rows import Seen, Written, add_addresses
from strangler_proxy.control.connection import reached
from strangler_proxy.control.ids import Ids, ids_of
from strangler_proxy.control.models import (
    HourlyOutcome,
    IgnoreUse,
    Intake,
    LatencyCount,
    LeftCount,
    ShapeCount,
    TotalOutcome,
)
from strangler_proxy.control.tables.evidence import OUTCOME_KEY
from strangler_proxy.control.tally import Ending, Tally, hour_of, tally
from strangler_proxy.control.text import fit
from strangler_proxy.control.upsert import Row, add
from strangler_proxy.shadow.record import Compared, Left, Taken

SAMPLES_PER_GROUP = 10


class DjangoStore:
    """Implements `shadow.record.Store` on the database that `setup.ready` made ready."""

    def __init__(self, *, samples_per_group: int = SAMPLES_PER_GROUP, alias: str = DEFAULT_DB_ALIAS) -> None:
        self.samples_per_group = samples_per_group
        self._alias = alias
        self._written = Written()

    def record(self, compared: Sequence[Compared], left: Sequence[Left], taken: Sequence[Taken] = ()) -> None:
        """Adds them all, or none. Raises: StoreUnreachable; then the caller keeps them and tries again."""
        sums = tally(compared)
        seen: Seen = {}
        with reached(self._alias), transaction.atomic(using=self._alias):
            if sums.epochs:
                seen = self._add(sums)
            self._leave(left)
            self._take(taken, max([*(one.at for one in compared), *(one.at for one in left)], default=0.0))
        self._written.keep(seen)

    def taken_of(self, connection: str) -> dict[str, int]:
        """Captures by route that were recorded for a worker's connection. Raises: StoreUnreachable."""
        with reached(self._alias):
            rows = Intake.objects.using(self._alias).filter(connection=fit(connection, 100))
            return dict(rows.values_list("route").annotate(Sum("count")))

    def _add(self, sums: Tally) -> Seen:
        ids = ids_of(self._alias, sums)
        totals: Counter[Row] = Counter()
        hours: dict[Row, Row] = {}
        for ending, new in sums.endings.items():
            key = _outcome_key(ids, ending)
            totals[key] += new.count
            before = hours.get((*key, ending.hour), (0, 0.0, 0.0))
            hours[(*key, ending.hour)] = (
                before[0] + new.count,
                before[1] + new.primary_ms,
                before[2] + new.candidate_ms,
            )
        counts = ("count",)
        add(self._alias, TotalOutcome, OUTCOME_KEY, _rows(totals), sums=counts)
        add(self._alias, HourlyOutcome, (*OUTCOME_KEY, "hour"), hours, sums=("count", "primary_ms", "candidate_ms"))
        latencies = Counter({(ids.epochs[epoch], *rest): count for (epoch, *rest), count in sums.latencies.items()})
        add(self._alias, LatencyCount, ("epoch", "is_candidate", "bucket"), _rows(latencies), sums=counts)
        add(self._alias, ShapeCount, ("epoch", "shape"), _rows(ids.shapes), sums=counts)
        ignores = Counter({(ids.epochs[epoch], rule): count for (epoch, rule), count in sums.ignores.items()})
        add(self._alias, IgnoreUse, ("epoch", "rule"), _rows(ignores), sums=counts)
        if self.samples_per_group:
            record_samples.keep(self._alias, sums, ids, self.samples_per_group)
        return add_addresses(self._alias, sums, ids.epochs, self._written)

    def _leave(self, left: Sequence[Left]) -> None:
        counts: Counter[Row] = Counter()
        for one in left:
            counts[fit(one.route, 200), hour_of(one.at), one.reason.value] += one.count
        add(self._alias, LeftCount, ("route", "hour", "reason"), _rows(counts), sums=("count",))

    def _take(self, taken: Sequence[Taken], at: float) -> None:
        counts: Counter[Row] = Counter()
        for one in taken:
            counts[fit(one.connection, 100), fit(one.route, 200)] += one.count
        rows = {key: (count, at) for key, count in counts.items()}
        add(self._alias, Intake, ("connection", "route"), rows, sums=("count",), latest=("last_seen",))


def _outcome_key(ids: Ids, ending: Ending) -> Row:
    epoch = ids.epochs[ending.epoch]
    signature = ids.signatures[epoch, ending.groups]
    return (epoch, signature, ending.failure, ending.primary_error, ending.candidate_error, ending.not_seen)


def _rows(counts: "Counter[Row]") -> dict[Row, Row]:
    return {key: (count,) for key, count in counts.items()}
