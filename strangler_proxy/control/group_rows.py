"""Counts difference groups, and bounds how many an epoch can have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from strangler_proxy.compare.difference import Kind
from strangler_proxy.compare.groups import GroupKey, within_bound
from strangler_proxy.control.models import Group
from strangler_proxy.control.row_counts import rows_of
from strangler_proxy.control.tally import EpochKey, GroupTally, Span, Tally, in_order
from strangler_proxy.control.upsert import AT_ONCE, add, chunks

GroupIds = Mapping[tuple[int, GroupKey], int]
"""By epoch and group as a batch has it."""


def count_groups(alias: str, sums: Tally, epochs: Mapping[EpochKey, int]) -> GroupIds:
    """Adds the counts; gives the id of each group, of those beyond the bound that of the rest."""
    wanted = {(epochs[key], group) for key, new in sums.epochs.items() for group in new.groups}
    if not wanted:
        return {}
    known = _known_groups(alias, wanted)
    counts = rows_of(alias, Group, {epoch for epoch, _ in wanted.difference(known)})
    places: dict[tuple[int, GroupKey], GroupKey] = {}
    for epoch, group in sorted(wanted, key=lambda one: (one[0], in_order(one[1]))):
        room = group if (epoch, group) in known else within_bound(group, (), counts[epoch])
        counts[epoch] += room == group and (epoch, group) not in known
        places[epoch, group] = room
    merged: dict[tuple[int, GroupKey], GroupTally] = {}
    for key, new in sums.epochs.items():
        for group, counted in new.groups.items():
            _merge(merged, (epochs[key], places[epochs[key], group]), counted)
    add(
        alias,
        Group,
        ("epoch", "path", "kind"),
        {
            (epoch, group.path, group.kind.value): (
                one.count,
                one.asked_count,
                one.noise_count,
                one.span.first,
                one.span.last,
            )
            for (epoch, group), one in merged.items()
        },
        sums=("count", "asked_count", "noise_count"),
        earliest=("first_seen",),
        latest=("last_seen",),
    )
    known = _known_groups(alias, set(merged))
    return {(epoch, group): known[epoch, place] for (epoch, group), place in places.items()}


def _merge(merged: dict[tuple[int, GroupKey], GroupTally], key: tuple[int, GroupKey], counted: GroupTally) -> None:
    """Adds up; groups that share the place of the rest may count a comparison more than once."""
    into = merged.get(key)
    if into is None:
        into = merged[key] = GroupTally(Span(counted.span.first, counted.span.last))
    into.count += counted.count
    into.asked_count += counted.asked_count
    into.noise_count += counted.noise_count
    into.span.add(counted.span.first)
    into.span.add(counted.span.last)


def _known_groups(alias: str, wanted: Iterable[tuple[int, GroupKey]]) -> dict[tuple[int, GroupKey], int]:
    paths: defaultdict[int, set[str]] = defaultdict(set)
    for epoch, group in wanted:
        paths[epoch].add(group.path)
    found: dict[tuple[int, GroupKey], int] = {}
    rows = Group.objects.using(alias)
    for epoch, some in paths.items():
        for few in chunks(iter(some), AT_ONCE):
            of_epoch = rows.filter(epoch=epoch, path__in=few).values_list("path", "kind", "id")
            found |= {(epoch, GroupKey(path, Kind(kind))): id_ for path, kind, id_ in of_epoch}
    return found
