"""The verdict on a route: what passes, what fails, what is not enough, and in which words."""

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.config.model import Gate
from strangler_proxy.rollout.coverage import LEFT_OUT_ON_PURPOSE, counted
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.finding import at_least, at_most
from strangler_proxy.rollout.judge import judge_evidence
from strangler_proxy.rollout.latency import NOT_TIMED, Latencies
from strangler_proxy.rollout.sameness import failed_alone
from strangler_proxy.rollout.verdict import Judgement, Verdict
from strangler_proxy.shadow.record import CandidateFailure, NotCompared

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_ENOUGH_EVIDENCE


@cache
def times(count: int, *, factor: float = 1.0, seed: int = 1) -> Latencies:
    """Answer times around 20 ms times the factor."""
    draw = random.Random(seed)
    return Latencies.of([factor * draw.lognormvariate(3, 0.4) for _ in range(count)])


def evidence(comparisons: int = 1000, mismatches: int = 0, **more: object) -> RouteEvidence:
    """Evidence in which both sides are equally fast unless said otherwise."""
    known: dict[str, object] = {
        "primary_latencies": times(1000, seed=1),
        "candidate_latencies": times(1000, seed=2),
        **more,
    }
    return RouteEvidence(route="r", epoch="e", comparisons=comparisons, mismatches=mismatches, **known)  # type: ignore[arg-type]


def judged(known: RouteEvidence, **limits: object) -> Judgement:
    return judge_evidence(known, Gate(**limits))  # type: ignore[arg-type]


def test_a_clean_route_passes_within_one_and_a_half_times_what_a_fixed_test_needs() -> None:
    assert judged(evidence(897)).verdict is PASS
    assert judged(evidence(731)).verdict is PASS


def test_a_comparison_too_few_is_not_enough_and_says_how_many_more_would_do() -> None:
    judgement = judged(evidence(700))
    assert judgement == Judgement(
        OPEN,
        (
            "0 of 700 comparisons differ: the share may still be up to 0.522 percent, and 0.5 percent may. "
            "31 more comparisons without one would do.",
        ),
        comparisons=700,
        mismatches=0,
        mismatch_upper_bound=pytest.approx(0.00522, abs=1e-5),
    )
    assert judged(evidence(731)).verdict is PASS


def test_a_pass_says_what_it_rests_on() -> None:
    assert judged(evidence(shapes={"GET anonymous 200": 1000})).reasons == (
        "0 of 1,000 comparisons differ: the share is below 0.366 percent, and 0.5 percent may.",
        "All were of one kind of request (GET anonymous 200): of others nothing is known.",
        "The service's typical answer takes 0.933 to 1.1 times as long, and 1.5 times may be.",
        "The service's slowest 5 percent begin between 34.9 and 41 ms, the monolith's between 34.9 and 41 ms: "
        "0.853 to 1.18 times as long, and 1.5 times may be.",
    )


def test_many_mismatches_fail_long_before_the_comparisons_that_a_pass_asks_for() -> None:
    judgement = judged(evidence(40, 40))
    assert judgement.verdict is FAIL
    assert judgement.reasons == (
        "40 of 40 comparisons differ, which shows a share of more than 87.2 percent; 0.5 percent may.",
    )


def test_failures_of_the_service_are_named_among_the_mismatches() -> None:
    known = evidence(100, 30, candidate_failures={CandidateFailure.TIMED_OUT: 10}, candidate_errors=20)
    assert (
        judged(known)
        .reasons[0]
        .endswith(" Of some of them the service gave no answer: 10 timed-out. The service answered 5xx 20 times.")
    )


def test_nothing_compared_is_said_in_one_sentence_with_what_was_lost() -> None:
    known = RouteEvidence(route="r", epoch="e", not_compared={NotCompared.BACKLOG: 5, NotCompared.METHOD: 3})
    assert judge_evidence(known, Gate()) == Judgement(
        OPEN,
        (
            "No comparison of r was made since its service or its rules last changed; 500 are asked for. "
            "5 captures were not compared (5 backlog).",
        ),
    )


@pytest.mark.parametrize(
    ("limits", "known", "verdict"),
    [
        ({"min_comparisons": 2000}, evidence(1000), OPEN),
        ({"max_mismatch_percent": 5}, evidence(1000, 20), PASS),
        ({"max_mismatch_percent": 5}, evidence(1000, 45), OPEN),
        ({"max_mismatch_percent": 5}, evidence(1000, 90), FAIL),
        ({"max_mismatch_percent": 100}, evidence(1000, 1000), PASS),
        ({"max_mismatch_percent": 0}, evidence(1000, 0), PASS),
        ({"max_mismatch_percent": 0}, evidence(1000, 1), FAIL),
        ({"max_mismatch_percent": 5, "max_high_percent": 1}, evidence(1000, 25, by_severity={"high": 0}), PASS),
        ({"max_mismatch_percent": 5, "max_high_percent": 1}, evidence(1000, 25, by_severity={"high": 10}), OPEN),
        ({"max_mismatch_percent": 5, "max_high_percent": 1}, evidence(1000, 25, by_severity={"high": 25}), FAIL),
        ({"max_mismatch_percent": 5, "max_error_percent": 1}, evidence(1000, 25, candidate_errors=25), FAIL),
        (
            {"max_mismatch_percent": 5, "max_error_percent": 1},
            evidence(1000, 25, candidate_errors=25, primary_errors=25),
            OPEN,
        ),
        (
            {"max_mismatch_percent": 5, "max_error_percent": 1},
            evidence(1000, 0, candidate_errors=25, primary_errors=25),
            PASS,
        ),
        ({"max_mismatch_percent": 5, "max_error_percent": 0}, evidence(1000, 10), PASS),
        ({"max_mismatch_percent": 5, "max_error_percent": 0}, evidence(1000, 10, candidate_errors=1), FAIL),
        (
            {"max_mismatch_percent": 5, "max_error_percent": 0},
            evidence(1000, 10, candidate_errors=1, primary_errors=1),
            OPEN,
        ),
        ({"confidence_percent": 99.9}, evidence(1000), OPEN),
        ({"confidence_percent": 80}, evidence(600), PASS),
        ({"min_shapes": 2}, evidence(shapes={"a": 990, "b": 10}), PASS),
        ({"min_shapes": 2}, evidence(shapes={"a": 991, "b": 9}), OPEN),
        ({"max_per_shape": 500}, evidence(10_000, shapes={"a": 10_000}), OPEN),
        ({"max_per_shape": 500}, evidence(10_000, shapes={"a": 9700, "b": 300}), PASS),
        ({"min_addresses": 20}, evidence(10_000, addresses=1), OPEN),
        ({"min_addresses": 20}, evidence(10_000, addresses=19), OPEN),
        ({"min_addresses": 20}, evidence(10_000, addresses=20), PASS),
        ({"min_addresses": 20}, evidence(1000, 100, addresses=1), FAIL),
        ({"min_addresses": 1}, evidence(10_000, addresses=1), PASS),
        ({}, evidence(not_compared={NotCompared.BACKLOG: 1001}), OPEN),
        ({}, evidence(not_compared={NotCompared.BACKLOG: 999}), PASS),
        ({}, evidence(not_compared={NotCompared.METHOD: 5000, NotCompared.STOPPED: 5000}), PASS),
        ({}, evidence(1000, 100, not_compared={NotCompared.BACKLOG: 5000}), FAIL),
        ({}, evidence(primary_latencies=NOT_TIMED), OPEN),
        ({}, evidence(candidate_latencies=times(86)), OPEN),
        ({}, evidence(candidate_latencies=times(1000, factor=3)), FAIL),
        ({}, evidence(candidate_latencies=times(1000, factor=1.45)), OPEN),
        ({"max_latency_ratio": 2}, evidence(candidate_latencies=times(1000, factor=1.45)), PASS),
        ({"fast_enough_ms": 200}, evidence(candidate_latencies=times(1000, factor=3)), PASS),
        ({"fast_enough_ms": 115}, evidence(candidate_latencies=times(1000, factor=3)), OPEN),
    ],
)
def test_each_limit_decides(limits: dict[str, object], known: RouteEvidence, verdict: Verdict) -> None:
    assert judged(known, **limits).verdict is verdict


def test_a_service_whose_slowest_alone_got_slower_fails() -> None:
    """One in ten answers hangs for a while: the typical one is as quick as before."""
    slow = Latencies({**times(900).counts, 700: 100})
    judgement = judged(evidence(candidate_latencies=slow))
    assert judgement.verdict is FAIL
    assert len(judgement.reasons) == 1
    assert "slowest 5 percent" in judgement.reasons[0]


def test_ten_thousand_copies_of_one_request_do_not_count_ten_thousand_times() -> None:
    judgement = judged(evidence(10_000, shapes={"GET 200": 10_000}), max_per_shape=500)
    assert judgement.reasons[0].endswith("231 more comparisons of other kinds of request without one would do.")


def test_copies_of_few_addresses_are_told_how_many_more_there_must_be_and_what_to_do_where_there_are_fewer() -> None:
    remedy = "`min_addresses` of the route's gate says how many there are, if there are fewer."
    assert judged(evidence(10_000, addresses=3), min_addresses=20).reasons == (
        f"3 different addresses were compared, and the gate asks for 20: 17 more are needed. {remedy}",
    )
    assert judged(evidence(10_000, addresses=1), min_addresses=2).reasons == (
        f"1 address was compared, and the gate asks for 2: 1 more is needed. {remedy}",
    )


def test_a_pass_says_how_many_addresses_it_rests_on() -> None:
    judgement = judged(evidence(10_000, addresses=24), min_addresses=20)
    assert "24 different addresses were compared, and the gate asks for 20." in judgement.reasons
    assert (judgement.addresses, judgement.document["addresses"]) == (24, 24)


def test_a_captured_majority_that_was_never_compared_is_named_with_its_reasons() -> None:
    known = evidence(1000, not_compared={NotCompared.BACKLOG: 1500, NotCompared.LOST: 2, NotCompared.METHOD: 9})
    assert judged(known).reasons == (
        "1,502 of 2,502 captures were not compared (1,500 backlog, 2 lost): what was compared may be the easy part. "
        "A lower compare.sample_percent, or a faster service, lets the comparer keep up.",
    )


def test_what_is_left_out_on_purpose_is_a_reason_that_the_comparer_knows() -> None:
    assert set(NotCompared) >= LEFT_OUT_ON_PURPOSE


shares = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 5000))


@given(shares, st.integers(0, 3000), st.integers(1, 5000))
def test_comparisons_that_count_are_never_more_than_there_are(
    shapes: Mapping[str, int], unknown: int, cap: int
) -> None:
    known = evidence(sum(shapes.values()) + unknown, shapes=shapes)
    assert counted(known, Gate(max_per_shape=cap)) <= min(known.comparisons, cap * (len(shapes) + 1))
    assert counted(known, Gate()) == known.comparisons


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_the_failures_of_the_service_alone_are_between_what_is_told(
    both: int, alone: int, primary_alone: int, other_mismatches: int
) -> None:
    known = evidence(
        200,
        alone + primary_alone + other_mismatches,
        candidate_errors=both + alone,
        primary_errors=both + primary_alone,
    )
    fewest, most = failed_alone(known)
    assert fewest <= alone <= most


@given(st.integers(1, 3000), st.data())
def test_one_mismatch_more_never_makes_a_verdict_better(comparisons: int, data: st.DataObject) -> None:
    mismatches = data.draw(st.integers(0, comparisons - 1))
    order = [PASS, OPEN, FAIL]
    before = judged(evidence(comparisons, mismatches), max_mismatch_percent=2)
    after = judged(evidence(comparisons, mismatches + 1), max_mismatch_percent=2)
    assert order.index(after.verdict) >= order.index(before.verdict)
    assert after.mismatch_upper_bound >= before.mismatch_upper_bound


def test_judging_leaves_the_evidence_as_it_was() -> None:
    known = evidence(shapes={"a": 5})
    copy = replace(known)
    judged(known)
    assert known == copy


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [(0.0, "0", "0"), (0.52151, "0.522", "0.521"), (12.34, "12.4", "12.3"), (0.5, "0.5", "0.5")],
)
def test_a_bound_is_rounded_away_from_what_was_seen(value: float, up: str, down: str) -> None:
    assert (at_most(value), at_least(value)) == (up, down)
