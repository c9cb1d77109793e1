"""Groups of differences as a table, the same for every verb that shows some. Returns text, prints nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from strangler_proxy.cli.render import table, terminal_width
from strangler_proxy.compare.difference import Severity
from strangler_proxy.compare.visible import visible
from strangler_proxy.control.report.shares import share_text

SEVERITY_COLOURS = {Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "bright_black"}
HEADER = ("SEVERITY", "KIND", "COUNT", "SHARE", "PATH")
PATH_COLUMN = 4


def groups_table(groups: Sequence[Mapping[str, Any]]) -> str:
    """The groups in their JSON form, one a line."""
    return table(HEADER, [_row(group) for group in groups], width=terminal_width(), shrink=(PATH_COLUMN,))


def severity_text(severity: str) -> str:
    """A severity in its colour."""
    return click.style(severity, fg=SEVERITY_COLOURS[Severity(severity)])


def _row(group: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        severity_text(group["severity"]),
        group["kind"],
        str(group["count"]),
        share_text(group["share"]),
        visible(str(group["path"])),
    )
