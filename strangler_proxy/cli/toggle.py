"""A change of one route's stage: planned as data, applied, and then written in the audit log.

The order is deliberate. The file is changed first: whoever takes a route back must not be held up by an audit log that
cannot be written, so that failure is told and changes nothing else.
"""

import errno
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from strangler_proxy.cli.audit_log import AuditEntry, append_audit, current_user
from strangler_proxy.cli.known_route import route_named
from strangler_proxy.config.edit import Edit, edited
from strangler_proxy.config.errors import EditRefused, FileChanged
from strangler_proxy.config.load import parse, read
from strangler_proxy.config.model import Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.write import apply
from strangler_proxy.rollout.stages import Event, Transition, judge, plan_transition
from strangler_proxy.rollout.verdict import no_evidence

NO_SECOND_FILE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS}
)
"""Why the file can't be replaced by a new one, though it can perhaps be written over: a full disk, a file that is
mounted on its own, a directory that is somebody else's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is asked of a route."""

    target: Stage | Event
    service: str | None = None
    urls: Sequence[str] = ()
    """URLs of a new backend called `service`."""
    percent: float | None = None
    force: bool = False
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A planned change; nothing was written yet."""

    before: Route
    after: Route
    transition: Transition
    edit: Edit
    reason: str | None

    @property
    def forced(self) -> bool:
        """Whether the change goes past its gate, or leaps, by a person's will."""
        return self.transition.forced_because is not None

    def document(self, *, dry_run: bool) -> dict[str, Any]:
        """Its JSON form."""
        return {
            "route": self.before.name,
            "from": self.before.stage.value,
            "to": self.after.stage.value,
            "from_percent": percent_of(self.before),
            "to_percent": percent_of(self.after),
            "service": self.after.service,
            "changed": self.edit.changes and not dry_run,
            "dry_run": dry_run,
            "forced": self.forced,
            "reason": self.reason,
            "file": str(self.edit.path),
            "diff": self.edit.diff,
        }


def plan_change(path: Path, name: str, wish: Wish) -> Change:
    """The change that `wish` makes of the route `name` in the file at `path`.

    Raises: ConfigUnreadable, ConfigInvalid, UnknownRoute and EditRefused of the file; TransitionRefused, of which
    GateUndecided asks for more evidence (none is stored yet).
    """
    text = read(path)
    before = route_named(parse(text, path), name, str(path))
    with_service = before if wish.service is None else replace(before, service=wish.service)
    forced_because = (wish.reason or "") if wish.force else None
    transition = plan_transition(with_service, wish.target, forced_because=forced_because)
    judge(with_service, transition, no_evidence)
    after_text = edited(
        text,
        name,
        source=path,
        stage=transition.after,
        service=wish.service,
        canary_percent=wish.percent,
        urls=wish.urls,
    )
    return Change(
        before=before,
        after=route_named(parse(after_text, path), name, str(path)),
        transition=transition,
        edit=Edit(path=path, before=text, after=after_text),
        reason=wish.reason,
    )


def apply_change(change: Change) -> None:
    """Write the change, whole or not at all.

    Raises: FileChanged, EditRefused.
    """
    apply(change.edit)


def apply_at_any_price(change: Change) -> bool:
    """Write the change; where the file can't be replaced by a second one, write it over the old one.

    Overwriting needs no new blocks and no right to the directory, but a crash in the middle can leave a torn file which
    a running proxy refuses and does not act by. That is why only the way back takes this risk. Returns whether it was
    taken.

    Raises: FileChanged, EditRefused.
    """
    try:
        apply(change.edit)
    except EditRefused as refused:
        if not isinstance(refused.__cause__, OSError) or refused.__cause__.errno not in NO_SECOND_FILE:
            raise
        _overwrite(change.edit)
        return True
    return False


def audit(change: Change, verb: str, now: datetime) -> None:
    """Append the applied change to the audit log.

    Raises: OSError when it cannot be written.
    """
    append_audit(
        change.edit.path,
        AuditEntry(
            when=now.isoformat(timespec="seconds"),
            who=current_user(),
            what=verb,
            route=change.before.name,
            from_stage=change.before.stage.value,
            to_stage=change.after.stage.value,
            from_percent=percent_of(change.before),
            to_percent=percent_of(change.after),
            reason=change.reason,
            forced=change.forced,
        ),
    )


def percent_of(route: Route) -> float | None:
    """The share of a canary; None in every other stage."""
    return route.canary.percent if route.stage is Stage.CANARY else None


def _overwrite(edit: Edit) -> None:
    if read(edit.path) != edit.before:
        raise FileChanged(
            "the file was changed by somebody else; nothing was written.",
            where=str(edit.path),
            remedy="Run the command again.",
        )
    try:
        with edit.path.open("r+b") as file:
            file.write(edit.after.encode())
            file.truncate()
    except OSError as error:
        raise EditRefused(
            f"the file cannot be written: {error.strerror}.",
            where=str(edit.path),
            remedy="Give the user that runs strangler the right to write it, or make room on its disk.",
        ) from error
