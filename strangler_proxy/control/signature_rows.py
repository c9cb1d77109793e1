"""Makes sure of the signatures that outcomes refer to, and bounds how many an epoch can have."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from strangler_proxy.compare.groups import GroupKey
from strangler_proxy.control.group_rows import GroupIds
from strangler_proxy.control.models import Signature
from strangler_proxy.control.row_counts import REST, rows_of
from strangler_proxy.control.tally import gravest
from strangler_proxy.control.upsert import AT_ONCE, chunks

MOST_SIGNATURES = 500
"""Sets of groups that are told apart in an epoch. A comparison that shows one more counts as a mismatch for good."""

Shown = frozenset[GroupKey]
"""The groups that one comparison showed."""


def make_signatures(alias: str, shown: Iterable[tuple[int, Shown]], groups: GroupIds) -> dict[tuple[int, Shown], int]:
    """Makes those that are new; gives the id of each, by epoch and groups."""
    made: dict[tuple[int, Shown], Signature] = {}
    for epoch, keys in shown:
        of_set = sorted({groups[epoch, key] for key in keys})
        made[epoch, keys] = Signature(epoch_id=epoch, digest=_digest(of_set), groups=of_set, severity=gravest(keys))
    known = _known_signatures(alias, {(one.epoch_id, one.digest) for one in made.values()})
    new = {(one.epoch_id, one.digest): one for one in made.values() if (one.epoch_id, one.digest) not in known}
    counts = rows_of(alias, Signature, {epoch for epoch, _ in new})
    to_make: dict[tuple[int, str], Signature] = {}
    for (epoch, digest), one in sorted(new.items(), key=lambda item: item[0]):
        if digest and counts[epoch] >= MOST_SIGNATURES:
            one.digest, one.groups = f"{REST}{one.severity}", []
        else:
            counts[epoch] += 1
        to_make[epoch, one.digest] = one
    Signature.objects.using(alias).bulk_create(
        [to_make[key] for key in sorted(to_make)], ignore_conflicts=True, batch_size=AT_ONCE // 4
    )
    known |= _known_signatures(alias, to_make)
    return {key: known[one.epoch_id, _place(one, known)] for key, one in made.items()}


def _place(one: Signature, known: Mapping[tuple[int, str], int]) -> str:
    """The digest under which the set is there: its own, or that of the rest when a twin of it was one too many."""
    return one.digest if (one.epoch_id, one.digest) in known else f"{REST}{one.severity}"


def _digest(ids: list[int]) -> str:
    return hashlib.sha256(repr(ids).encode()).hexdigest()[:40] if ids else ""


def _known_signatures(alias: str, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    digests: defaultdict[str, set[int]] = defaultdict(set)
    for epoch, digest in wanted:
        digests[digest].add(epoch)
    found: dict[tuple[int, str], int] = {}
    epochs = {epoch for some in digests.values() for epoch in some}
    for few in chunks(iter(digests), AT_ONCE):
        for some_epochs in chunks(iter(epochs), AT_ONCE):
            rows = Signature.objects.using(alias).filter(digest__in=few, epoch__in=some_epochs)
            found |= {(epoch, digest): id_ for epoch, digest, id_ in rows.values_list("epoch", "digest", "id")}
    return found
