"""Values by the hour as an area, lines or bars, with a grid and days below. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from strangler_proxy.control.web.charts.scale import nice_maximum, runs

HEIGHT = 200
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 10, 24
"""Room around the drawing, for the labels."""
HOURS_OF_DAY = 24
LABELS = 6
"""Days that are named below, at most."""


class Form(StrEnum):
    """How a series is drawn."""

    AREA = "area"
    LINE = "line"
    BAR = "bar"


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One row of values."""

    name: str
    look: str
    """CSS class that gives the colour, and of lines the dashes: never colour alone."""
    form: Form
    points: Sequence[tuple[int, float | None]]
    """Hour of Unix time → value, in order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A whole chart."""

    title: str
    description: str
    unit: str
    series: Sequence[Series]
    first: int
    last: int
    """Hours of Unix time between which it is drawn."""
    width: int = 720
    """Units of the drawing; a page shows it about as many pixels wide, so that its letters have their size."""
    maximum: float | None = None
    """Of the values; None: as high as they are."""


def drawn(chart: Chart, name: str) -> SafeString:
    """The SVG, with title and description for who does not see it; `name` is another one for each chart of a page."""
    top = chart.maximum or nice_maximum(
        max((y for one in chart.series for _, y in one.points if y is not None), default=0)
    )
    body = [*_grid(chart, top), *(_series(chart, one, top) for one in chart.series)]
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="chart-{}-title chart-{}-text">'
        '<title id="chart-{}-title">{}</title><desc id="chart-{}-text">{}</desc>{}</svg>',
        *(chart.width, HEIGHT, name, name, name, chart.title, name, chart.description),
        _joined(body),
    )


def x_of(chart: Chart, hour: float) -> float:
    """Where an hour is."""
    span = max(chart.last - chart.first, 1)
    return LEFT + (hour - chart.first) / span * (chart.width - LEFT - RIGHT)


def y_of(value: float, top: float) -> float:
    """Where a value is; what is higher than the chart ends at its edge."""
    return HEIGHT - BOTTOM - min(value / top, 1.0) * (HEIGHT - TOP - BOTTOM)


def _grid(chart: Chart, top: float) -> Iterator[SafeString]:
    for part in (0, 0.5, 1):
        y = y_of(part * top, top)
        label = f"{part * top:g}{chart.unit}"
        yield format_html(
            '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="tick" x="{}" y="{}" '
            'text-anchor="end">{}</text>',
            *(LEFT, chart.width - RIGHT, _n(y), _n(y), LEFT - 8, _n(y + 4), label),
        )
    days = (chart.last - chart.first) / HOURS_OF_DAY
    step = max(1, round(days / LABELS)) * HOURS_OF_DAY
    for hour in range(chart.first - chart.first % HOURS_OF_DAY + HOURS_OF_DAY, chart.last + 1, step):
        day = datetime.fromtimestamp(hour * 3600, UTC)
        yield format_html(
            '<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>',
            *(_n(min(x_of(chart, hour), chart.width - RIGHT - 16)), HEIGHT - 6, f"{day.day} {day:%b}"),
        )


def _series(chart: Chart, one: Series, top: float) -> SafeString:
    if one.form is Form.BAR:
        width = max(1.5, (chart.width - LEFT - RIGHT) / max(chart.last - chart.first, 1) - 1)
        bars = [
            (one.look, _n(x_of(chart, hour) - width / 2), _n(y_of(value, top)), _n(width), _n(_height(value, top)))
            for hour, value in one.points
            if value
        ]
        return format_html_join("", '<rect class="bar {}" x="{}" y="{}" width="{}" height="{}" rx="1"/>', bars)
    pieces = []
    for run in runs(one.points, most_gap=max(6.0, (chart.last - chart.first) / 30)):
        spots = [(x_of(chart, hour), y_of(value, top)) for hour, value in run]
        if len(spots) == 1:
            spots.append((spots[0][0] + 2, spots[0][1]))
        line = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in spots)
        if one.form is Form.AREA:
            floor = _n(y_of(0, top))
            closed = f"{line}L{_n(spots[-1][0])} {floor}L{_n(spots[0][0])} {floor}Z"
            pieces.append(format_html('<path class="area {}" d="{}"/>', one.look, closed))
        pieces.append(format_html('<path class="line {}" d="{}"/>', one.look, line))
    return _joined(pieces)


def _height(value: float, top: float) -> float:
    return max(0.5, y_of(0, top) - y_of(value, top))


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _joined(parts: Sequence[SafeString]) -> SafeString:
    return mark_safe("".join(parts))
