"""`strangler ignore ROUTE PATH`: writes an ignore, after showing what it would hide of what is stored."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from strangler_proxy.cli.evidence_store import open_store
from strangler_proxy.cli.failure import failure_of, text_of
from strangler_proxy.cli.groups_table import severity_text
from strangler_proxy.cli.parameters import ROUTE
from strangler_proxy.cli.render import coloured_diff
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.compare.visible import shown_value, visible
from strangler_proxy.config.known_route import route_named
from strangler_proxy.config.load import load, read
from strangler_proxy.config.model import Route
from strangler_proxy.config.words import plural
from strangler_proxy.control.audit_log import AuditEntry, append_audit, current_user
from strangler_proxy.control.confirmation import confirm
from strangler_proxy.control.errors import AlreadyIgnored, HidesNothing
from strangler_proxy.control.ignoring import EXAMPLES, Preview, ignore_preview, ignore_rule, plan_ignore
from strangler_proxy.control.report.hides import Extent, Hidden
from strangler_proxy.control.report.shares import share_text
from strangler_proxy.control.rewrite_file import rewrite
from strangler_proxy.control.toggle import Rewrite

if TYPE_CHECKING:
    from pathlib import Path


@verb(
    "ignore",
    examples=(
        Example("strangler ignore product-detail 'body:$.served_at' --dry-run", "what would it hide?"),
        Example(
            "strangler ignore product-detail 'body:$.id' --matching '[0-9a-f]{32}'",
            "a changed value only where both sides are such an id; one that is gone or retyped still counts",
        ),
        Example(
            'strangler ignore product-list header:etag --until 2027-01-31 --reason "until 2.4 is out"',
            "for some time",
        ),
    ),
    hint="Take PATH as `strangler diff ROUTE` shows it, in single quotes.",
)
@click.argument("route", type=ROUTE)
@click.argument("path")
@click.option("--matching", metavar="REGEX", help="Excuse only changed values that match as a whole on both sides.")
@click.option("--until", metavar="DATE", help="Excuse nothing from this day on (YYYY-MM-DD, UTC).")
@click.option("--reason", metavar="TEXT", help="Why; kept in the audit log.")
@click.option("--force", is_flag=True, help="Write it although it hides nothing of what is stored.")
@click.option("--dry-run", is_flag=True, help="Show what it would hide and the change of the file; write nothing.")
def ignore(
    session: Session,
    route: str,
    path: str,
    matching: str | None,
    until: str | None,
    reason: str | None,
    force: bool,
    dry_run: bool,
) -> int:
    """Leave the differences at a path out of the count.

    PATH is `status`, `header:NAME`, `cookie:NAME`, or `body:` and a JSONPath. The rule is written to the config, in
    which comments and order stay; a running proxy compares by it at once, and the route's evidence begins anew.
    """
    config_path = session.config_path
    config = load(config_path)
    found = route_named(config, route, str(config_path))
    rule = ignore_rule(path, matching, until, datetime.now(UTC).date())
    if rule in found.compare.ignore:
        raise AlreadyIgnored(
            f"{route} has this ignore already: {rule}.", where=str(config_path), remedy=AlreadyIgnored.usual_remedy
        )
    open_store(session)
    preview = ignore_preview(config, found, rule)
    if not preview.groups and not force and not dry_run:
        hides = f"nothing of {plural(preview.comparisons, 'stored comparison')} of {route}"
        raise HidesNothing(
            f"{rule} hides {hides if preview.comparisons else f'nothing: no comparison of {route} is stored'}.",
            where=str(config_path),
            remedy=HidesNothing.usual_remedy,
        )

    def plan(text: str) -> Rewrite:
        return plan_ignore(text, config_path, route, rule)

    document = {"route": route, "rule": rule, "dry_run": dry_run, "hides": preview.document(), "reason": reason}
    if dry_run:
        edit = plan(read(config_path)).edit
        document |= {"changed": False, "file": str(config_path), "diff": edit.diff}
        session.answer(document, lambda: "\n".join([*_shown(rule, preview), coloured_diff(edit.diff), DRY]))
        return 0
    planned, _ = rewrite(config_path, plan, at_any_price=False)
    audited = _audited(session, config_path, found, rule, reason, force)
    came = confirm(config_path)
    document |= {
        "changed": True,
        "file": str(config_path),
        "diff": planned.edit.diff,
        "audited": audited,
        **came.fields,
    }
    told = [*_shown(rule, preview), coloured_diff(planned.edit.diff), f"{came.what[0].upper()}{came.what[1:]}. {ANEW}"]
    session.answer(document, lambda: "\n".join(told))
    if came.failure is None:
        return 0
    if not session.as_json:
        session.say(text_of(failure_of(came.failure)))
    return came.failure.exit_code


DRY = "Nothing was written (--dry-run)."
ANEW = "The route's evidence begins anew."


def _shown(rule: str, preview: Preview) -> Iterator[str]:
    if not preview.groups:
        yield f"{visible(rule)} hides nothing of {preview.comparisons} stored comparisons"
        return
    yield f"{click.style(visible(rule), bold=True)} hides:"
    for group, effect in preview.groups:
        yield (
            f"  {severity_text(group.severity)} {group.kind}  {visible(group.path)}  "
            f"{group.count} ({share_text(group.share)}): {_extent_text(effect)}"
        )
        for one in effect.examples[:EXAMPLES]:
            yield f"    {shown_value(one.primary)} → {shown_value(one.candidate)}"
    yield (
        f"of {preview.comparisons} comparisons {preview.mismatches} differ now; "
        f"with it at most {preview.mismatches_left} would"
    )


def _extent_text(effect: Hidden) -> str:
    if effect.extent is Extent.UNKNOWN:
        return "perhaps; no exchange is kept that would tell"
    if effect.extent is Extent.PARTLY:
        return f"{len(effect.examples)} of {effect.looked_at} differences in the kept exchanges"
    return "wholly"


def _audited(session: Session, path: "Path", route: Route, rule: str, reason: str | None, forced: bool) -> bool:
    entry = AuditEntry(
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        who=current_user(),
        what="ignore",
        route=route.name,
        from_stage=route.stage.value,
        to_stage=route.stage.value,
        from_percent=None,
        to_percent=None,
        reason=f"{rule}: {reason}" if reason else rule,
        forced=forced,
    )
    try:
        append_audit(path, entry)
    except OSError as error:
        session.say(f"warning: the change is made, but not in the audit log: {error}.")
        return False
    return True
