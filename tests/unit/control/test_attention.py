"""What a person should look at."""

from dataclasses import replace

import pytest

from strangler_proxy.config.load import parse
from strangler_proxy.config.model import Config
from strangler_proxy.control.attention import DAY, Line, Urgency, route_concerns, stuck_routes

NOW = 1_700_000_000.0
FINE = Line(comparisons=1000, mismatches=0, not_compared=0, last_seen=NOW - 60)


def config(stage: str, gate: str = "gate.min_comparisons = 500") -> Config:
    return parse(f"""
        [backends.monolith]
        urls = ["http://127.0.0.1:8001"]
        [backends.catalog]
        urls = ["http://127.0.0.1:8002"]
        [[routes]]
        name = "detail"
        path = "/detail/"
        service = "catalog"
        stage = "{stage}"
        {gate}
        """)


@pytest.mark.parametrize(
    ("stage", "urgency"), [("shadow", Urgency.SOON), ("canary", Urgency.NOW), ("service", Urgency.NOW)]
)
def test_a_broken_gate_is_urgent_once_users_are_answered_by_the_service(stage: str, urgency: Urgency) -> None:
    (concern,) = route_concerns(config(stage), {"detail": replace(FINE, mismatches=100)})
    assert (concern.route, concern.urgency) == ("detail", urgency)
    assert "100 of 1,000" in concern.what


@pytest.mark.parametrize("stage", ["monolith", "retired"])
def test_what_is_not_compared_any_more_is_no_concern(stage: str) -> None:
    assert not list(route_concerns(config(stage), {"detail": replace(FINE, mismatches=100, not_compared=900)}))


def test_without_a_gate_no_share_of_differences_is_too_much() -> None:
    assert not list(route_concerns(config("shadow", gate=""), {"detail": replace(FINE, mismatches=999)}))


@pytest.mark.parametrize(("missed", "told"), [(111, False), (112, True)])
def test_captures_that_are_missed_are_told_from_a_tenth_on(missed: int, told: bool) -> None:
    assert bool(list(route_concerns(config("shadow"), {"detail": replace(FINE, not_compared=missed)}))) is told


def test_a_few_missed_captures_say_nothing() -> None:
    few = Line(comparisons=10, mismatches=0, not_compared=80, last_seen=NOW)
    assert not list(route_concerns(config("shadow"), {"detail": few}))


@pytest.mark.parametrize(
    ("stage", "line", "changed_days_ago", "why"),
    [
        ("shadow", FINE, None, ""),
        ("shadow", FINE, 13, ""),
        ("shadow", FINE, 15, "in stage shadow since"),
        ("canary", replace(FINE, last_seen=NOW - 2 * DAY), 5, "nothing was compared since"),
        ("canary", replace(FINE, last_seen=NOW - 2 * DAY), 0.5, ""),
        ("shadow", None, None, "nothing of it was ever compared"),
        ("shadow", None, 0.5, ""),
        ("shadow", None, 2, "nothing of it was ever compared"),
        ("service", None, 90, ""),
        ("monolith", None, 90, ""),
    ],
)
def test_a_route_is_stuck_when_nothing_comes_or_it_stays_for_long(
    stage: str, line: Line | None, changed_days_ago: float | None, why: str
) -> None:
    lines = {} if line is None else {"detail": line}
    changed = {} if changed_days_ago is None else {"detail": NOW - changed_days_ago * DAY}
    assert [one.why for one in stuck_routes(config(stage), lines, changed, NOW)] == ([why] if why else [])
