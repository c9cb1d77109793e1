"""A change that a person makes through the control plane: written to the file, and to the audit log."""

from dataclasses import dataclass
from pathlib import Path

from strangler_proxy.config.model import Route
from strangler_proxy.control.audit_log import AuditEntry, append_audit, now_text
from strangler_proxy.control.confirmation import Confirmation, confirm
from strangler_proxy.control.rewrite_file import entry_of, rewrite
from strangler_proxy.control.toggle import Planner, Rewrite, percent_of


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
    entries = [entry_of(one, who=who, what=what) for one in planned.changes if one.changes]
    return Made(planned=planned, came=confirm(path), audited=_written(path, entries))


def ignore_make(path: Path, plan: Planner, *, who: str, route: Route, rule: str, why: str) -> Made:
    """Writes the ignore. Raises: as `rewrite`; then nothing was changed."""
    planned, _ = rewrite(path, plan, at_any_price=False)
    entry = AuditEntry(
        when=now_text(),
        who=who,
        what="ignore",
        route=route.name,
        from_stage=route.stage.value,
        to_stage=route.stage.value,
        from_percent=percent_of(route),
        to_percent=percent_of(route),
        reason=f"{rule}: {why}",
        forced=False,
    )
    return Made(planned=planned, came=confirm(path), audited=_written(path, [entry]))


def _written(path: Path, entries: list[AuditEntry]) -> bool:
    try:
        for entry in entries:
            append_audit(path, entry)
    except OSError:
        return False
    return True
