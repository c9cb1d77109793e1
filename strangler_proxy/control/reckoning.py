"""Which comparisons count as mismatches, once it is decided which groups are noise. Pure."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from strangler_proxy.compare.difference import Severity
from strangler_proxy.compare.groups import GroupKey
from strangler_proxy.compare.noise import GroupCounts, is_noise
from strangler_proxy.config.model import Compare


class Standing(Enum):
    """What one comparison is for the evidence."""

    EQUAL = "nothing that counts differed"
    MISMATCH = "something that counts differed, or the candidate failed"
    NOT_SEEN = "nothing that counts differed, but something could not be compared"


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedGroup:
    """A difference group as it is stored."""

    id: int
    key: GroupKey
    count: int
    noise_count: int
    first_seen: float
    last_seen: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedOutcome:
    """Comparisons of one epoch that ended alike, as they are stored."""

    groups: tuple[int, ...]
    severity: str
    """The gravest of their differences; empty: none."""
    failure: str
    primary_error: bool
    candidate_error: bool
    not_seen: bool
    count: int


@dataclass(slots=True)
class Counts:
    """What the outcomes of an epoch, or of some hours of it, add up to."""

    comparisons: int = 0
    """Without those that could not be compared wholly."""
    mismatches: int = 0
    by_severity: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    candidate_errors: int = 0
    primary_errors: int = 0
    not_seen: int = 0


def noise_among(
    groups: Iterable[CountedGroup], *, comparisons: int, asked_twice: int, settings: Compare
) -> frozenset[int]:
    """The ids of those groups that are the monolith's own noise. A candidate's failure shows at `status` and is never
    noise; that is seen to by `standing_of`."""
    return frozenset(
        group.id
        for group in groups
        if group.noise_count
        and is_noise(
            group.key,
            GroupCounts(raw=group.count, noise=group.noise_count, comparisons=comparisons, asked_twice=asked_twice),
            settings,
        )
    )


def standing_of(outcome: CountedOutcome, excused: Container[int]) -> Standing:
    """What each of the comparisons is when the groups in `excused` do not count.

    1. A candidate that failed is a mismatch.
    2. So is one of whose groups one counts, or whose groups are not known any more (there were too many sets).
    3. What could not be compared is not said to be equal.
    """
    differs = bool(outcome.severity) and (not outcome.groups or any(group not in excused for group in outcome.groups))
    if outcome.failure or differs:
        return Standing.MISMATCH
    return Standing.NOT_SEEN if outcome.not_seen else Standing.EQUAL


def severity_of(outcome: CountedOutcome, excused: Container[int], severities: Mapping[int, Severity]) -> Severity:
    """The gravest difference that counts of a comparison that is a mismatch."""
    if outcome.failure or not any(group in excused for group in outcome.groups):
        return Severity(outcome.severity or Severity.HIGH)
    counted = {severities[group] for group in outcome.groups if group not in excused}
    return next(severity for severity in Severity if severity in counted)


def counts_of(
    outcomes: Iterable[CountedOutcome], excused: Container[int], severities: Mapping[int, Severity]
) -> Counts:
    """What the outcomes add up to."""
    counts = Counts()
    for outcome in outcomes:
        add_to(counts, outcome, excused, severities)
    return counts


def add_to(
    counts: Counts, outcome: CountedOutcome, excused: Container[int], severities: Mapping[int, Severity]
) -> None:
    """Adds one outcome."""
    standing = standing_of(outcome, excused)
    if standing is Standing.NOT_SEEN:
        counts.not_seen += outcome.count
        return
    counts.comparisons += outcome.count
    counts.primary_errors += outcome.count * outcome.primary_error
    counts.candidate_errors += outcome.count * outcome.candidate_error
    if standing is Standing.MISMATCH:
        counts.mismatches += outcome.count
        counts.by_severity[severity_of(outcome, excused, severities).value] += outcome.count
        if outcome.failure:
            counts.failures[outcome.failure] += outcome.count
