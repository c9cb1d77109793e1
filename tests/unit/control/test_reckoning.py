"""What counts as a mismatch, for every way in which a comparison can end."""

from dataclasses import replace

import pytest

from strangler_proxy.compare.difference import Severity
from strangler_proxy.control.reckoning import CountedOutcome, Standing, counts_of, severity_of, standing_of

EQUAL = CountedOutcome(
    groups=(), severity="", failure="", primary_error=False, candidate_error=False, not_seen=False, count=1
)
DIFFERS = replace(EQUAL, groups=(1, 2), severity="high")
OF_THE_REST = replace(EQUAL, severity="low")
"""Its groups are not known: there were too many sets of them."""


@pytest.mark.parametrize(
    ("outcome", "excused", "standing"),
    [
        (EQUAL, (), Standing.EQUAL),
        (DIFFERS, (), Standing.MISMATCH),
        (DIFFERS, (1,), Standing.MISMATCH),
        (DIFFERS, (1, 2), Standing.EQUAL),
        (OF_THE_REST, (1, 2), Standing.MISMATCH),
        (replace(DIFFERS, failure="timed-out"), (1, 2), Standing.MISMATCH),
        (replace(EQUAL, not_seen=True), (), Standing.NOT_SEEN),
        (replace(DIFFERS, not_seen=True), (1,), Standing.MISMATCH),
        (replace(DIFFERS, not_seen=True), (1, 2), Standing.NOT_SEEN),
    ],
)
def test_what_a_comparison_is(outcome: CountedOutcome, excused: tuple[int, ...], standing: Standing) -> None:
    assert standing_of(outcome, excused) is standing


def test_a_mismatch_is_as_grave_as_the_gravest_of_what_counts() -> None:
    severities = {1: Severity.HIGH, 2: Severity.LOW}
    assert severity_of(DIFFERS, (), severities) is Severity.HIGH
    assert severity_of(DIFFERS, (1,), severities) is Severity.LOW
    assert severity_of(OF_THE_REST, (1, 2), severities) is Severity.LOW
    assert severity_of(replace(DIFFERS, failure="broken"), (1, 2), severities) is Severity.HIGH


def test_severities_add_up_to_the_mismatches_and_what_was_not_seen_is_apart() -> None:
    outcomes = [
        replace(EQUAL, count=10, primary_error=True),
        replace(DIFFERS, count=3, candidate_error=True),
        replace(OF_THE_REST, count=2),
        replace(EQUAL, count=5, not_seen=True),
        replace(DIFFERS, count=1, failure="broken"),
    ]
    counts = counts_of(outcomes, (1,), {1: Severity.HIGH, 2: Severity.MEDIUM})
    assert (counts.comparisons, counts.mismatches, counts.not_seen) == (16, 6, 5)
    assert counts.by_severity == {"medium": 3, "low": 2, "high": 1}
    assert (counts.failures, counts.candidate_errors, counts.primary_errors) == ({"broken": 1}, 3, 10)
