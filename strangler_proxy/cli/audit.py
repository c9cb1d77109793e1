"""`strangler audit`: who changed what, when and why."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from strangler_proxy.cli.parameters import ROUTE
from strangler_proxy.cli.render import percent_text, table, terminal_width
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.since import SINCE
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.control.audit_log import read_audit

HEADER = ("WHEN", "WHO", "WHAT", "ROUTE", "CHANGE", "WHY")
SHRINK = (5, 3, 1)


@verb(
    "audit",
    hint="--since takes 2h, 3d, 1w or a day such as 2027-01-31.",
    examples=(
        Example("strangler audit", "all that was changed, the newest last"),
        Example("strangler audit --route product-detail --since 2d", "one route, of the last two days"),
        Example("strangler audit --json", "with the evidence of each moment"),
    ),
)
@click.option("--route", type=ROUTE, help="Only entries of this route; it need not be in the file any more.")
@click.option("--since", type=SINCE, help="Only entries from then on: 30m, 2h, 3d, 1w ago, or a day (UTC).")
def audit(session: Session, route: str | None, since: timedelta | datetime | None) -> None:
    """Say who changed what, when and why.

    Read from .strangler/audit.jsonl, the record to which the command, the dashboard and the controller append. Needs no
    running proxy and no database.
    """
    begin = datetime.now(UTC) - since if isinstance(since, timedelta) else since
    entries = [
        {**line.entry, "id": line.id}
        for line in read_audit(session.config_path)
        if route in (None, line.entry.get("route")) and _is_since(line.entry, begin)
    ]
    session.answer(entries, lambda: _text(entries))


def _is_since(entry: Mapping[str, Any], begin: datetime | None) -> bool:
    """Whether the entry is not older; one without a readable time always is not."""
    if begin is None:
        return True
    try:
        when = datetime.fromisoformat(str(entry.get("when")))
    except ValueError:
        return True
    return (when if when.tzinfo else when.replace(tzinfo=UTC)) >= begin


def _text(entries: list[dict[str, Any]]) -> str:
    if not entries:
        return "Nothing was changed."
    rows = [tuple(_cells(entry)) for entry in entries]
    return table(HEADER, rows, width=terminal_width(), shrink=SHRINK)


def _cells(entry: Mapping[str, Any]) -> Iterator[str]:
    yield str(entry.get("when", "")).replace("T", " ").removesuffix("+00:00")
    yield str(entry.get("who", ""))
    yield f"{entry.get('what', '')}{' (forced)' if entry.get('forced') else ''}"
    yield str(entry.get("route", ""))
    before, after = _place(entry, "from"), _place(entry, "to")
    yield before if before == after else f"{before} → {after}"
    yield str(entry.get("reason") or "")


def _place(entry: Mapping[str, Any], end: str) -> str:
    percent = entry.get(f"{end}_percent")
    return f"{entry.get(f'{end}_stage', '')}" + ("" if percent is None else f" {percent_text(percent)}")
