"""Bounds on processor time that only a change of kind can break, as a second look at every pair would.

The figures themselves are `tests/benchmarks/bench_compare.py`'s.
"""

from collections.abc import Callable

import pytest
from deepdiff import DeepDiff

from strangler_proxy.compare.compare import compare
from tests.benchmarks.bench_compare import KEYED, answer, document, microseconds, small_records, two_differences

Documents = Callable[[], tuple[dict[str, object], dict[str, object]]]


def test_equal_answers_are_seen_at_once() -> None:
    first, second = answer(document(10)), answer(document(10))
    assert microseconds(lambda: compare(first, second), 2000) < 5


@pytest.mark.parametrize(("documents", "times"), [(two_differences, 38), (small_records, 80)])
def test_two_differences_are_found_many_times_faster_than_by_deepdiff(documents: Documents, times: int) -> None:
    """DeepDiff gets parsed values and its defaults, we the bytes; the bound is half of what plain Python reaches."""
    mine, other = documents()
    primary, candidate = answer(mine), answer(other)
    theirs = microseconds(lambda: DeepDiff(mine, other), 3)
    assert microseconds(lambda: compare(primary, candidate), 30) * times < theirs


def test_pairing_by_key_takes_time_linear_in_the_number_of_items() -> None:
    def took(count: int) -> float:
        primary, reversed_ = document(count), document(count)
        reversed_["results"] = list(reversed(reversed_["results"]))  # type: ignore[call-overload]
        left, right = answer(primary), answer(reversed_)
        assert compare(left, right, KEYED).equal
        return microseconds(lambda: compare(left, right, KEYED), 1)

    assert took(2000) < 24 * took(250)  # eight times as many; sixty-four times, were it every pair
