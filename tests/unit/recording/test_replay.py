"""A recording asked again, of a backend made by hand."""

import threading
import time

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.rules import PLAIN
from strangler_proxy.recording.ask import Ask, NoAnswer
from strangler_proxy.recording.question import Question
from strangler_proxy.recording.replay import NotAsked, Planned, Sides, plan_replay, replay
from strangler_proxy.recording.summary import Summary
from tests.unit.recording.examples import answer, exchange


def sides(candidate: Ask, primary: Ask | None = None) -> Sides:
    return Sides(candidate=candidate, primary=primary, rules_of=lambda one: PLAIN, redact=lambda one: one)


def asked(count: int) -> tuple[Planned, ...]:
    return plan_replay([exchange(f"/p/{number}/") for number in range(count)]).asked


def summed(candidate: Ask, primary: Ask | None = None, count: int = 4) -> Summary:
    return Summary.of(replay(asked(count), sides(candidate, primary), concurrency=2, per_second=None))


def test_nothing_but_get_and_head_is_asked_unless_so_told() -> None:
    recorded = [exchange(), exchange(method="POST"), exchange(method="HEAD")]
    plan = plan_replay(recorded)
    assert [one.exchange.method for one in plan.asked] == ["GET", "HEAD"]
    assert plan.not_asked == {NotAsked.METHOD: 1}
    assert len(plan_replay(recorded, unsafe=True).asked) == 3


def test_other_routes_and_redacted_addresses_are_counted_and_not_asked() -> None:
    recorded = [exchange(), exchange(route=None), exchange("/?t=redacted-01234567")]
    plan = plan_replay(recorded, routes=["product-detail"])
    assert len(plan.asked) == 1
    assert plan.not_asked == {NotAsked.OTHER_ROUTE: 1, NotAsked.REDACTED: 1}


def test_equal_answers_are_no_mismatch() -> None:
    summary = summed(lambda question: answer())
    assert (summary.comparisons, summary.mismatches, summary.groups) == (4, 0, [])


def test_differences_are_grouped_with_examples() -> None:
    def ask(question: Question) -> Answer:
        return answer(b'{"id": "7"}') if question.target == "/p/1/" else answer()

    summary = summed(ask)
    (group,) = summary.groups
    assert summary.mismatches == 1
    assert group == {
        "path": "body:$.id",
        "kind": "type",
        "severity": "high",
        "count": 1,
        "share": 0.25,
        "examples": ["GET /p/1/"],
    }


def test_no_answer_is_a_mismatch_and_never_equal() -> None:
    def ask(question: Question) -> Answer:
        raise NoAnswer("gone")

    summary = summed(ask)
    assert (summary.mismatches, summary.failed, summary.failures) == (4, 4, {"gone": 4})
    assert [group["path"] for group in summary.groups] == ["status"]


def test_another_backend_s_answers_take_the_place_of_the_recorded_ones() -> None:
    changed = answer(b'{"id": 8}')
    assert summed(lambda question: changed, lambda question: changed).mismatches == 0
    assert summed(lambda question: answer(), lambda question: changed).mismatches == 4


def test_no_more_than_so_many_are_asked_at_once() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def ask(question: Question) -> Answer:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.005)
        with lock:
            now[0] -= 1
        return answer()

    assert len(list(replay(asked(12), sides(ask), concurrency=3, per_second=None))) == 12
    assert most[0] <= 3


def test_none_is_asked_before_its_time() -> None:
    began = time.monotonic()
    times: list[float] = []

    def ask(question: Question) -> Answer:
        times.append(time.monotonic() - began)
        return answer()

    list(replay(asked(5), sides(ask), concurrency=4, per_second=50))
    assert all(at >= number / 50 for number, at in enumerate(sorted(times)))
