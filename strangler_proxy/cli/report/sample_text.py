"""Samples of a group beside each other in the terminal. Returns text, prints nothing."""

from collections.abc import Iterator

import click

from strangler_proxy.cli.groups_table import severity_text
from strangler_proxy.compare.difference import Difference, Kind, encodable
from strangler_proxy.compare.visible import shown_value, visible
from strangler_proxy.control.report.ago import moment
from strangler_proxy.control.report.route_report import ReportedGroup, ReportedSample
from strangler_proxy.control.report.two_columns import side_by_side

NARROWEST = 20
"""Characters of one column below which nothing can be read."""
MIDDLE = " │ "
SHOWN_SAMPLES = 3
SHOWN_DIFFERENCES = 20


def samples_text(group: ReportedGroup, width: int) -> str:
    """The newest samples of the group, each in two columns that take `width` characters together."""
    lines = [f"{severity_text(group.severity)} {group.kind}: {visible(str(encodable(group.path)))}"]
    if not group.samples:
        lines.append("no exchange of it is kept")
    for sample in group.samples[:SHOWN_SAMPLES]:
        lines += ["", *_sample(sample, max((width - len(MIDDLE)) // 2, NARROWEST))]
    if len(group.samples) > SHOWN_SAMPLES:
        lines += ["", f"{len(group.samples) - SHOWN_SAMPLES} more are kept; --json has them all"]
    return "\n".join(lines)


def _sample(sample: ReportedSample, width: int) -> Iterator[str]:
    yield click.style(f"{visible(sample.label)}  ({moment(sample.at)})", bold=True)
    yield from map(_difference, sample.differences[:SHOWN_DIFFERENCES])
    yield f"{'MONOLITH':<{width}}{MIDDLE}SERVICE"
    for pair in side_by_side(sample.primary, sample.candidate):
        if pair.is_gap:
            yield click.style(f"{'⋮':<{width}}{MIDDLE}⋮", dim=True)
            continue
        for left, right in _folded(pair.left or "", pair.right or "", width):
            left_text, right_text = f"{left:<{width}}", right
            if pair.differs:
                left_text, right_text = click.style(left_text, fg="red"), click.style(right_text, fg="green")
            yield f"{left_text}{MIDDLE}{right_text}".rstrip()


def _difference(difference: Difference) -> str:
    mine = "nothing" if difference.kind is Kind.ADDED else shown_value(difference.primary)
    other = "nothing" if difference.kind is Kind.REMOVED else shown_value(difference.candidate)
    return f"  {visible(str(encodable(difference.path)))}: {mine} → {other}"


def _folded(left: str, right: str, width: int) -> Iterator[tuple[str, str]]:
    """Long lines over several."""
    for at in range(0, max(len(left), len(right), 1), width):
        yield left[at : at + width], right[at : at + width]
