"""Makes sure of the rows that the counts of a batch refer to: epochs, groups, signatures."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from strangler_proxy.control.group_rows import GroupIds, count_groups
from strangler_proxy.control.models import Epoch
from strangler_proxy.control.shape_rows import shape_counts
from strangler_proxy.control.signature_rows import Shown, make_signatures
from strangler_proxy.control.tally import EpochKey, Tally
from strangler_proxy.control.upsert import AT_ONCE, Row, add, chunks


@dataclass(frozen=True, kw_only=True, slots=True)
class Ids:
    """The ids of what a batch refers to."""

    epochs: Mapping[EpochKey, int]
    groups: GroupIds
    signatures: Mapping[tuple[int, Shown], int]
    shapes: "Counter[Row]"
    """What to add to the kinds of request, by epoch and shape."""


def ids_of(alias: str, sums: Tally) -> Ids:
    """Adds the counts of epochs and groups, makes the signatures that are new, and gives the ids of all."""
    epochs = _epochs(alias, sums)
    groups = count_groups(alias, sums, epochs)
    shown = {(epochs[ending.epoch], ending.groups) for ending in sums.endings}
    return Ids(
        epochs=epochs,
        groups=groups,
        signatures=make_signatures(alias, shown, groups),
        shapes=shape_counts(alias, sums, epochs),
    )


def _epochs(alias: str, sums: Tally) -> dict[EpochKey, int]:
    rows = {key: (new.comparisons, new.asked_twice, new.span.first, new.span.last) for key, new in sums.epochs.items()}
    add(
        alias,
        Epoch,
        ("route", "name"),
        rows,
        sums=("comparisons", "asked_twice"),
        earliest=("first_seen",),
        latest=("last_seen",),
    )
    found: dict[EpochKey, int] = {}
    for some in chunks(iter(rows), AT_ONCE // 2):
        routes, names = zip(*some, strict=True)
        known = Epoch.objects.using(alias).filter(route__in=routes, name__in=names)
        found |= {(route, name): id_ for route, name, id_ in known.values_list("route", "name", "id")}
    return found
