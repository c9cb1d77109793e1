"""From a batch of comparisons to the numbers to be added to the store. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from strangler_proxy.compare.difference import SEVERITIES, Difference, Severity
from strangler_proxy.compare.groups import MOST_GROUPS, GroupKey, group_of, within_bound
from strangler_proxy.control.text import fit
from strangler_proxy.rollout.latency import bucket_of
from strangler_proxy.shadow.record import Compared

GROUPS_OF_ONE = 100
"""Groups of one comparison that are told apart; an answer that differs in more is another answer altogether."""

EpochKey = tuple[str, str]
"""Route and name of the epoch."""


@dataclass(slots=True)
class Span:
    """First and last time of something."""

    first: float
    last: float

    def add(self, at: float) -> None:
        """Widens it to `at`."""
        self.first = min(self.first, at)
        self.last = max(self.last, at)


@dataclass(slots=True)
class EpochTally:
    """What is new of an epoch."""

    span: Span
    comparisons: int = 0
    asked_twice: int = 0
    groups: dict[GroupKey, "GroupTally"] = field(default_factory=dict)


@dataclass(slots=True)
class GroupTally:
    """What is new of a difference group."""

    span: Span
    count: int = 0
    asked_count: int = 0
    noise_count: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a comparison ended."""

    epoch: EpochKey
    groups: frozenset[GroupKey]
    failure: str
    primary_error: bool
    candidate_error: bool
    not_seen: bool
    hour: int


@dataclass(slots=True)
class EndingTally:
    """What is new of one way to end."""

    count: int = 0
    primary_ms: float = 0.0
    candidate_ms: float = 0.0


@dataclass(slots=True)
class Tally:
    """All that a batch adds."""

    epochs: dict[EpochKey, EpochTally] = field(default_factory=dict)
    endings: dict[Ending, EndingTally] = field(default_factory=dict)
    latencies: Counter[tuple[EpochKey, bool, int]] = field(default_factory=Counter)
    """By epoch, whether it is the candidate's, and bucket."""
    shapes: Counter[tuple[EpochKey, str]] = field(default_factory=Counter)
    addresses: dict[EpochKey, set[int]] = field(default_factory=dict)
    ignores: Counter[tuple[EpochKey, str]] = field(default_factory=Counter)
    shown: list[tuple[Compared, EpochKey, frozenset[GroupKey]]] = field(default_factory=list)
    """The comparisons that have a sample to keep, with the groups that it shows."""


def tally(compared: Iterable[Compared]) -> Tally:
    """What the comparisons add up to."""
    sums = Tally()
    for one in compared:
        _add(sums, one)
    return sums


def groups_of(differences: Sequence[Difference]) -> frozenset[GroupKey]:
    """The groups that the differences belong to; of very many, some and those of the rest."""
    found = {_fitting(group_of(difference)) for difference in differences}
    if len(found) <= GROUPS_OF_ONE:
        return frozenset(found)
    ordered = sorted(found, key=in_order)
    return frozenset(within_bound(key, (), MOST_GROUPS if at >= GROUPS_OF_ONE else 0) for at, key in enumerate(ordered))


def in_order(key: GroupKey) -> tuple[str, str]:
    """What groups are sorted by."""
    return key.path, key.kind.value


def gravest(groups: Iterable[GroupKey]) -> str:
    """The highest severity among the groups; empty when there is none."""
    present = {SEVERITIES[key.kind] for key in groups}
    return next((severity.value for severity in Severity if severity in present), "")


def hour_of(at: float) -> int:
    """The whole hours of a Unix time."""
    return int(at // 3600)


def _add(sums: Tally, one: Compared) -> None:
    key = (fit(one.route, 200), fit(one.epoch, 100))
    epoch = sums.epochs.get(key)
    if epoch is None:
        epoch = sums.epochs[key] = EpochTally(Span(one.at, one.at))
    epoch.span.add(one.at)
    epoch.comparisons += 1
    epoch.asked_twice += one.noise is not None
    groups = groups_of(one.differences) if one.differences else frozenset()
    for group in groups:
        counted = _group(epoch, group, one.at)
        counted.count += 1
        counted.asked_count += one.noise is not None
    for group in groups_of(one.noise) if one.noise else ():
        _group(epoch, group, one.at).noise_count += 1
    _end(sums, one, key, groups)
    sums.latencies[key, False, bucket_of(one.primary_ms)] += 1
    if one.candidate_ms is not None:
        sums.latencies[key, True, bucket_of(one.candidate_ms)] += 1
    sums.shapes[key, fit(one.shape, 300)] += 1
    if one.address is not None:
        sums.addresses.setdefault(key, set()).add(one.address)
    for rule in set(one.excused):
        sums.ignores[key, fit(rule, 500)] += 1
    if groups and one.sample is not None:
        sums.shown.append((one, key, groups))


def _fitting(key: GroupKey) -> GroupKey:
    return GroupKey(fit(key.path, 500), key.kind)


def _group(epoch: EpochTally, group: GroupKey, at: float) -> GroupTally:
    counted = epoch.groups.get(group)
    if counted is None:
        counted = epoch.groups[group] = GroupTally(Span(at, at))
    counted.span.add(at)
    return counted


def _end(sums: Tally, one: Compared, key: EpochKey, groups: frozenset[GroupKey]) -> None:
    ending = Ending(
        epoch=key,
        groups=groups,
        failure=one.failure.value if one.failure else "",
        primary_error=one.primary_status >= 500,
        candidate_error=one.candidate_status is not None and one.candidate_status >= 500,
        not_seen=one.not_seen,
        hour=hour_of(one.at),
    )
    counted = sums.endings.get(ending)
    if counted is None:
        counted = sums.endings[ending] = EndingTally()
    counted.count += 1
    counted.primary_ms += one.primary_ms
    counted.candidate_ms += one.candidate_ms or 0.0
