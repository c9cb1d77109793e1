"""`strangler diff ROUTE`: where the service's answers differ from the monolith's."""

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from strangler_proxy.cli.evidence_store import open_store
from strangler_proxy.cli.parameters import ROUTE
from strangler_proxy.cli.report.html import html_page
from strangler_proxy.cli.report.junit import junit
from strangler_proxy.cli.report.markdown import markdown
from strangler_proxy.cli.report.sample_text import samples_text
from strangler_proxy.cli.report.text import report_text
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.cli.write_file import write_whole
from strangler_proxy.compare.recorded import recorded
from strangler_proxy.config.known_route import route_named
from strangler_proxy.config.load import load
from strangler_proxy.control.report.route_report import EXIT_CODES, ReportedGroup, RouteReport
from strangler_proxy.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES_IN_FILES = 3
"""Of each group in a written report: hundreds of groups with ten exchanges each would make a page nobody can open."""
PRIVATE = 0o600
"""Mode of a written report: it shows what users asked and got."""


@verb(
    "diff",
    examples=(
        Example("strangler diff product-detail", "what differs, the gravest first"),
        Example("strangler diff product-detail --sample 1", "exchanges of the first group, both answers side by side"),
        Example("strangler diff product-detail --html diff.html --junit diff.xml", "files to pass on, and for CI"),
        Example("strangler diff product-detail --markdown", "for a pull request"),
    ),
)
@click.argument("route", type=ROUTE)
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Show exchanges of group number N.")
@click.option(
    "--html", "html_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a page, too."
)
@click.option(
    "--junit",
    "junit_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write JUnit XML too.",
)
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
def diff(
    session: Session,
    route: str,
    sample: int | None,
    html_file: Path | None,
    junit_file: Path | None,
    as_markdown: bool,
) -> int:
    """Say where the service's answers differ from the monolith's.

    Differences are grouped by path, list positions folded, and kind; what the monolith cannot repeat itself is noise
    and does not count. Exit code 0: no difference that counts; 1: differences; 3: nothing or too little was compared;
    4: the store cannot be read.
    """
    if as_markdown and (session.as_json or sample is not None):
        raise WrongUsage("--markdown prints the whole report.", remedy="Leave out --json and --sample, or --markdown.")
    config = load(session.config_path)
    found = route_named(config, route, str(session.config_path))
    open_store(session)
    from strangler_proxy.control.report.gather import report_of

    for_files = html_file is not None or junit_file is not None
    wanted: Callable[[int], bool] = (lambda number: True) if for_files else (lambda number: number == sample)
    report = report_of(config, found, time.time(), wanted=wanted, most=SAMPLES_IN_FILES if for_files else None)
    group = None if sample is None else _group(report, sample)
    if html_file is not None:
        write_whole(html_file, html_page(report), mode=PRIVATE)
        session.say(f"written: {html_file}")
    if junit_file is not None:
        write_whole(junit_file, junit(report), mode=PRIVATE)
        session.say(f"written: {junit_file}")
    document = report.document()
    if group is not None:
        document["samples"] = _samples(group)
    session.answer(document, lambda: _text(report, group, as_markdown))
    return EXIT_CODES[report.finding]


def _group(report: RouteReport, number: int) -> ReportedGroup:
    for group in report.groups:
        if group.number == number:
            return group
    remedy = f"See `strangler diff {report.route}`."
    if not report.groups:
        raise WrongUsage(f"{report.route} has no difference group.", remedy=remedy)
    raise WrongUsage(f"there is no group number {number}; the last one is {len(report.groups)}.", remedy=remedy)


def _text(report: RouteReport, group: ReportedGroup | None, as_markdown: bool) -> str:
    if as_markdown:
        return markdown(report).rstrip("\n")
    if group is None:
        return report_text(report)
    return samples_text(group, shutil.get_terminal_size().columns)


def _samples(group: ReportedGroup) -> list[dict[str, Any]]:
    return [
        {
            "at": sample.at,
            "request": sample.label,
            "primary": recorded(sample.primary),
            "candidate": None if sample.candidate is None else recorded(sample.candidate),
            "differences": [one.document() for one in sample.differences],
        }
        for sample in group.samples
    ]
