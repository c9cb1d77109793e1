"""From the proxy's counters to what was added."""

import pytest

from strangler_proxy.control.metrics_page import Answered, grown, parse_metrics
from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.metrics import SupervisorFacts, render

FACTS = SupervisorFacts(generation=3, reloads_ok=2, reloads_failed=0, workers=2, restarts=1)
KEY = ("detail", "catalog")


def test_the_page_that_the_proxy_makes_is_understood() -> None:
    counters = Counters()
    for status in (200, 302, 503, 499):
        counters.series_of("detail", "canary", "catalog").add(status, 0.01)
    counters.series_of("detail", "canary", "monolith").add(200, 0.01)
    counters.series_of("-", "-", "monolith").add(200, 0.01)
    counters.count("captures_dropped", "queue-full")
    page = parse_metrics(render(counters.report(), FACTS).decode())
    assert page.answered == {KEY: Answered(4, 2), ("detail", "monolith"): Answered(1), ("-", "monolith"): Answered(1)}
    assert page.sums["strangler_workers"] == 2
    assert page.dropped == {"queue-full": 1}


@pytest.mark.parametrize("text", ["<html>", "strangler_requests_total{route=", 'strangler_requests_total{a="b"} 1'])
def test_what_is_no_page_of_the_proxy_is_said_to_be_none(text: str) -> None:
    with pytest.raises(OSError, match="cannot be read"):
        parse_metrics(text)


@pytest.mark.parametrize(
    ("before", "now", "added"),
    [
        ({}, {KEY: Answered(5, 1)}, {KEY: Answered(5, 1)}),
        ({KEY: Answered(5, 1)}, {KEY: Answered(9, 2)}, {KEY: Answered(4, 1)}),
        ({KEY: Answered(5, 1)}, {KEY: Answered(5, 1)}, {}),
        ({KEY: Answered(5, 1)}, {}, {}),
    ],
)
def test_only_what_was_added_is_counted(before: object, now: object, added: object) -> None:
    assert grown(before, now) == added  # type: ignore[arg-type]


def test_counters_of_a_proxy_that_was_started_again_begin_at_nothing() -> None:
    assert grown({KEY: Answered(500, 9)}, {KEY: Answered(3, 1)}) == {KEY: Answered(3, 1)}
