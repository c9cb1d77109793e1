"""What templates can say: numbers, times, marks and charts. Everything that comes from outside is escaped."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from strangler_proxy.compare.visible import visible
from strangler_proxy.control.report.ago import ago as seconds_ago
from strangler_proxy.control.report.ago import moment as moment_text
from strangler_proxy.control.web.charts import marks
from strangler_proxy.control.web.charts.of_pages import CHARTS
from strangler_proxy.control.web.charts.time_chart import Chart, drawn

register = template.Library()
NOTHING = "\N{EN DASH}"
_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))

register.simple_tag(marks.stage_glyph)
register.simple_tag(marks.verdict_chip)
register.simple_tag(marks.stage_bar)
register.simple_tag(marks.bound_bar)


@register.filter
def number(value: float | None) -> str:
    """`12,345`."""
    return NOTHING if value is None else f"{value:,.0f}"


@register.filter
def percent(share: float | None, digits: int = 1) -> str:
    """`4.1 %` of a share from 0 to 1; one that is not zero is never shown as zero."""
    if share is None:
        return NOTHING
    least = 10.0**-digits
    return f"< {least:g} %" if 0 < share * 100 < least else f"{share * 100:.{digits}f} %"


@register.filter
def milliseconds(value: float | None) -> str:
    """`12.1 ms`, `340 ms`, `2.4 s`."""
    if value is None:
        return NOTHING
    if value >= 1000:
        return f"{value / 1000:.1f} s"
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms"


@register.filter
def size(count: int) -> str:
    """`12.3 MB`."""
    return next((f"{count / unit:.1f} {name}" for unit, name in _UNITS if count >= unit), f"{count} bytes")


@register.filter
def shown(text: object) -> str:
    """Text from outside: what a browser would hide or turn around is made visible. The template escapes it."""
    return visible(str(text))


@register.filter
def file_name(path: str) -> str:
    """The last part of a path."""
    return visible(Path(path).name)


@register.simple_tag
def when(at: float | None) -> SafeString:
    """How long ago, with the moment for who wants it."""
    if at is None:
        return format_html("{}", NOTHING)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        *(
            datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds"),
            moment_text(at),
            seconds_ago(time.time() - at),
        ),
    )


@register.simple_tag
def diff_lines(diff: str) -> list[dict[str, str]]:
    """The lines of a unified diff, each with what it is; the names of the files left out."""
    kinds = {"+": "added", "-": "removed", "@": "place", " ": "same"}
    lines = [line for line in diff.splitlines() if not line.startswith(("--- ", "+++ "))]
    return [
        {
            "kind": kinds.get(line[:1], "same"),
            "mark": line[:1].strip("@ "),
            "text": _place_text(line) if line.startswith("@@") else visible(line[1:]),
        }
        for line in lines
    ]


def _place_text(line: str) -> str:
    """`line 28` of `@@ -28,7 +28,7 @@`."""
    return f"line {line.partition('+')[2].partition(' ')[0].partition(',')[0]}"


@register.simple_tag
def chart(name: str, rows: Sequence[Mapping[str, Any]], at: float) -> SafeString:
    """The chart of that name, with its numbers as a table below."""
    made = CHARTS[name](rows, at)
    return format_html(
        '<figure class="figure"><figcaption>{}{}</figcaption>{}{}</figure>',
        *(made.title, _legend(made), drawn(made, name), _table(name, made)),
    )


def _legend(made: Chart) -> SafeString:
    if len(made.series) < 2:
        return mark_safe("")
    keys = [(one.look, one.name) for one in made.series]
    return format_html('<span class="legend">{}</span>', format_html_join("", '<span class="key {}">{}</span>', keys))


def _table(name: str, made: Chart) -> SafeString:
    hours = sorted({hour for one in made.series for hour, _ in one.points}, reverse=True)[:_ROWS]
    values = [dict(one.points) for one in made.series]
    head = format_html_join(
        "", '<th scope="col" class="n">{}</th>', ((f"{one.name}{made.unit}",) for one in made.series)
    )
    rows = format_html_join(
        "",
        "<tr><td>{}</td>{}</tr>",
        (
            (
                f"{datetime.fromtimestamp(hour * 3600, UTC):%Y-%m-%d %H:%M}",
                format_html_join("", '<td class="n">{}</td>', ((_value(of.get(hour)),) for of in values)),
            )
            for hour in hours
        ),
    )
    return format_html(
        '<details class="numbers" id="numbers-{}"><summary>Numbers</summary><div class="scroll" tabindex="0" '
        'role="region" aria-label="{} as a table"><table><thead><tr><th scope="col">Hour (UTC)</th>{}</tr></thead>'
        "<tbody>{}</tbody></table></div></details>",
        *(name, made.title, head, rows),
    )


_ROWS = 48
"""Of the newest hours; the page's JSON has them all."""


def _value(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")
