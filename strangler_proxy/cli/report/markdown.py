"""A report as Markdown, for a pull request or a chat. Whatever stands in a path stays text."""

import re
from collections.abc import Iterator, Sequence

from strangler_proxy.compare.difference import encodable
from strangler_proxy.compare.visible import visible
from strangler_proxy.control.report.ago import moment
from strangler_proxy.control.report.route_report import ReportedGroup, RouteReport, reason_text
from strangler_proxy.control.report.shares import share_text

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~@:.-])")


def markdown(report: RouteReport) -> str:
    """The whole report."""
    return "\n".join(_lines(report)) + "\n"


def plain(text: object) -> str:
    """Text in which nothing is taken for Markdown or HTML."""
    shown = visible(str(encodable(text)))
    return _SPECIAL.sub(r"\\\1", shown).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lines(report: RouteReport) -> Iterator[str]:
    yield f"## {plain(report.route)}: {plain(report.headline)}"
    yield ""
    yield f"Stage {report.stage}, service {plain(report.service or 'none')}, read {moment(report.at)}."
    if report.counting:
        yield from _table("Differences", report.counting)
    if report.noise:
        yield from _table("Noise (the monolith differs from itself there; it does not count)", report.noise)
    notes = [f"not compared, {reason_text(reason)}: {count}" for reason, count in report.not_compared.items()]
    notes += [f"the service gave no answer, {cause}: {count}" for cause, count in report.failures.items()]
    notes += [f"ignore {one.rule} {one.what}. {one.remedy}" for one in report.ignores]
    if notes:
        yield ""
        yield from (f"- {plain(note)}" for note in notes)


def _table(title: str, groups: Sequence[ReportedGroup]) -> Iterator[str]:
    yield ""
    yield f"### {title}"
    yield ""
    yield "| severity | kind | count | share | path |"
    yield "|---|---|---:|---:|---|"
    for group in groups:
        share = share_text(group.share)
        yield f"| {group.severity} | {group.kind} | {group.count} | {plain(share)} | {plain(group.path)} |"
