"""Charts: where things are, and that nothing from outside is markup."""

import xml.etree.ElementTree as ElementTree

import pytest

from strangler_proxy.config.stage import Stage
from strangler_proxy.control.web.charts.marks import bound_bar, stage_bar, stage_glyph, verdict_chip
from strangler_proxy.control.web.charts.of_pages import CHARTS
from strangler_proxy.control.web.charts.scale import nice_maximum, runs, thinned
from strangler_proxy.control.web.charts.time_chart import Chart, Form, Series, drawn, x_of, y_of

AT = 1_700_000_000.0
HOUR = int(AT // 3600)
ROW = {
    **{"services": 3, "monolith": 1, "comparisons": 8, "mismatches": 2, "primary_ms": 12.5, "candidate_ms": None},
    "shadow": 1,
    "canary": 1,
    "service": 1,
    "retired": 1,
}


def rows(count: int) -> list[dict[str, object]]:
    return [{"hour": HOUR - ago, **ROW} for ago in range(count - 1, -1, -1)]


@pytest.mark.parametrize(
    ("highest", "maximum"), [(0, 1), (0.7, 1), (1, 1), (1.2, 2), (23, 25), (26, 50), (9001, 10_000)]
)
def test_a_scale_ends_at_a_round_number_that_is_not_below(highest: float, maximum: float) -> None:
    assert nice_maximum(highest) == maximum


def test_a_line_is_broken_where_a_value_is_missing_and_where_nothing_was_for_long() -> None:
    points = [(1, 1.0), (2, None), (3, 2.0), (4, 3.0), (40, 1.0)]
    assert runs(points, most_gap=6) == [[(1, 1.0)], [(3, 2.0), (4, 3.0)], [(40, 1.0)]]


def test_neighbours_are_put_together_only_where_there_are_too_many() -> None:
    assert [thinned(count, 10) for count in (0, 10, 11, 100)] == [1, 1, 2, 10]


def test_time_goes_to_the_right_and_values_upwards_within_the_drawing() -> None:
    chart = Chart(title="t", description="d", unit="", series=(), first=0, last=100)
    assert x_of(chart, 0) < x_of(chart, 50) < x_of(chart, 100) <= chart.width
    assert y_of(0, 10) > y_of(5, 10) > y_of(10, 10) == y_of(1000, 10) >= 0


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("count", [0, 1, 2, 30, 720])
def test_every_chart_is_well_formed_and_says_what_it_is(name: str, count: int) -> None:
    svg = ElementTree.fromstring(drawn(CHARTS[name](rows(count), AT), name))
    assert svg.get("role") == "img"
    named = (svg.get("aria-labelledby") or "").split()
    assert [child.get("id") for child in svg[:2]] == named
    assert all(child.text for child in svg[:2])


def test_of_many_hours_no_more_points_are_drawn_than_can_be_told_apart() -> None:
    made = CHARTS["traffic"](rows(720), AT)
    assert 100 <= len(made.series[0].points) <= 180
    assert {value for _, value in made.series[0].points} == {75.0}


def test_two_lines_differ_by_more_than_colour() -> None:
    made = CHARTS["latency"](rows(3), AT)
    assert {one.look for one in made.series} == {"quiet", "accent"}


def test_a_hostile_name_stays_text() -> None:
    evil = '"><script>alert(1)</script>'
    series = Series(name=evil, look=evil, form=Form.LINE, points=[(HOUR, 1.0)])
    svg = drawn(Chart(title=evil, description=evil, unit=evil, series=(series,), first=HOUR - 24, last=HOUR), "x")
    assert "<script" not in svg
    assert "<script" not in stage_glyph(evil) + verdict_chip(evil) + stage_bar([{"stage": evil, "routes": 1}])


def test_every_stage_has_a_shape_of_its_own() -> None:
    shapes = {stage_glyph(stage.value, 30).partition(">")[2] for stage in Stage}
    assert len(shapes) == len(Stage)


@pytest.mark.parametrize(
    ("share", "bound", "look"), [(0.0, 0.001, "under"), (0.001, 0.02, "over"), (0.2, 0.3, "far-over")]
)
def test_a_bound_is_told_by_its_side_of_the_limit(share: float, bound: float, look: str) -> None:
    assert f'class="bound {look}"' in bound_bar(share, bound, 0.005)


def test_where_nothing_is_known_nothing_is_drawn() -> None:
    assert bound_bar(None, None, 0.005) == "" == stage_bar([{"stage": "shadow", "routes": 0}])
