"""`strangler compare LEFT RIGHT`: hold two recorded answers against each other."""

from datetime import UTC, datetime
from pathlib import Path

import click

from strangler_proxy.cli.groups_table import SEVERITY_COLOURS
from strangler_proxy.cli.parameters import ROUTE
from strangler_proxy.cli.render import table, terminal_width
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare as compare_answers
from strangler_proxy.compare.difference import Comparison, Difference, Kind, encodable
from strangler_proxy.compare.errors import AnswerUnreadable
from strangler_proxy.compare.recorded import read_answer
from strangler_proxy.compare.route_rules import rules_of
from strangler_proxy.compare.rules import PLAIN
from strangler_proxy.compare.visible import shown_value, visible
from strangler_proxy.config.known_route import route_named
from strangler_proxy.config.load import load

HEADER = ("SEVERITY", "KIND", "PATH", "PRIMARY", "CANDIDATE")
SHRINK = (2, 3, 4)
"""Columns that are cut on a narrow terminal."""


@verb(
    "compare",
    examples=(
        Example("strangler compare monolith.json service.json", "do the two answers say the same?"),
        Example("strangler compare monolith.json service.json --route product-detail", "by a route's own rules"),
        Example("strangler compare monolith.json service.json --json", "every difference, for a program"),
    ),
)
@click.argument("left", type=click.Path(path_type=Path))
@click.argument("right", type=click.Path(path_type=Path))
@click.option("--route", "route_name", type=ROUTE, metavar="NAME", help="Compare by this route's rules.")
def compare(session: Session, left: Path, right: Path, route_name: str | None) -> int:
    """Say where two recorded answers differ.

    LEFT is the monolith's answer (the primary), RIGHT the service's (the candidate): JSON files with "status",
    "headers" as a list of [name, value], and the body as text in "body" or in "body_base64".

    What Django draws or writes anew for each answer is set aside, and a route's ignore, unordered and keyed with
    --route. Exit code 0: equal; 1: different, or not to be compared; 2: a file is no recorded answer.
    """
    rules = PLAIN
    if route_name is not None:
        config = load(session.config_path)
        rules = rules_of(config, route_named(config, route_name, str(session.config_path))).on(datetime.now(UTC).date())
    comparison = compare_answers(_answer(left), _answer(right), rules)
    session.answer(comparison.document(), lambda: _text(comparison))
    return 0 if comparison.equal else 1


def _answer(path: Path) -> Answer:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AnswerUnreadable(f"{error.strerror}.", where=str(path), remedy=AnswerUnreadable.usual_remedy) from None
    return read_answer(data, where=str(path))


def _text(comparison: Comparison) -> str:
    lines = [_headline(comparison)]
    if comparison.differences:
        lines += ["", table(HEADER, [*map(_row, comparison.differences)], width=terminal_width(), shrink=SHRINK)]
    if comparison.notes:
        lines.append("")
        lines += [f"note: {visible(note.text)} ({note.side})" for note in comparison.notes]
    if comparison.excused:
        lines += ["", f"{_counted(len(comparison.excused), 'difference')} excused by the route's ignores."]
    return "\n".join(lines)


def _headline(comparison: Comparison) -> str:
    if comparison.equal:
        return click.style("equal", fg="green", bold=True)
    if not comparison.differences:
        return click.style("not compared", fg="yellow", bold=True) + ", so not taken for equal"
    count = _counted(len(comparison.differences), "difference")
    return f"{click.style('different', fg='red', bold=True)}: {count}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _row(difference: Difference) -> tuple[str, ...]:
    severity = difference.severity
    return (
        click.style(severity.value, fg=SEVERITY_COLOURS[severity]),
        difference.kind.value,
        visible(str(encodable(difference.path))),
        "" if difference.kind is Kind.ADDED else shown_value(difference.primary),
        "" if difference.kind is Kind.REMOVED else shown_value(difference.candidate),
    )
