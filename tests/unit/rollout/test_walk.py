"""The walk through the steps: each stage against each thing that may happen, and whole walks."""

from dataclasses import replace

import pytest

from strangler_proxy.config.model import Canary, Route, Step
from strangler_proxy.config.stage import Stage
from strangler_proxy.rollout.alarm import Alarm
from strangler_proxy.rollout.verdict import Judgement, Verdict
from strangler_proxy.rollout.walk import (
    ONWARD,
    QUESTIONS,
    Action,
    Advance,
    Done,
    Hold,
    Look,
    Progress,
    RollBack,
    next_action,
    step_of,
)

NOW = 1_000_000.0
STEPS = (Step(percent=5.0, hold_minutes=30, min_answers=100, min_comparisons=50), Step(percent=50.0))
PASSED = Judgement(Verdict.PASS, ("All equal.",))
FAILED = Judgement(Verdict.FAIL, ("Many differ.",))
UNDECIDED = Judgement(Verdict.NOT_ENOUGH_EVIDENCE, ("3 more.",))
RUNG = Alarm("bad", "All bad.")


def look(stage: Stage, *, percent: float = 5.0, **known: object) -> Look:
    """A route in that stage of which all that is asked for is there, unless `known` says otherwise."""
    route = Route(name="r", path="/", service="catalog", stage=stage, canary=Canary(percent=percent), steps=STEPS)
    right: dict[str, object] = {
        "progress": Progress(since=NOW - 3600, answers=1000, comparisons=1000),
        "judgement": PASSED,
    }
    return Look(route=route, now=NOW, **{**right, **known})  # type: ignore[arg-type]


def test_every_stage_has_its_questions_and_a_way_on() -> None:
    assert set(QUESTIONS) == set(ONWARD) == set(Stage)


ONWARD_FROM: dict[Stage, type[Action]] = {
    Stage.MONOLITH: Advance,
    Stage.SHADOW: Advance,
    Stage.CANARY: Advance,
    Stage.SERVICE: Done,
    Stage.RETIRED: Done,
}
OTHERWISE: dict[tuple[Stage, str], type[Action]] = {
    (Stage.SHADOW, "fail"): Hold,
    (Stage.SHADOW, "undecided"): Hold,
    (Stage.CANARY, "alarm"): RollBack,
    (Stage.CANARY, "fail"): RollBack,
    (Stage.CANARY, "undecided"): Hold,
    (Stage.CANARY, "early"): Hold,
    (Stage.CANARY, "no traffic"): Hold,
    (Stage.CANARY, "little traffic"): Hold,
    (Stage.CANARY, "few comparisons"): Hold,
    (Stage.SERVICE, "alarm"): RollBack,
}
"""What happens instead of going on; every pair that is not here goes on."""
HAPPENS: dict[str, dict[str, object]] = {
    "all is well": {},
    "no gate": {"judgement": None},
    "alarm": {"alarm": RUNG},
    "fail": {"judgement": FAILED},
    "undecided": {"judgement": UNDECIDED},
    "early": {"progress": Progress(since=NOW - 1799, answers=1000, comparisons=1000)},
    "no traffic": {"progress": Progress(since=NOW - 3600, answers=0, comparisons=1000)},
    "little traffic": {"progress": Progress(since=NOW - 3600, answers=99, comparisons=1000)},
    "few comparisons": {"progress": Progress(since=NOW - 3600, answers=1000, comparisons=49)},
}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("event", HAPPENS)
def test_every_stage_against_everything_that_may_happen(stage: Stage, event: str) -> None:
    before = look(stage, **HAPPENS[event])
    copy = replace(before)
    assert type(next_action(before)) is OTHERWISE.get((stage, event), ONWARD_FROM[stage])
    assert before == copy


def test_an_alarm_goes_before_everything_else() -> None:
    action = next_action(look(Stage.CANARY, alarm=RUNG, judgement=FAILED, progress=Progress(since=NOW)))
    assert action == RollBack("All bad.")


def test_a_broken_gate_takes_users_back_before_the_step_is_over() -> None:
    assert next_action(look(Stage.CANARY, judgement=FAILED, progress=Progress(since=NOW))) == RollBack("Many differ.")


def test_a_hold_says_until_when() -> None:
    action = next_action(look(Stage.CANARY, progress=Progress(since=NOW - 60)))
    assert action == Hold("The step lasts 30 minutes.", until=NOW - 60 + 1800)


def test_no_traffic_is_neither_success_nor_failure_and_is_said() -> None:
    action = next_action(look(Stage.CANARY, progress=Progress(since=NOW - 86_400)))
    assert action == Hold(
        "No request has reached the service in this step: that is neither success nor failure.", until=None
    )


def test_an_undecided_gate_says_what_it_waits_for() -> None:
    assert next_action(look(Stage.SHADOW, judgement=UNDECIDED)) == Hold("The gate says not enough evidence. 3 more.")


def test_a_route_without_a_service_does_not_leave_the_monolith() -> None:
    at = look(Stage.MONOLITH)
    assert next_action(replace(at, route=replace(at.route, service=None))) == Hold("The route has no service yet.")


def test_a_walk_takes_each_step_once_and_never_retires() -> None:
    at, walked = look(Stage.MONOLITH), []
    while isinstance(action := next_action(at), Advance):
        walked.append((action.stage, action.percent))
        canary = at.route.canary if action.percent is None else replace(at.route.canary, percent=action.percent)
        at = replace(at, route=replace(at.route, stage=action.stage, canary=canary))
    assert walked == [
        (Stage.SHADOW, None),
        (Stage.CANARY, 5.0),
        (Stage.CANARY, 50.0),
        (Stage.SERVICE, None),
    ]
    assert isinstance(action, Done)


@pytest.mark.parametrize(
    ("percent", "step", "following"),
    [(0.0, None, 5.0), (1.0, None, 5.0), (5.0, STEPS[0], 50.0), (20.0, STEPS[0], 50.0), (100.0, STEPS[1], None)],
)
def test_a_share_that_a_person_set_belongs_to_the_step_below_it(
    percent: float, step: Step | None, following: float | None
) -> None:
    at = look(Stage.CANARY, percent=percent)
    assert step_of(at.route) == step
    assert next_action(at) == Advance(
        Stage.SERVICE if following is None else Stage.CANARY,
        following,
        f"All that stage canary at {percent:g} percent asks for is there.",
    )
