"""What a walk remembers of its step, and where a route is on its way."""

import json

import pytest

from strangler_proxy.config.stage import Stage
from strangler_proxy.control.controller.place import Place, place_from
from strangler_proxy.control.controller.progress import new_step, step_from
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.walk import Progress

CANARY = Place(Stage.CANARY, 5.0)


def evidence(comparisons: int, epoch: str = "first") -> RouteEvidence:
    return RouteEvidence(route="r", epoch=epoch, comparisons=comparisons)


def test_a_step_comes_back_from_its_notes_as_it_was() -> None:
    step = new_step(CANARY, 100.0, evidence(40)).with_answers(7)
    assert step_from(json.loads(json.dumps(step.notes))) == step
    assert step_from({}) is None
    assert step_from({"place": ["no stage", None]}) is None


def test_only_comparisons_of_this_step_count_and_all_of_a_new_version() -> None:
    step = new_step(CANARY, 100.0, evidence(40))
    assert step.progress(evidence(55)) == Progress(since=100.0, comparisons=15)
    assert step.progress(evidence(10)) == Progress(since=100.0, comparisons=0)
    assert step.progress(evidence(10, "second")) == Progress(since=100.0, comparisons=10)
    assert new_step(CANARY, 100.0, None).progress(evidence(10)).comparisons == 10


def test_answers_add_up_and_a_counter_that_began_anew_takes_none_away() -> None:
    assert new_step(CANARY, 0.0, None).with_answers(5).with_answers(-3).with_answers(2).answers == 7


def test_each_place_is_higher_than_the_one_before_it() -> None:
    way = [
        Place(Stage.MONOLITH, None),
        Place(Stage.SHADOW, None),
        Place(Stage.CANARY, 0.5),
        CANARY,
        Place(Stage.CANARY, 100.0),
        Place(Stage.SERVICE, None),
        Place(Stage.RETIRED, None),
    ]
    assert [place.height for place in way] == sorted({place.height for place in way})
    assert [place_from(place.document) for place in way] == way
    assert str(CANARY) == "canary at 5 percent"


@pytest.mark.parametrize("document", [None, [], ["canary"], ["canary", "many"], 5])
def test_what_is_no_place_is_none(document: object) -> None:
    assert place_from(document) is None
