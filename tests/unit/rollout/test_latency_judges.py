"""The two judges of answer times: held against scipy where they have a peer, and against simulation as they are looked
at all the time."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from strangler_proxy.config.model import Gate
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.judge import judge_evidence
from strangler_proxy.rollout.latency import WIDTH, Latencies, bucket_of, lower_edge, middle_of, upper_edge
from strangler_proxy.rollout.quantile import answers_needed, quantile_between, ranks_around
from strangler_proxy.rollout.rank_test import FEWEST, boundary, mann_whitney, ratio_between, ratio_estimate
from strangler_proxy.rollout.verdict import Verdict

ERROR = 0.05
ROUTES = 200
LOOKS = range(50, 1001, 50)
MONTE_CARLO = 3 * math.sqrt(ERROR * (1 - ERROR) / ROUTES)
"""Three standard deviations of the share of ROUTES simulated routes, were the true chance ERROR."""

buckets = st.lists(st.integers(300, 330), min_size=1, max_size=200)
"""Few different ones, so that ties are many."""
enough = st.lists(st.integers(300, 330), min_size=FEWEST, max_size=200)


def counted(buckets: list[int]) -> Latencies:
    return Latencies({bucket: buckets.count(bucket) for bucket in set(buckets)})


@given(buckets, buckets)
def test_the_rank_test_agrees_with_scipy_on_data_with_ties(primary: list[int], candidate: list[int]) -> None:
    ours = mann_whitney(counted(primary), counted(candidate))
    if len({*primary, *candidate}) == 1:
        assert (ours.z, ours.p_value) == (0, 1)
        return
    theirs = mannwhitneyu(candidate, primary, method="asymptotic", use_continuity=False)
    assert ours.pairs_slower == theirs.statistic
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-9)


@given(enough, enough)
@settings(max_examples=50)
def test_the_interval_of_the_ratio_holds_what_scipys_test_does_not_reject(
    primary: list[int], candidate: list[int]
) -> None:
    """Every move of whole buckets that the boundary does not reject is inside, and every one far outside is not."""
    between = ratio_between(counted(primary), counted(candidate), ERROR)
    assert between is not None
    limit = boundary(len(primary) * len(candidate) / (len(primary) + len(candidate)), ERROR)
    for move in range(-40, 41, 4):
        moved = [one - move for one in candidate]
        if len({*primary, *moved}) == 1:
            continue
        pvalue = mannwhitneyu(moved, primary, method="asymptotic", use_continuity=False).pvalue
        if pvalue > math.erfc(limit / math.sqrt(2)) * 1.001:
            assert between.low <= WIDTH**move <= between.high
        elif not between.low / WIDTH <= WIDTH**move <= between.high * WIDTH:
            assert pvalue <= math.erfc(limit / math.sqrt(2)) * 1.001
    assert between.low <= ratio_estimate(counted(primary), counted(candidate)) <= between.high


@given(enough, st.integers(-100, 100))
def test_a_side_that_is_slower_by_a_factor_is_told_by_that_factor(primary: list[int], move: int) -> None:
    sides = counted(primary), counted([one + move for one in primary])
    between = ratio_between(*sides, ERROR)
    assert between is not None
    assert between.low <= WIDTH**move <= between.high
    assert ratio_estimate(*sides) == pytest.approx(WIDTH**move, rel=0.021)


def test_few_answers_have_no_interval() -> None:
    assert ratio_between(counted([300] * 500), counted([300] * (FEWEST - 1)), ERROR) is None


def answer_times(seed: int, spread: float) -> np.ndarray:
    """For each route, answer times in milliseconds, around 20, as they come."""
    return np.random.default_rng(seed).lognormal(3, spread, size=(ROUTES, LOOKS[-1]))


def histograms(times: np.ndarray) -> list[Latencies]:
    """What is known of one route at each look."""
    counts: dict[int, int] = {}
    seen = []
    for before, after in pairwise([0, *LOOKS]):
        for one in times[before:after]:
            bucket = bucket_of(float(one))
            counts[bucket] = counts.get(bucket, 0) + 1
        seen.append(Latencies(dict(counts)))
    return seen


def test_the_ratio_of_two_equal_sides_is_in_its_interval_at_every_look() -> None:
    missed = 0
    for primary, candidate in zip(answer_times(1, 0.5), answer_times(2, 0.5), strict=True):
        intervals = [
            ratio_between(one, other, ERROR)
            for one, other in zip(histograms(primary), histograms(candidate), strict=True)
        ]
        missed += any(between is None or not between.low <= 1 <= between.high for between in intervals)
    assert missed / ROUTES <= ERROR + MONTE_CARLO


def test_an_interval_for_one_look_would_miss_far_more_often() -> None:
    """What the boundary is for; and the simulation sees it."""
    missed = 0
    for primary, candidate in zip(answer_times(3, 0.5), answer_times(4, 0.5), strict=True):
        tests = [
            mann_whitney(one, other) for one, other in zip(histograms(primary), histograms(candidate), strict=True)
        ]
        missed += any(test.p_value <= ERROR for test in tests)
    assert missed / ROUTES > 2 * ERROR


def test_a_service_that_is_as_slow_as_the_gate_allows_seldom_passes_or_fails() -> None:
    """Looked at after every two hundred comparisons, by all that the gate asks of answer times."""
    gate, ever = Gate(), dict.fromkeys(Verdict, 0)
    slower = answer_times(7, 0.4) * gate.max_latency_ratio
    for primary, candidate in zip(answer_times(6, 0.4), slower, strict=True):
        looks = list(zip(histograms(primary), histograms(candidate), strict=True))[3::4]
        verdicts = {
            judge_evidence(
                RouteEvidence(
                    route="r",
                    epoch="e",
                    comparisons=10_000,
                    primary_latencies=one,
                    candidate_latencies=other,
                ),
                gate,
            ).verdict
            for one, other in looks
        }
        for verdict in verdicts:
            ever[verdict] += 1
    assert ever[Verdict.PASS] / ROUTES <= ERROR + MONTE_CARLO
    assert ever[Verdict.FAIL] / ROUTES <= ERROR + MONTE_CARLO


@pytest.mark.parametrize(("share", "z"), [(0.5, 0.0), (0.95, 1.6448536), (0.99, 2.3263479)])
def test_a_quantile_is_within_its_bounds_at_every_look(share: float, z: float) -> None:
    true_ms = math.exp(3 + 0.8 * z)
    missed = 0
    for times in answer_times(5, 0.8):
        bounds = [quantile_between(seen, share, ERROR) for seen in histograms(times)]
        missed += any(not one.low_ms <= true_ms <= one.high_ms for one in bounds)
    assert missed / ROUTES <= ERROR + MONTE_CARLO


@given(buckets, st.sampled_from([0.5, 0.95, 0.99]))
def test_the_bounds_of_a_quantile_enclose_the_quantile_that_was_seen(some: list[int], share: float) -> None:
    latencies = counted(some)
    between, seen = quantile_between(latencies, share, ERROR), latencies.quantile(share)
    assert seen is not None
    assert between.low_ms < seen < between.high_ms


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_more_answers_bring_the_ranks_around_a_quantile_closer(share: float) -> None:
    widths = []
    for answers in (100, 1000, 10_000, 100_000):
        low, high = ranks_around(answers, share, ERROR)
        assert low < share * answers < high
        widths.append((high - low) / answers)
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_a_quantile_has_an_upper_bound_from_the_number_of_answers_that_is_told(share: float) -> None:
    needed = answers_needed(share, ERROR)
    assert ranks_around(needed, share, ERROR)[1] <= needed
    assert ranks_around(needed - 1, share, ERROR)[1] > needed - 1


def test_nothing_timed_has_no_bounds() -> None:
    between = quantile_between(Latencies(), 0.95, ERROR)
    assert (between.low_ms, between.high_ms) == (0, math.inf)


@given(st.floats(0.02, 100_000))
def test_a_bucket_lies_between_its_edges(milliseconds: float) -> None:
    bucket = bucket_of(milliseconds)
    assert lower_edge(bucket) * (1 - 1e-9) <= milliseconds <= upper_edge(bucket) * (1 + 1e-9)
    assert lower_edge(bucket) < middle_of(bucket) < upper_edge(bucket)
