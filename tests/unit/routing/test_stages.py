"""What each stage and each override does with a request of its route."""

import pytest

from strangler_proxy.config.model import Canary, Compare, Route, Sticky, StickyKind
from strangler_proxy.config.stage import Stage
from strangler_proxy.routing.model import Why
from strangler_proxy.routing.outcomes import RULES
from strangler_proxy.routing.override import Override
from tests.unit.routing.examples import decide, request, table

BY_ID = Sticky(kind=StickyKind.NONE)


def route(stage: Stage, *, percent: float = 10, sample_percent: float = 100, service: str | None = "catalog") -> Route:
    return Route(
        name="product-detail",
        path="/products/<int:pk>/",
        service=service,
        stage=stage,
        canary=Canary(percent=percent, sticky=BY_ID),
        compare=Compare(sample_percent=sample_percent),
    )


@pytest.mark.parametrize(
    ("stage", "percent", "method", "backend", "fallback", "captured", "why"),
    [
        (Stage.MONOLITH, 10, "GET", "monolith", None, False, Why.STAGE),
        (Stage.MONOLITH, 10, "POST", "monolith", None, False, Why.STAGE),
        (Stage.SHADOW, 10, "GET", "monolith", None, True, Why.STAGE),
        (Stage.SHADOW, 10, "HEAD", "monolith", None, True, Why.STAGE),
        (Stage.SHADOW, 10, "OPTIONS", "monolith", None, False, Why.STAGE),
        (Stage.SHADOW, 10, "POST", "monolith", None, False, Why.STAGE),
        (Stage.CANARY, 0, "GET", "monolith", None, True, Why.CANARY_OUT),
        (Stage.CANARY, 0, "POST", "monolith", None, False, Why.CANARY_OUT),
        (Stage.CANARY, 100, "GET", "catalog", "monolith", False, Why.CANARY_IN),
        (Stage.CANARY, 100, "OPTIONS", "catalog", "monolith", False, Why.CANARY_IN),
        (Stage.CANARY, 100, "POST", "catalog", None, False, Why.CANARY_IN),
        (Stage.SERVICE, 10, "GET", "catalog", "monolith", False, Why.STAGE),
        (Stage.SERVICE, 10, "HEAD", "catalog", "monolith", False, Why.STAGE),
        (Stage.SERVICE, 10, "DELETE", "catalog", None, False, Why.STAGE),
        (Stage.RETIRED, 10, "GET", "catalog", None, False, Why.STAGE),
        (Stage.RETIRED, 10, "POST", "catalog", None, False, Why.STAGE),
    ],
)
def test_a_stage_says_who_answers_and_what_the_other_side_does(
    stage, percent, method, backend, fallback, captured, why
):
    decision = decide(route(stage, percent=percent), request("/products/7/", method))
    assert (decision.backend, decision.fallback, decision.captured, decision.why) == (backend, fallback, captured, why)
    assert (decision.stage, decision.route) == (stage, route(stage, percent=percent))


def test_every_stage_has_a_rule():
    assert list(RULES) == list(Stage)


@pytest.mark.parametrize("stage", [Stage.SHADOW, Stage.CANARY])
def test_nothing_is_captured_of_a_route_with_sample_percent_0(stage):
    assert not decide(route(stage, percent=0, sample_percent=0), request("/products/7/")).captured


@pytest.mark.parametrize(
    ("stage", "percent", "reason"),
    [
        (Stage.MONOLITH, 0, "route product-detail is in stage monolith: the monolith answers"),
        (
            Stage.SHADOW,
            0,
            "route product-detail is in stage shadow: the monolith answers, and the exchange is captured for catalog",
        ),
        (Stage.CANARY, 100, "route product-detail is in stage canary, this request is in its 100 %: catalog answers"),
        (Stage.SERVICE, 0, "route product-detail is in stage service: catalog answers"),
    ],
)
def test_the_reason_is_one_plain_sentence(stage, percent, reason):
    assert decide(route(stage, percent=percent), request("/products/7/")).reason == reason


def test_the_reason_says_that_a_slash_was_appended():
    reason = decide(route(Stage.SERVICE), request("/products/7")).reason
    assert reason == "route product-detail (matched with a slash appended) is in stage service: catalog answers"


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("name", ["product-detail", "*"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_override_to_the_service_is_followed_in_every_stage(stage, name, method):
    decision = decide(route(stage, percent=0), request("/products/7/", method), Override(side="service", route=name))
    assert (decision.backend, decision.fallback, decision.captured) == ("catalog", None, False)
    assert (decision.why, decision.stage) == (Why.OVERRIDE, stage)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.RETIRED])
def test_an_override_to_the_monolith_is_followed_until_the_route_is_retired(stage):
    decision = decide(route(stage, percent=100), request("/products/7/"), Override(side="monolith", route="*"))
    assert (decision.backend, decision.fallback, decision.captured) == ("monolith", None, False)
    assert decision.why is Why.OVERRIDE


def test_an_override_to_the_monolith_of_a_retired_route_is_ignored_and_says_so():
    decision = decide(route(Stage.RETIRED), request("/products/7/"), Override(side="monolith", route="*"))
    assert (decision.backend, decision.why) == ("catalog", Why.STAGE)
    assert "override is ignored" in decision.reason


def test_an_override_to_the_service_of_a_route_without_one_is_ignored_and_says_so():
    decision = decide(route(Stage.MONOLITH, service=None), request("/products/7/"), Override(side="service", route="*"))
    assert (decision.backend, decision.why) == ("monolith", Why.STAGE)
    assert "override is ignored" in decision.reason


@pytest.mark.parametrize(
    ("target", "name", "why"),
    [
        ("/products/7/", "another-route", Why.STAGE),
        ("/elsewhere/", "*", Why.NO_ROUTE),
        ("/products/7/;x", "*", Why.AMBIGUOUS_PATH),
    ],
)
def test_an_override_does_not_touch_other_routes_unrouted_and_ambiguous_requests(target, name, why):
    decision = table(route(Stage.SHADOW)).decide(request(target), Override(side="service", route=name))
    assert (decision.backend, decision.why) == ("monolith", why)
