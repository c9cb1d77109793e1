"""The confidence sequence of a rate: right for all looks at once, and little wider than a bound for one look."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from strangler_proxy.config.model import Gate
from strangler_proxy.config.schema import description
from strangler_proxy.rollout.sequence import (
    lower_bound,
    speaks_for_less,
    speaks_for_more,
    trials_needed,
    upper_bound,
)

ERROR = 0.05
LIMIT = 0.005
ROUTES, LOOKS = 10_000, 100_000
MONTE_CARLO = 3 * math.sqrt(ERROR * (1 - ERROR) / ROUTES)
"""Three standard deviations of the share of ROUTES simulated routes, were the true chance ERROR."""


def mismatch_times(rate: float, seed: int) -> np.ndarray:
    """For each route, after how many comparisons its first, second, … mismatch comes; past LOOKS in the last column."""
    most = int(LOOKS * rate + 10 * math.sqrt(LOOKS * rate))
    gaps = np.random.default_rng(seed).geometric(rate, size=(ROUTES, most))
    times = np.cumsum(gaps, axis=1, dtype=np.int64)
    assert times[:, -1].min() > LOOKS
    return times


def share_that_ever_passes(rate: float, limit: float, seed: int) -> float:
    """Share of routes that pass at any of the LOOKS looks. For each number of mismatches there is one number of
    comparisons from which on a route passes, so only the moment before each mismatch has to be looked at."""
    times = mismatch_times(rate, seed)
    passes_from = np.array([trials_needed(mismatches, limit, ERROR) for mismatches in range(times.shape[1])])
    last_look = np.minimum(times - 1, LOOKS)
    reached = np.concatenate([np.zeros((ROUTES, 1), dtype=np.int64), times[:, :-1]], axis=1) <= LOOKS
    return float(np.mean(np.any(reached & (last_look >= passes_from), axis=1)))


def test_at_the_limit_few_ever_pass_however_often_one_looks() -> None:
    wrong = share_that_ever_passes(LIMIT, LIMIT, seed=1)
    assert 0 < wrong <= ERROR + MONTE_CARLO


def test_a_fixed_sample_bound_that_is_looked_at_all_the_time_is_wrong_far_more_often() -> None:
    """What the sequence is for. The simulation sees it, so it would see a sequence that were wrong, too."""
    times = mismatch_times(LIMIT, seed=2)
    looks = np.unique(np.geomspace(600, LOOKS, 200).astype(int))
    counts = np.array([np.searchsorted(route, looks, side="right") for route in times[:2000]])
    passed = binom.cdf(counts, looks, LIMIT) <= ERROR
    assert np.mean(np.any(passed, axis=1)) > 3 * ERROR


def test_just_above_the_limit_fewer_pass_and_well_below_it_all_do() -> None:
    assert share_that_ever_passes(1.2 * LIMIT, LIMIT, seed=3) <= ERROR + MONTE_CARLO
    assert share_that_ever_passes(LIMIT / 4, LIMIT, seed=4) > 0.999


@pytest.mark.parametrize("limit", [0.001, 0.005, 0.01, 0.05])
def test_without_a_mismatch_a_pass_takes_little_more_than_a_test_of_fixed_size(limit: float) -> None:
    fixed = math.log(ERROR) / math.log1p(-limit)
    assert trials_needed(0, limit, ERROR) <= 1.25 * fixed


def test_the_numbers_in_the_docs_are_those_of_the_sequence() -> None:
    page = (Path(__file__).parents[3] / "docs" / "explanation" / "statistics.md").read_text()
    rows = re.findall(r"^\| ([0-9,]+) \| ([0-9,]+) \|$", page, re.MULTILINE)
    told = {int(mismatches): int(comparisons.replace(",", "")) for mismatches, comparisons in rows}
    assert told == {mismatches: trials_needed(mismatches, LIMIT, ERROR) for mismatches in (0, 1, 3, 10)}
    assert f"after {told[0]} comparisons, for 0.1 after {trials_needed(0, 0.001, ERROR)}." in description(
        Gate, "max_mismatch_percent"
    )


@pytest.mark.parametrize("mismatches", [1, 3, 10, 50])
def test_with_mismatches_a_pass_takes_less_than_twice_the_test_of_fixed_size(mismatches: int) -> None:
    sizes = np.arange(mismatches + 1, 40_000)
    fixed = sizes[np.argmax(binom.cdf(mismatches, sizes, LIMIT) <= ERROR)]
    assert fixed < trials_needed(mismatches, LIMIT, ERROR) < 2 * fixed


def test_the_evidence_is_a_martingale_at_the_rate_itself() -> None:
    """The exact ground under the simulation: by Ville's inequality it is ever above 1/ERROR with a chance of at most
    ERROR. Its mean over all ways that 60 trials can go is 1."""
    from strangler_proxy.rollout import sequence

    hits = np.arange(61)
    chance = binom.pmf(hits, 60, 0.03)
    for evidence in (sequence._log_evidence_below, sequence._log_evidence_above):
        values = np.exp([evidence(60, int(one), 0.03) for one in hits])
        assert np.sum(chance * values) == pytest.approx(1)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    trials = draw(st.integers(0, 200_000))
    return trials, draw(st.integers(0, trials))


@given(counts())
def test_the_bounds_enclose_the_observed_rate_and_the_exact_interval_of_one_look(count: tuple[int, int]) -> None:
    trials, hits = count
    low, high = lower_bound(trials, hits, ERROR), upper_bound(trials, hits, ERROR)
    assert 0 <= low <= (hits / trials if trials else 0) <= high <= 1
    if 0 < hits < trials:
        assert low <= beta.ppf(ERROR, hits, trials - hits + 1) * (1 + 1e-5)
        assert high >= beta.ppf(1 - ERROR, hits + 1, trials - hits) * (1 - 1e-5)


@given(counts(), st.floats(0.0001, 0.9999))
def test_a_verdict_and_the_bound_that_is_shown_say_the_same(count: tuple[int, int], limit: float) -> None:
    trials, hits = count
    high, low = upper_bound(trials, hits, ERROR), lower_bound(trials, hits, ERROR)
    if abs(limit - high) > 1e-5 * high:
        assert speaks_for_less(trials, hits, limit, ERROR) == (high < limit)
    if abs(limit - low) > 1e-5 * low:
        assert speaks_for_more(trials, hits, limit, ERROR) == (low > limit)


@given(st.integers(0, 300), st.floats(0.001, 0.9))
def test_the_number_needed_is_the_first_that_does(hits: int, limit: float) -> None:
    needed = trials_needed(hits, limit, ERROR)
    assert speaks_for_less(needed, hits, limit, ERROR)
    assert not speaks_for_less(needed - 1, hits, limit, ERROR)


def test_a_service_that_is_always_wrong_is_known_at_once() -> None:
    assert speaks_for_more(3, 3, LIMIT, ERROR)


def test_where_all_may_differ_one_that_does_not_is_enough() -> None:
    assert trials_needed(7, 1.0, ERROR) == 8


def test_where_none_may_differ_one_is_too_many() -> None:
    assert speaks_for_more(100_000, 1, 0.0, ERROR)
    assert not speaks_for_more(100_000, 0, 0.0, ERROR)
