"""A change that a person makes through the control plane: written to the file, and to both audit logs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from strangler_proxy.config.model import Route
from strangler_proxy.control.audit_log import AuditEntry as Line
from strangler_proxy.control.audit_log import append_audit
from strangler_proxy.control.confirmation import Confirmation, confirm
from strangler_proxy.control.models import AuditEntry
from strangler_proxy.control.rewrite_file import rewrite
from strangler_proxy.control.toggle import Change, Planner, Rewrite, percent_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What came of it."""

    planned: Rewrite
    came: Confirmation
    audited: bool
    """False: the change is made, and it could not be written down."""


def change_make(path: Path, plan: Planner, *, who: str, what: str, at_any_price: bool = False) -> Made:
    """Makes the planned change of routes' stages. Raises: as `rewrite`; then nothing was changed."""
    planned, _ = rewrite(path, plan, at_any_price=at_any_price)
    written = [_written(path, one, who, what) for one in planned.changes if one.changes]
    return Made(planned=planned, came=confirm(path), audited=all(written))


def ignore_make(
    path: Path, plan: Planner, *, who: str, route: Route, rule: str, why: str, forced: bool = False
) -> Made:
    """Writes the ignore. Raises: as `rewrite`; then nothing was changed."""
    planned, _ = rewrite(path, plan, at_any_price=False)
    state = state_of(route)
    line = _line(who, "ignore", route, route, f"{rule}: {why}" if why else rule, forced, None)
    row = {"before": state, "after": {**state, "ignore": rule}, "why": why, "forced": forced}
    return Made(planned=planned, came=confirm(path), audited=_both(path, line, row))


def state_of(route: Route) -> dict[str, Any]:
    """Stage and canary share, as the audit log has them."""
    percent = percent_of(route)
    return {"stage": route.stage.value, **({} if percent is None else {"percent": percent})}


def _written(path: Path, change: Change, who: str, what: str) -> bool:
    evidence = change.judgement.document if change.judgement else None
    line = _line(who, what, change.before, change.after, change.reason, change.forced, evidence)
    row = {
        "before": state_of(change.before),
        "after": state_of(change.after),
        "why": change.reason or "",
        "forced": change.forced,
        "evidence": evidence,
    }
    return _both(path, line, row)


def _line(
    who: str, what: str, before: Route, after: Route, why: str | None, forced: bool, evidence: dict[str, Any] | None
) -> Line:
    return Line(
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        who=who,
        what=what,
        route=before.name,
        from_stage=before.stage.value,
        to_stage=after.stage.value,
        from_percent=percent_of(before),
        to_percent=percent_of(after),
        reason=why,
        forced=forced,
        evidence=evidence,
    )


def _both(path: Path, line: Line, row: dict[str, Any]) -> bool:
    """Writes to the file and to the store, each whatever becomes of the other; says whether both have it."""

    def to_store() -> None:
        when = datetime.fromisoformat(line.when)
        AuditEntry.objects.create(when=when, who=line.who, what=line.what, route=line.route, **row)

    return all([_did(lambda: append_audit(path, line)), _did(to_store)])


def _did(write: Callable[[], None]) -> bool:
    try:
        write()
    except (OSError, DatabaseError):
        return False
    return True
