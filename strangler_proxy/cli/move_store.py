"""`strangler move-store`: from SQLite to PostgreSQL, or back."""

from typing import TYPE_CHECKING, Any

import click

from strangler_proxy.cli.evidence_store import open_store
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.words import plural

if TYPE_CHECKING:
    from strangler_proxy.control.move import Moved

VARIABLE = "STRANGLER_MOVE_TO"
"""May hold the URL, so that its password is in no list of processes and no shell's history."""


@verb(
    "move-store",
    examples=(
        Example("strangler move-store --to postgresql://strangler@db/strangler --dry-run", "say what would be copied"),
        Example("strangler move-store --to postgresql://strangler@db/strangler", "copy the store to PostgreSQL"),
        Example(
            "strangler move-store --to sqlite:////srv/shop/.strangler/evidence.sqlite3",
            "copy it into a file, while $STRANGLER_DATABASE_URL names the store in PostgreSQL",
        ),
    ),
)
@click.option(
    "--to", "url", metavar="URL", required=True, envvar=VARIABLE, help=f"An empty database; also read from ${VARIABLE}."
)
@click.option("--dry-run", is_flag=True, help="Say what would be copied, and copy nothing.")
def move_store(session: Session, url: str, dry_run: bool) -> None:
    """Copy evidence, audit log and users into another database: all or nothing.

    The store that is in use stays as it is, and goes on being used until STRANGLER_DATABASE_URL names the other one and
    `strangler up` is started anew; what is recorded in between stays behind. Nothing is recorded while it is copied,
    and nothing is lost by that: the comparer waits.
    """
    open_store(session)
    from strangler_proxy.control.move import move

    moved = move(url, dry_run=dry_run)
    session.answer(_document(moved, dry_run), lambda: _text(moved, dry_run))


def _document(moved: "Moved", dry_run: bool) -> dict[str, Any]:
    return {"dry_run": dry_run, "to": moved.where, "rows": moved.rows}


def _text(moved: "Moved", dry_run: bool) -> str:
    what = f"{plural(sum(moved.rows.values()), 'row')} of {plural(len(moved.rows), 'table')}"
    if dry_run:
        return f"{what} would be copied to {moved.where}."
    return (
        f"{what} copied to {moved.where}, and counted there again.\n"
        "Set STRANGLER_DATABASE_URL to its URL and start `strangler up` anew."
    )
