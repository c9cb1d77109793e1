"""The table of stages, walked pair by pair."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from strangler_proxy.config.model import Canary, Gate, Route, StageGates
from strangler_proxy.config.stage import Stage
from strangler_proxy.rollout import diagram
from strangler_proxy.rollout.errors import (
    GateFailed,
    GateUndecided,
    NothingTried,
    ReasonMissing,
    ServiceMissing,
    TransitionRefused,
)
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.judge import judge_evidence
from strangler_proxy.rollout.stages import TRANSITIONS, Event, Transition, gate_of, judge, limits_of, plan_transition
from strangler_proxy.rollout.verdict import Judgement, Verdict

STAGES = list(Stage)
PAIRS = [(stage, event) for stage in Stage for event in Event]


def route(stage: Stage, *, service: str | None = "catalog", gate: Gate | None = None) -> Route:
    return Route(name="r", path="/r/", service=service, stage=stage, gate=gate)


def nothing_stored(route: Route, gate: Gate) -> Judgement:
    return judge_evidence(RouteEvidence(route=route.name, epoch=""), gate)


def test_the_table_has_every_stage() -> None:
    assert set(TRANSITIONS) == set(Stage)


@pytest.mark.parametrize(("stage", "event"), PAIRS)
def test_an_event_leads_where_the_table_says_or_is_refused(stage: Stage, event: Event) -> None:
    wanted = {
        Event.PROMOTE: dict(pairwise(STAGES)),
        Event.ROLLBACK: dict.fromkeys(STAGES[1:], Stage.MONOLITH),
    }[event].get(stage)
    before = route(stage)
    copy = replace(before)
    if wanted is None:
        with pytest.raises(TransitionRefused, match=f"STR301 route r is in stage {stage}, .* there is no {event}"):
            plan_transition(before, event)
    else:
        assert plan_transition(before, event).after is wanted
    assert before == copy


@pytest.mark.parametrize("before", STAGES)
@pytest.mark.parametrize("after", STAGES)
def test_set_goes_down_at_will_and_up_by_one_step(before: Stage, after: Stage) -> None:
    up = STAGES.index(after) - STAGES.index(before)
    if up > 1:
        with pytest.raises(TransitionRefused, match=f"STR301 route r cannot leap from {before} to {after}"):
            plan_transition(route(before), after)
        return
    planned = plan_transition(route(before), after)
    assert (planned.before, planned.after, planned.leapt) == (before, after, ())
    assert planned.changes is (before is not after)


GATED = [(Stage.SHADOW, Stage.CANARY), (Stage.CANARY, Stage.SERVICE), (Stage.SERVICE, Stage.RETIRED)]
ALLOWED = [(before, after) for before in Stage for after in Stage if STAGES.index(after) - STAGES.index(before) <= 1]


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_a_gate_is_asked_on_every_step_up_but_the_first_and_never_on_the_way_down(before: Stage, after: Stage) -> None:
    assert plan_transition(route(before, gate=Gate()), after).asks_gate is ((before, after) in GATED)


def test_a_route_without_a_gate_table_is_asked_for_nothing() -> None:
    planned = plan_transition(route(Stage.SHADOW), Event.PROMOTE)
    assert not planned.asks_gate
    assert judge(route(Stage.SHADOW), planned, nothing_stored) is None


def test_a_forced_leap_names_the_stages_it_leaves_out_and_its_reason() -> None:
    planned = plan_transition(route(Stage.MONOLITH, gate=Gate()), Stage.SERVICE, forced_because="compared by hand")
    assert planned == Transition(
        route="r",
        before=Stage.MONOLITH,
        after=Stage.SERVICE,
        leapt=(Stage.SHADOW, Stage.CANARY),
        forced_because="compared by hand",
        asks_gate=False,
    )


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_step_is_not_forced_without_a_reason(reason: str) -> None:
    with pytest.raises(ReasonMissing) as caught:
        plan_transition(route(Stage.SHADOW), Event.PROMOTE, forced_because=reason)
    assert str(caught.value) == (
        "STR305 a forced step needs its reason, for the audit log. "
        'Say it: --force --reason "compared by hand on staging".'
    )
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("forced", [None, "because"])
def test_no_route_leaves_the_monolith_without_a_service_not_even_by_force(forced: str | None) -> None:
    with pytest.raises(ServiceMissing) as caught:
        plan_transition(route(Stage.MONOLITH, service=None), Event.PROMOTE, forced_because=forced)
    assert str(caught.value) == (
        "STR302 route r cannot go from monolith to shadow: it has no service. "
        "Say which: strangler set r shadow --service NAME" + (' --force --reason "because"' if forced else "")
    )


def test_a_refused_leap_says_the_next_step() -> None:
    with pytest.raises(TransitionRefused) as caught:
        plan_transition(route(Stage.SHADOW), Stage.RETIRED)
    assert str(caught.value) == (
        "STR301 route r cannot leap from shadow to retired. "
        "The next stage is canary; leap all the same with --force --reason WHY."
    )


def _judged(verdict: Verdict) -> Judgement | None:
    gated = route(Stage.SHADOW, gate=Gate())
    planned = plan_transition(gated, Event.PROMOTE)
    return judge(gated, planned, lambda route, gate: Judgement(verdict, (f"{gate.min_comparisons} asked.",)))


def test_a_passing_verdict_lets_the_step_pass_with_its_reasons() -> None:
    assert _judged(Verdict.PASS) == Judgement(Verdict.PASS, ("500 asked.",))


def test_a_failing_verdict_refuses_the_step() -> None:
    with pytest.raises(GateFailed) as caught:
        _judged(Verdict.FAIL)
    assert caught.value.exit_code == 1
    assert str(caught.value) == (
        "STR303 route r cannot go from shadow to canary: fail. 500 asked. "
        "See what differs with `strangler diff r` and mend it, or go on all the same with --force --reason WHY."
    )


def test_without_stored_comparisons_a_gated_step_waits_for_evidence() -> None:
    gated = route(Stage.CANARY, gate=Gate(min_comparisons=7))
    with pytest.raises(GateUndecided) as caught:
        judge(gated, plan_transition(gated, Event.PROMOTE), nothing_stored)
    assert caught.value.exit_code == 3
    assert str(caught.value) == (
        "STR304 route r cannot go from canary to service: not enough evidence. "
        "No comparison of r was made since its service or its rules last changed; 7 are asked for. "
        "Wait for more traffic (`strangler verdict r` says how it stands), "
        "or go on all the same with --force --reason WHY."
    )


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_with_a_gate_of_its_own_asks_that_one_and_every_other_the_routes(stage: Stage) -> None:
    own, common = Gate(min_comparisons=7), Gate()
    at = replace(route(stage, gate=common), gates=StageGates(canary=own))
    assert gate_of(at) is (own if stage is Stage.CANARY else common)


@pytest.mark.parametrize(
    ("path", "regex", "asked"),
    [
        ("/things/", None, 1),
        ("/things/<int:pk>/", None, 20),
        ("/things/<name>", None, 20),
        (None, "^/things/$", 1),
        (None, r"^/things/(?:old|new)/\(x\)$", 1),
        (None, "^/things/([0-9]+)/$", 20),
        (None, "^/things/(?P<pk>[0-9]+)/$", 20),
    ],
)
def test_a_route_with_a_parameter_asks_for_twenty_addresses_unless_its_gate_says_how_many(
    path: str | None, regex: str | None, asked: int
) -> None:
    at = replace(route(Stage.SHADOW, gate=Gate(min_comparisons=7)), path=path, regex=regex)
    assert limits_of(at) == Gate(min_comparisons=7, min_addresses=asked)
    assert limits_of(replace(at, gate=None)) == Gate(min_addresses=asked)
    assert limits_of(replace(at, gate=Gate(min_addresses=3))).min_addresses == 3
    assert limits_of(replace(at, gates=StageGates(shadow=Gate(min_addresses=4)))).min_addresses == 4


def test_a_step_is_judged_by_the_limits_with_the_path_filled_in() -> None:
    asked = []

    def evidence(route: Route, gate: Gate) -> Judgement:
        asked.append(gate.min_addresses)
        return Judgement(Verdict.PASS, ("all is well",))

    at = replace(route(Stage.SHADOW, gate=Gate()), path="/things/<int:pk>/")
    judge(at, plan_transition(at, Event.PROMOTE), evidence)
    assert asked == [20]


@pytest.mark.parametrize(("percent", "asks"), [(None, False), (5, False), (10, False), (10.5, True), (100, True)])
def test_a_larger_share_of_a_canary_asks_the_gate_and_a_smaller_one_never(percent: float | None, asks: bool) -> None:
    canary = replace(route(Stage.CANARY, gate=Gate()), canary=Canary(percent=10))
    assert plan_transition(canary, Stage.CANARY, percent=percent).asks_gate is asks
    assert not plan_transition(canary, Stage.CANARY, percent=percent, forced_because="tried").asks_gate


def test_a_refused_share_says_which() -> None:
    canary = replace(route(Stage.CANARY, gate=Gate()), canary=Canary(percent=10))
    with pytest.raises(GateUndecided, match="STR304 route r cannot go up to a share of 50 percent: not enough"):
        judge(canary, plan_transition(canary, Stage.CANARY, percent=50), nothing_stored)


def test_a_gate_of_one_stage_alone_is_asked_there_alone() -> None:
    gates = StageGates(service=Gate())
    assert plan_transition(replace(route(Stage.SERVICE), gates=gates), Event.PROMOTE).asks_gate
    assert not plan_transition(replace(route(Stage.CANARY), gates=gates), Event.PROMOTE).asks_gate


def test_the_published_diagram_is_up_to_date() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / diagram.NAME
    assert page.read_text() == diagram.render(), "run python -m strangler_proxy.rollout.diagram"


def test_the_diagram_shows_every_step_of_the_table() -> None:
    shown = diagram.mermaid()
    for stage, events in TRANSITIONS.items():
        for event, after in events.items():
            assert f"{stage} --> {after}: {event}" in shown


@pytest.mark.parametrize("target", [Event.PROMOTE, Stage.SERVICE])
def test_a_canary_that_let_nobody_through_goes_up_only_by_force(target: Stage | Event) -> None:
    asleep = replace(route(Stage.CANARY), canary=Canary(percent=0))
    with pytest.raises(NothingTried, match=r"STR307 .* at 0 percent"):
        plan_transition(asleep, target)
    assert plan_transition(asleep, target, forced_because="because").after is Stage.SERVICE
    assert plan_transition(asleep, Event.ROLLBACK).after is Stage.MONOLITH
