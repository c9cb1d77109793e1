"""A report for the terminal. Returns text, prints nothing."""

from collections.abc import Iterator, Sequence

import click

from strangler_proxy.cli.groups_table import severity_text
from strangler_proxy.cli.render import stage_text, table, terminal_width
from strangler_proxy.compare.visible import visible
from strangler_proxy.control.report.ago import ago
from strangler_proxy.control.report.route_report import Finding, ReportedGroup, RouteReport, reason_text
from strangler_proxy.control.report.shares import share_text

HEADER = ("#", "SEVERITY", "KIND", "COUNT", "SHARE", "LAST SEEN", "PATH")
PATH_COLUMN = 6
COLOURS = {Finding.EQUAL: "green", Finding.DIFFERENT: "red", Finding.NOTHING: "yellow", Finding.TOO_FEW: "yellow"}


def report_text(report: RouteReport) -> str:
    """All of it: the finding, the groups, what was not compared, what is noise, what the ignores do."""
    return "\n".join(_lines(report))


def _lines(report: RouteReport) -> Iterator[str]:
    service = f", service {report.service}" if report.service else ""
    yield f"{click.style(report.route, bold=True)} ({stage_text(report.stage)}{service})"
    yield click.style(report.headline, fg=COLOURS[report.finding], bold=True)
    if report.counting:
        yield ""
        yield _table(report.counting, report.at)
    if report.noise:
        yield ""
        yield "noise, which does not count: the monolith differs from itself there as well"
        yield _table(report.noise, report.at)
    facts = list(_facts(report))
    if facts:
        yield ""
        yield from facts
    if report.counting:
        first = report.counting[0]
        yield ""
        yield f"look at one:   strangler diff {report.route} --sample {first.number}"
        if first.path != "status":  # to ignore that a service fails is no use to anyone
            yield f"ignore one:    strangler ignore {report.route} '{visible(first.path)}' --dry-run"


def _facts(report: RouteReport) -> Iterator[str]:
    for cause, count in report.failures.items():
        yield f"the service gave no answer, {cause}: {count}"
    for reason, count in sorted(report.not_compared.items(), key=lambda item: -item[1]):
        yield f"not compared, {reason_text(reason)}: {count}"
    for group in report.counting:
        if group.hint is not None:
            yield f"hint for {group.number}: {visible(group.hint)}"
    for path in report.ignored:
        yield f"ignored since it was compared: {visible(path)}"
    for one in report.ignores:
        yield f"ignore {visible(one.rule)} {visible(one.what)}. {one.remedy}"
    if report.comparisons:
        yield f"answer times:  monolith {report.primary.text}; {report.service} {report.candidate.text}"


def _table(groups: Sequence[ReportedGroup], now: float) -> str:
    rows = [
        (
            str(group.number),
            severity_text(group.severity),
            group.kind.value,
            str(group.count),
            share_text(group.share),
            ago(now - group.last_seen),
            visible(group.path),
        )
        for group in groups
    ]
    return table(HEADER, rows, width=terminal_width(), shrink=(PATH_COLUMN,))
