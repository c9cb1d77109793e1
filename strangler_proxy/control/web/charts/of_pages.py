"""The charts that pages show, made of their documents. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from strangler_proxy.config.stage import Stage
from strangler_proxy.control.web.charts.scale import thinned
from strangler_proxy.control.web.charts.time_chart import Chart, Form, Series

MOST_POINTS = 180
WIDE, HALF = 1100, 520
GONE = ("service", "retired")

Rows = Sequence[Mapping[str, Any]]


def traffic_chart(rows: Rows, at: float, days: int = 30) -> Chart:
    """The share of requests that services answered."""
    some = _summed(rows, ("services", "monolith"))
    points = [(one["hour"], _percent(one["services"], one["services"] + one["monolith"])) for one in some]
    first, last = _span(points, at, days)
    now = points[-1][1] if points else None
    return Chart(
        title="Requests answered by services over time",
        description="Nothing was counted yet." if now is None else f"{now:.1f} % at the end.",
        unit=" %",
        maximum=100,
        series=(Series(name="by services", look="accent", form=Form.AREA, points=points),),
        first=first,
        last=last,
    )


def stages_chart(rows: Rows, at: float, days: int = 30) -> Chart:
    """The share of routes that the monolith does not answer any more."""
    points = []
    for one in rows[:: thinned(len(rows), MOST_POINTS)]:
        total = sum(one[stage] for stage in Stage)
        points.append((one["hour"], _percent(sum(one[stage] for stage in GONE), total)))
    first, last = _span(points, at, days)
    return Chart(
        title="Endpoints moved over time",
        width=WIDE,
        description=f"{points[-1][1]:.1f} % at the end." if points else "Nothing was counted yet.",
        unit=" %",
        maximum=100,
        series=(Series(name="moved", look="accent", form=Form.AREA, points=points),),
        first=first,
        last=last,
    )


def mismatch_chart(rows: Rows, at: float, days: int = 7) -> Chart:
    """The share of comparisons that differed."""
    some = _summed(rows, ("comparisons", "mismatches"))
    points = [
        (one["hour"], _percent(one["mismatches"], one["comparisons"]) if one["comparisons"] else None) for one in some
    ]
    first, last = _span(points, at, days)
    worst = max((y for _, y in points if y is not None), default=None)
    return Chart(
        title="Comparisons that differed",
        width=HALF,
        description="Nothing was compared." if worst is None else f"At most {worst:.2f} % in an hour.",
        unit=" %",
        series=(Series(name="differed", look="bad", form=Form.AREA, points=points),),
        first=first,
        last=last,
    )


def latency_chart(rows: Rows, at: float, days: int = 7) -> Chart:
    """Mean answer times of both sides."""
    mine = [(one["hour"], one["primary_ms"]) for one in rows]
    other = [(one["hour"], one["candidate_ms"]) for one in rows]
    first, last = _span(mine, at, days)
    return Chart(
        title="Mean answer times",
        width=HALF,
        description="Monolith and service, in milliseconds.",
        unit=" ms",
        series=(
            Series(name="monolith", look="quiet", form=Form.LINE, points=mine),
            Series(name="service", look="accent", form=Form.LINE, points=other),
        ),
        first=first,
        last=last,
    )


def comparisons_chart(rows: Rows, at: float, days: int = 7) -> Chart:
    """Comparisons by the hour."""
    points = [(one["hour"], one["comparisons"]) for one in rows]
    first, last = _span(points, at, days)
    total = sum(one["comparisons"] for one in rows)
    return Chart(
        title="Comparisons an hour",
        width=WIDE,
        description=f"{total:,} in all.",
        unit="",
        series=(Series(name="comparisons", look="accent", form=Form.BAR, points=points),),
        first=first,
        last=last,
    )


CHARTS = {
    "traffic": traffic_chart,
    "stages": stages_chart,
    "mismatches": mismatch_chart,
    "latency": latency_chart,
    "comparisons": comparisons_chart,
}


def _summed(rows: Rows, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows, neighbours put together where there are too many to be drawn."""
    size = thinned(len(rows), MOST_POINTS)
    return [
        {"hour": some[-1]["hour"], **{key: sum(one[key] for one in some) for key in keys}}
        for some in (rows[start : start + size] for start in range(0, len(rows), size))
    ]


def _percent(part: float, whole: float) -> float:
    return 100 * part / whole if whole else 0.0


def _span(points: Sequence[tuple[int, Any]], at: float, days: int) -> tuple[int, int]:
    """From the first point, or so many days ago when that is later; at least a day."""
    last = int(at // 3600)
    first = max(points[0][0] if points else last - 24, last - 24 * days)
    return min(first, last - 24), last
