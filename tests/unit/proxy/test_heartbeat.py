"""Who hangs is told by silence alone, and nobody is blamed for a time in which the asking stood still."""

from strangler_proxy.proxy.heartbeat import Heartbeat
from strangler_proxy.proxy.limits import HEARTBEAT_SECONDS, HUNG_SECONDS


def looks(heartbeat, seconds, start=0.0, answering=()):
    now, found = start, []
    while now + HEARTBEAT_SECONDS <= start + seconds:
        now += HEARTBEAT_SECONDS
        found += heartbeat.hung(now)
        for who in answering:
            heartbeat.heard(who, now)
    return found


def test_who_is_silent_for_too_long_hangs_and_who_answers_does_not():
    heartbeat = Heartbeat(0.0)
    heartbeat.heard("lively", 0.0)
    heartbeat.heard("stuck", 0.0)
    assert looks(heartbeat, HUNG_SECONDS, answering=["lively"]) == []
    assert looks(heartbeat, HEARTBEAT_SECONDS, HUNG_SECONDS, answering=["lively"]) == ["stuck"]


def test_a_time_in_which_nobody_was_asked_counts_against_nobody():
    heartbeat = Heartbeat(0.0)
    heartbeat.heard("worker", 0.0)
    assert heartbeat.hung(3600.0) == []
    assert looks(heartbeat, HUNG_SECONDS - HEARTBEAT_SECONDS, 3600.0) == []
    assert looks(heartbeat, 2 * HEARTBEAT_SECONDS, 3600.0 + HUNG_SECONDS - HEARTBEAT_SECONDS) != []


def test_who_is_gone_is_not_missed():
    heartbeat = Heartbeat(0.0)
    heartbeat.heard("worker", 0.0)
    heartbeat.forget("worker")
    assert looks(heartbeat, 10 * HUNG_SECONDS) == []
