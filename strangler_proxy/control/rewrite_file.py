"""A planned change, made in the file and written in the audit log.

The order is deliberate. The file is changed first: whoever takes a route back must not be held up by an audit log that
cannot be written, so that failure is told and changes nothing else.
"""

import errno
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from strangler_proxy.config.edit import Edit
from strangler_proxy.config.errors import EditRefused, FileChanged
from strangler_proxy.config.load import read
from strangler_proxy.config.write import apply, hold
from strangler_proxy.control.audit_log import AuditEntry, append_audit, current_user, now_text
from strangler_proxy.control.toggle import Change, Planner, Rewrite, percent_of

NO_SECOND_FILE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS}
)
"""Why the file can't be replaced by a new one, though it can perhaps be written over: a full disk, a file that is
mounted on its own, a directory that is somebody else's."""
ATTEMPTS = 10
WAIT_SECONDS = 0.02
"""Between two attempts; an editor that saves the file does so once, not all the time."""


Around = Callable[[Rewrite], AbstractContextManager[None]]
"""What is done around the write of a planned change, while others are kept away from the file."""


def _nothing(_planned: Rewrite) -> AbstractContextManager[None]:
    return nullcontext()


def rewrite(path: Path, plan: Planner, *, at_any_price: bool, around: Around = _nothing) -> tuple[Rewrite, bool]:
    """Make the change that `plan` makes of the file's text, whole or not at all.

    The plan is made and applied while other calls of this command are kept away, so none of many at once is lost. An
    editor that keeps to no lock may still come between: then the plan is made again from what it saved, `ATTEMPTS`
    times at most.

    At any price: where the file can't be replaced by a second one, the old one is written over, and a text with
    mistakes is written too. Returns the change, and whether the file was written over in place.

    Raises: whatever the plan raises; FileChanged after the last attempt; EditRefused.
    """
    for attempt in range(ATTEMPTS):
        try:
            with hold(path):
                planned = plan(read(path))
                with around(planned):
                    return planned, _write(planned.edit, at_any_price)
        except FileChanged:
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(WAIT_SECONDS)
    raise AssertionError("the last attempt returns or raises")


def audit(path: Path, verb: str, planned: Rewrite) -> None:
    """Append each change of a route that was made to the audit log of the config.

    Raises: OSError when it cannot be written.
    """
    for change in planned.changes:
        if change.changes:
            append_audit(path, entry_of(change, who=current_user(), what=verb))


def entry_of(change: Change, *, who: str, what: str) -> AuditEntry:
    """The entry of the audit log for a change that is made now."""
    return AuditEntry(
        when=now_text(),
        who=who,
        what=what,
        route=change.before.name,
        from_stage=change.written or change.before.stage.value,
        to_stage=change.after.stage.value,
        from_percent=percent_of(change.before),
        to_percent=percent_of(change.after),
        reason=change.reason,
        forced=change.forced,
        evidence=change.judgement.document if change.judgement else None,
    )


def _write(edit: Edit, at_any_price: bool) -> bool:
    try:
        apply(edit, held=True, valid_only=not at_any_price)
    except EditRefused as refused:
        replaceable = not isinstance(refused.__cause__, OSError) or refused.__cause__.errno not in NO_SECOND_FILE
        if not at_any_price or replaceable:
            raise
        _overwrite(edit)
        return True
    return False


def _overwrite(edit: Edit) -> None:
    """Write over the file in place.

    That needs no new blocks and no right to the directory, but a crash in the middle can leave a torn file, which a
    running proxy refuses and does not act by; that is why only the way back takes this risk.
    """
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
