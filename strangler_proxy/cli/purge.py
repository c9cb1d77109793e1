"""`strangler purge`: removes evidence, and really frees the room that it took."""

import time
from typing import TYPE_CHECKING, Any

import click

from strangler_proxy.cli.evidence_store import open_store
from strangler_proxy.cli.parameters import ROUTE
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.load import load
from strangler_proxy.config.words import plural
from strangler_proxy.errors import WrongUsage

if TYPE_CHECKING:
    from strangler_proxy.control.retention import Removed


@verb(
    "purge",
    examples=(
        Example("strangler purge", "remove what [evidence] in strangler.toml says is too old or too much"),
        Example("strangler purge product-detail --dry-run", "say what is stored of one route"),
        Example("strangler purge product-detail", "remove all evidence of one route; it begins anew"),
        Example("strangler purge --older-than 7", "remove what nothing was added to for a week"),
        Example("strangler purge --all", "remove all evidence"),
    ),
    hint="Give a route, --older-than or --all, or none of them.",
)
@click.argument("route", type=ROUTE, required=False)
@click.option("--older-than", metavar="DAYS", type=click.FloatRange(min=0), help="Only what is older than this.")
@click.option("--all", "everything", is_flag=True, help="All evidence of all routes.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
def purge(session: Session, route: str | None, older_than: float | None, everything: bool, dry_run: bool) -> None:
    """Remove evidence: comparisons, difference groups and samples.

    Without an argument it does what the comparer does now and then: it removes what `[evidence]` says is too old, and
    the oldest samples when the store takes too much room. A route need not be in strangler.toml any more. The audit
    log is never removed. What was removed is gone, also from the file.
    """
    if everything and (route is not None or older_than is not None):
        raise WrongUsage("--all leaves nothing for a route or --older-than to choose.", remedy="Leave one of them out.")
    evidence = load(session.config_path).evidence
    open_store(session)
    from strangler_proxy.control.retention import Scope, planned, prune, remove

    now = time.time()
    by_the_file = route is None and older_than is None and not everything
    days = evidence.keep_days if by_the_file else older_than
    scope = Scope(before=None if days is None else now - days * 86_400, route=route)
    if dry_run:
        removed = planned(scope)
    elif by_the_file:
        removed = prune(now, keep_days=evidence.keep_days, keep_mb=evidence.keep_mb)
    else:
        removed = remove(scope)
    if route is not None and not removed.epochs and not removed.comparisons:
        session.say(f"note: nothing is stored of a route {route}")
    session.answer(_document(removed), lambda: _text(removed))


def _document(removed: "Removed") -> dict[str, Any]:
    return {
        "dry_run": removed.freed_bytes is None,
        "comparisons": removed.comparisons,
        "epochs": removed.epochs,
        "samples": removed.samples,
        "freed_bytes": removed.freed_bytes,
    }


def _text(removed: "Removed") -> str:
    what = f"{plural(removed.comparisons, 'comparison')} and {plural(removed.samples, 'sample')}"
    if removed.freed_bytes is None:
        return f"{what} would be removed."
    return f"{what} removed; {removed.freed_bytes / 1_048_576:.1f} MB freed."
