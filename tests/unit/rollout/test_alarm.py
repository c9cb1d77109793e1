"""The alarm: rings within few answers when a service breaks, and stays silent for what is usual."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strangler_proxy.config.model import Gate
from strangler_proxy.rollout.alarm import CHECKS, Tolerance, Usual, Window, alarm, usual
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.latency import Latencies

KNOWN = Usual(error_share=0.0, slow_from_ms=100.0)
GATE = Gate()


def cause(window: Window, known: Usual = KNOWN) -> str | None:
    rung = alarm(window, GATE, known)
    return rung.cause if rung else None


@pytest.mark.parametrize(
    ("window", "rung"),
    [
        (Window(), None),
        (Window(bad_in_a_row=50), None),
        (Window(answers=5, failures=5, bad_in_a_row=5), "in-a-row"),
        (Window(answers=4, errors=4, bad_in_a_row=4), "bad"),
        (Window(answers=50, failures=15), "bad"),
        (Window(answers=50, errors=1), None),
        (Window(answers=2, errors=1), None),
        (Window(answers=20, slow=20), "slow"),
        (Window(answers=200, slow=20), None),
        (Window(waiting=20), "slow"),
        (Window(answers=10, comparisons=20, mismatches=20), "mismatches"),
        (Window(answers=10, comparisons=200, mismatches=1), None),
    ],
)
def test_what_rings_and_what_does_not(window: Window, rung: str | None) -> None:
    assert cause(window) == rung


def test_no_traffic_rings_for_nothing_whatever_was_before() -> None:
    assert all(check(Window(bad_in_a_row=9), GATE, KNOWN, Tolerance()) is None for check in CHECKS)


def test_bad_answers_in_a_row_and_in_total_are_told_apart() -> None:
    in_a_row = alarm(Window(answers=6, failures=6, bad_in_a_row=6), GATE, KNOWN)
    total = alarm(Window(answers=40, errors=12, failures=8, bad_in_a_row=1), GATE, KNOWN)
    assert in_a_row is not None
    assert total is not None
    assert in_a_row.reason == "The last 6 answers of the service were 5xx or none at all."
    assert total.reason == "20 of the last 40 answers of the service were bad: 12 of 5xx, 8 without an answer."


def test_errors_that_the_monolith_has_as_well_do_not_ring() -> None:
    window = Window(answers=200, errors=30)
    assert cause(window) == "bad"
    assert cause(window, Usual(error_share=0.15, slow_from_ms=100.0)) is None


def test_a_route_that_was_never_timed_is_never_slow() -> None:
    assert cause(Window(answers=50, slow=50), Usual()) is None


@pytest.mark.parametrize(("share", "field"), [(1.0, "errors"), (1.0, "failures"), (0.5, "errors"), (1.0, "slow")])
def test_a_service_that_breaks_under_canary_load_is_known_within_three_seconds(share: float, field: str) -> None:
    """Ten requests a second reach the service, a window is five seconds long, and all before was well."""
    draw = random.Random(1)
    bad = sum(draw.random() < share for _ in range(3 * 10))
    assert cause(Window(answers=50, **{field: bad})) is not None


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_a_service_that_keeps_its_gate_is_left_alone(seed: int) -> None:
    """A thousand seconds of a service with one bad answer, one mismatch in 200 and 5 percent slow ones."""
    draw = random.Random(seed)
    for _ in range(200):
        bad, wrong, slow = (sum(draw.random() < share for _ in range(50)) for share in (0.005, 0.0025, 0.05))
        assert cause(Window(answers=50, errors=bad, slow=slow, comparisons=50, mismatches=wrong)) is None


def test_what_is_usual_is_the_monoliths_slowest_with_what_the_gate_forgives() -> None:
    known = RouteEvidence(
        route="r", epoch="e", comparisons=1000, primary_errors=10, primary_latencies=Latencies.of([40.0] * 1000)
    )
    found = usual(known, Gate(max_latency_ratio=2))
    assert found.error_share == 0.01
    assert found.slow_from_ms == pytest.approx(80, rel=0.03)
    assert usual(known, Gate(fast_enough_ms=500)).slow_from_ms == 500


def test_without_evidence_nothing_is_usual() -> None:
    assert usual(RouteEvidence(route="r", epoch="e"), GATE) == Usual()
