"""A backend is asked no faster than the config says."""

from strangler_proxy.shadow.pace import Pace


def test_without_a_limit_nothing_waits() -> None:
    pace = Pace(None, 0.0)
    assert [pace.wait_seconds(0.0) for _ in range(1000)] == [0.0] * 1000


def test_a_burst_of_a_second_passes_and_the_rest_comes_evenly() -> None:
    pace = Pace(4.0, 10.0)
    assert [pace.wait_seconds(10.0) for _ in range(6)] == [0, 0, 0, 0, 0.25, 0.5]


def test_time_that_passed_is_earned_but_no_more_than_a_second_of_it() -> None:
    pace = Pace(2.0, 0.0)
    for _ in range(2):
        pace.wait_seconds(0.0)
    assert [pace.wait_seconds(100.0) for _ in range(3)] == [0, 0, 0.5]


def test_less_than_one_a_second_still_lets_the_first_one_through() -> None:
    pace = Pace(0.5, 0.0)
    assert [pace.wait_seconds(0.0), pace.wait_seconds(0.0)] == [0, 2.0]
