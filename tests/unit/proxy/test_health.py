"""The circuit breaker: every phase with every event, and what a run of outcomes makes of an origin."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.proxy.health import (
    JITTER,
    LEAST_SHARE,
    LONGEST_EJECTION,
    PROBES_TO_EJECT,
    STEADY_SECONDS,
    TRANSITIONS,
    WELL,
    Event,
    Health,
    NoTransition,
    Phase,
    Rules,
    failed,
    may_be_tried,
    moved,
    on_trial,
    probe_failed,
    probe_succeeded,
    share,
    succeeded,
)

RULES = Rules(eject_after=3, eject_seconds=1.0, slow_start_seconds=10.0)


def after_failures(count: int, now: float = 100.0, health: Health = WELL) -> Health:
    for _ in range(count):
        health = failed(health, now, RULES, 0.0)
    return health


EJECTED = after_failures(3)


def test_every_phase_is_in_the_table():
    assert set(TRANSITIONS) == set(Phase)


@pytest.mark.parametrize(("phase", "event"), list(product(Phase, Event)))
def test_a_move_is_in_the_table_or_refused(phase, event):
    if event in TRANSITIONS[phase]:
        assert moved(phase, event) in Phase
    else:
        with pytest.raises(NoTransition, match=f"{event} in phase {phase}"):
            moved(phase, event)


def test_failures_in_a_row_eject_and_one_success_between_them_does_not():
    assert after_failures(2).phase is Phase.CLOSED
    assert EJECTED.phase is Phase.OPEN
    assert after_failures(2, health=succeeded(after_failures(2), 100.0)).phase is Phase.CLOSED


def test_zero_failures_means_never():
    rules = Rules(eject_after=0, eject_seconds=1.0, slow_start_seconds=0.0)
    health = WELL
    for _ in range(1000):
        health = failed(health, 1.0, rules, 0.0)
    assert health.phase is Phase.CLOSED


def test_nothing_is_tried_before_the_back_off_is_over_and_then_one_request_alone():
    assert not may_be_tried(EJECTED, EJECTED.until - 0.001)
    assert may_be_tried(EJECTED, EJECTED.until)
    trial = on_trial(EJECTED, EJECTED.until, 5.0)
    assert trial.phase is Phase.HALF_OPEN
    assert not may_be_tried(trial, EJECTED.until + 4.9)
    assert may_be_tried(trial, EJECTED.until + 5.0), "a trial whose client has gone is followed by another"
    assert on_trial(trial, EJECTED.until + 5.0, 5.0).phase is Phase.HALF_OPEN


def test_a_trial_decides():
    trial = on_trial(EJECTED, EJECTED.until, 5.0)
    back = succeeded(trial, 200.0)
    assert (back.phase, back.failures, back.since) == (Phase.CLOSED, 0, 200.0)
    assert failed(trial, 200.0, RULES, 0.0).phase is Phase.OPEN


def test_what_comes_in_while_it_is_left_out_says_nothing():
    assert succeeded(EJECTED, EJECTED.until - 0.5) == EJECTED
    assert failed(EJECTED, EJECTED.until - 0.5, RULES, 0.0) == EJECTED


def test_each_ejection_that_follows_on_another_lasts_twice_as_long_up_to_a_limit():
    health, now, waits = EJECTED, 100.0, []
    for _ in range(8):
        waits.append(health.until - now)
        now = health.until
        health = failed(on_trial(health, now, 1.0), now, RULES, 0.0)
    assert waits == [1, 2, 4, 8, 16, 32, LONGEST_EJECTION, LONGEST_EJECTION]


def test_after_a_steady_time_an_ejection_is_the_first_again():
    back = succeeded(on_trial(EJECTED, EJECTED.until, 1.0), 200.0)
    soon, late = 200.0 + STEADY_SECONDS / 2, 201.0 + STEADY_SECONDS
    assert after_failures(3, soon, back).until - soon == 2.0
    assert after_failures(3, late, back).until - late == 1.0


def test_chance_spreads_the_end_of_the_back_off():
    source = random.Random(7)
    waits = {failed(after_failures(2), 0.0, RULES, source.random()).until for _ in range(50)}
    assert len(waits) == 50
    assert 1.0 <= min(waits) <= max(waits) <= 1.0 + JITTER


def test_health_checks_eject_and_take_back_once_the_back_off_is_over():
    health = WELL
    for _ in range(PROBES_TO_EJECT):
        assert health.phase is Phase.CLOSED
        health = probe_failed(health, 100.0, RULES, 0.0)
    assert health.phase is Phase.OPEN
    assert probe_failed(health, 100.5, RULES, 0.0) == health, "costs no user anything: no longer back-off"
    assert probe_succeeded(health, 100.5) == health
    assert probe_succeeded(health, health.until).phase is Phase.CLOSED


def test_a_health_check_that_goes_well_forgets_the_failed_one_and_not_the_users_failures():
    once = probe_failed(after_failures(2), 100.0, RULES, 0.0)
    again = probe_succeeded(once, 100.0)
    assert (again.probe_failures, again.failures) == (0, 2)


def test_a_returned_origin_starts_slowly():
    back = succeeded(on_trial(EJECTED, EJECTED.until, 1.0), 200.0)
    assert [share(back, now, RULES) for now in (200.0, 205.0, 210.0, 900.0)] == [LEAST_SHARE, 0.5, 1.0, 1.0]
    assert share(WELL, 0.0, RULES) == 1.0
    assert share(back, 200.0, Rules(eject_after=3, eject_seconds=1.0, slow_start_seconds=0.0)) == 1.0


STEPS = {
    "succeeded": lambda health, now: succeeded(health, now),
    "failed": lambda health, now: failed(health, now, RULES, 0.5),
    "probe_succeeded": lambda health, now: probe_succeeded(health, now),
    "probe_failed": lambda health, now: probe_failed(health, now, RULES, 0.5),
    "tried": lambda health, now: on_trial(health, now, 5.0) if may_be_tried(health, now) else health,
}


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.floats(0, 100)), max_size=60))
def test_whatever_happens_an_origin_can_come_back(steps):
    health, now = WELL, 1000.0
    for step, wait in steps:
        now += wait
        health = STEPS[step](health, now)
    if health.phase is not Phase.CLOSED:
        now = max(now, health.until)
        assert may_be_tried(health, now)
        health = succeeded(on_trial(health, now, 1.0), now)
    assert health.phase is Phase.CLOSED
