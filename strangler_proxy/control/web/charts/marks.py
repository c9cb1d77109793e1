"""Small marks within lines of text: stages, verdicts, bounds. Shape says the same as colour. Pure."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

BAR_WIDTH, BAR_HEIGHT = 720, 14
BOUND_WIDTH, BOUND_HEIGHT = 96, 14
GAP = 2

_GLYPHS: Mapping[str, SafeString] = MappingProxyType(
    {
        "monolith": mark_safe('<rect x="2.5" y="2.5" width="11" height="11" rx="2"/>'),
        "shadow": mark_safe('<circle cx="8" cy="8" r="5.5" stroke-dasharray="2.2 2.1"/>'),
        "service": mark_safe('<circle class="full" cx="8" cy="8" r="5.5"/>'),
        "retired": mark_safe(
            '<circle class="full" cx="8" cy="8" r="6"/><path class="tick-mark" d="M5 8.2l2 2 4-4.4"/>'
        ),
    }
)


def stage_glyph(stage: str, percent: float | None = None) -> SafeString:
    """A square for the monolith, a dashed ring for shadow, a pie of its share for canary, a disc for the service, a
    disc with a tick for retired."""
    inner = _GLYPHS.get(stage)
    if inner is None:
        inner = format_html('<circle cx="8" cy="8" r="5.5"/><path class="full" d="{}"/>', _pie((percent or 0) / 100))
    return format_html(
        '<svg class="glyph stage-{}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{}</svg>',
        stage,
        inner,
    )


def _pie(share: float) -> str:
    share = min(max(share, 0.03), 0.999)
    angle = 2 * math.pi * share
    x, y = 8 + 5.5 * math.sin(angle), 8 - 5.5 * math.cos(angle)
    return f"M8 8L8 2.5A5.5 5.5 0 {int(share > 0.5)} 1 {x:.2f} {y:.2f}Z"


_VERDICTS: Mapping[str, tuple[str, SafeString]] = MappingProxyType(
    {
        "pass": ("pass", mark_safe('<path d="M3.5 8.5l3 3 6-7"/>')),
        "fail": ("fail", mark_safe('<path d="M4 4l8 8M12 4l-8 8"/>')),
        "not enough evidence": ("wait", mark_safe('<path d="M4 8h.01M8 8h.01M12 8h.01"/>')),
    }
)


def verdict_chip(verdict: str | None) -> SafeString:
    """The verdict in a word, its shape before it; a dash where no gate asks for one."""
    look, inner = _VERDICTS.get(verdict or "", ("none", mark_safe('<path d="M4 8h8"/>')))
    words = {"not enough evidence": "needs more", None: "no gate"}.get(verdict, verdict)
    return format_html(
        '<span class="chip {}"><svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">{}</svg>{}</span>',
        *(look, inner, words),
    )


def stage_bar(stages: Sequence[Mapping[str, Any]]) -> SafeString:
    """How many routes are in each stage, as one bar; the legend below it has the numbers."""
    total = sum(one["routes"] for one in stages)
    if not total:
        return mark_safe("")
    pieces, at = [], 0.0
    room = BAR_WIDTH - GAP * (sum(1 for one in stages if one["routes"]) - 1)
    for one in stages:
        if one["routes"]:
            width = one["routes"] / total * room
            pieces.append((one["stage"], f"{at:.1f}", f"{width:.1f}", BAR_HEIGHT))
            at += width + GAP
    return format_html(
        '<svg class="stage-bar" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        *(BAR_WIDTH, BAR_HEIGHT),
        format_html_join("", '<rect class="fill-{}" x="{}" y="0" width="{}" height="{}" rx="3"/>', pieces),
    )


def bound_bar(share: float | None, bound: float | None, limit: float | None) -> SafeString:
    """The share that was seen (a dot), how high the true one may be (a band), and the gate's limit (a line)."""
    if share is None or bound is None:
        return mark_safe("")
    top = max(2 * (limit or 0), 1.15 * min(bound, 4 * (limit or bound)), 0.001)

    def place(value: float) -> str:
        return f"{min(value / top, 1.0) * (BOUND_WIDTH - 6) + 3:.1f}"

    width = f"{max(float(place(bound)) - float(place(share)), 1):.1f}"
    line = "" if limit is None else format_html('<line class="limit" x1="{0}" x2="{0}" y1="0" y2="14"/>', place(limit))
    look = "under" if limit is None or bound <= limit else "over" if share <= limit else "far-over"
    return format_html(
        '<svg class="bound {}" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<line class="rail" x1="0" x2="{}" y1="7" y2="7"/>'
        '<rect class="band" x="{}" y="5" width="{}" height="4" rx="2"/>'
        '{}<circle class="dot" cx="{}" cy="7" r="3"/></svg>',
        *(look, BOUND_WIDTH, BOUND_HEIGHT, BOUND_WIDTH, BOUND_HEIGHT, BOUND_WIDTH),
        *(place(share), width, line, place(share)),
    )
