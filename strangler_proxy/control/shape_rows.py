"""Bounds how many kinds of request an epoch tells apart."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from strangler_proxy.control.models import ShapeCount
from strangler_proxy.control.row_counts import REST, rows_of
from strangler_proxy.control.tally import EpochKey, Tally
from strangler_proxy.control.upsert import AT_ONCE, Row, chunks

MOST_SHAPES = 500
"""Kinds of request that are told apart in an epoch."""


def shape_counts(alias: str, sums: Tally, epochs: Mapping[EpochKey, int]) -> "Counter[Row]":
    """What to add, by epoch and shape; those beyond the bound together."""
    wanted: defaultdict[int, set[str]] = defaultdict(set)
    for key, shape in sums.shapes:
        wanted[epochs[key]].add(shape)
    known: set[tuple[int, str]] = set()
    shapes = {shape for some in wanted.values() for shape in some}
    for few in chunks(iter(shapes), AT_ONCE):
        for some_epochs in chunks(iter(wanted), AT_ONCE):
            rows = ShapeCount.objects.using(alias).filter(shape__in=few, epoch__in=some_epochs)
            known |= set(rows.values_list("epoch", "shape"))
    growing = {epoch for epoch, some in wanted.items() if any((epoch, shape) not in known for shape in some)}
    counts = rows_of(alias, ShapeCount, growing)
    counted: Counter[Row] = Counter()
    for (key, shape), count in sorted(sums.shapes.items()):
        epoch = epochs[key]
        place = (epoch, shape)
        if place not in known and counts[epoch] >= MOST_SHAPES:
            place = (epoch, REST)
        elif place not in known:
            known.add(place)
            counts[epoch] += 1
        counted[place] += count
    return counted
