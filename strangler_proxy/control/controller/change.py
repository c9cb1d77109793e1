"""A change of the file that the control process makes by itself: written and in the audit log, each exactly once.

What is about to be done is written down first, beside the file, so that a process which is killed in the middle leaves
enough for the next one to finish the audit log:

1. Under the lock of the file: what a killed process left is settled.
2. The change is planned from the file as it is, and written down with the hashes of the text before and after.
3. The file is replaced, which is the one moment at which the change happens.
4. It is appended to the audit log, and what was written down is removed.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from strangler_proxy.config.written import written_routes
from strangler_proxy.control.audit_log import AuditEntry, append_audit, read_audit
from strangler_proxy.control.rewrite_file import rewrite
from strangler_proxy.control.toggle import Change, Planner, Rewrite
from strangler_proxy.proxy.in_force import digest
from strangler_proxy.proxy.state import state_directory

UNDER_WAY = "change-under-way.json"
"""In the state directory; there while a change is made, and after a kill until the next one."""

EntryOf = Callable[[Change], AuditEntry]


def change(path: Path, plan: Planner, entry_of: EntryOf, *, at_any_price: bool = False) -> Rewrite:
    """Makes the change that `plan` makes of the file's text; `entry_of` gives the entry of each changed route.

    `plan` may raise to say that there is nothing to do any more. At any price: as `rewrite`, and without the note of
    step 2 where none can be written.

    Raises: as `rewrite`.
    """

    def settled_first(text: str) -> Rewrite:
        try:
            settle(path, text)
        except OSError:
            if not at_any_price:
                raise
        return plan(text)

    @contextlib.contextmanager
    def noted(planned: Rewrite) -> Iterator[None]:
        entries = [entry_of(one) for one in planned.changes if one.changes]
        note = state_directory(path) / UNDER_WAY
        try:
            _note(note, planned, entries)
        except OSError:
            if not at_any_price:
                raise
        try:
            yield
        except BaseException:
            with contextlib.suppress(OSError):
                note.unlink(missing_ok=True)
            raise
        with contextlib.suppress(OSError):  # the note stays then, and the next change tries again
            for entry in entries:
                append_audit(path, entry)
            note.unlink(missing_ok=True)

    planned, _ = rewrite(path, settled_first, at_any_price=at_any_price, around=noted)
    return planned


def settle(path: Path, text: str) -> None:
    """Finishes what a killed process left, now that the file says `text`; the caller holds the file's lock.

    Raises: OSError when the audit log cannot be written; the note stays.
    """
    note = path.resolve().parent / ".strangler" / UNDER_WAY
    try:
        left = json.loads(note.read_bytes())
        before, after, entries = left["before"], left["after"], left["entries"]
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError, KeyError):  # torn before anything was changed
        note.unlink(missing_ok=True)
        return
    said = digest(text.encode())
    if said != before:
        known = {line.id for line in read_audit(path)}
        for entry in entries:
            if entry["id"] not in known and (said == after or _happened(entry, text, path)):
                append_audit(path, AuditEntry(**entry))
    note.unlink(missing_ok=True)


def _happened(entry: dict[str, Any], text: str, path: Path) -> bool:
    """Whether a change was made though the text is another by now: its route is where it was taken to, or was taken
    on from there."""
    route = next((one for one in written_routes(text) if one.name == entry["route"]), None)
    if route is not None and route.stage == entry["to_stage"]:
        return entry["to_percent"] is None or route.percent == entry["to_percent"]
    later = [line.entry for line in read_audit(path) if line.entry.get("route") == entry["route"]]
    return bool(later) and later[-1].get("from_stage") == entry["to_stage"]


def _note(note: Path, planned: Rewrite, entries: list[AuditEntry]) -> None:
    """Writes down, on disk before it returns, what is about to be done."""
    content = json.dumps(
        {
            "before": digest(planned.edit.before.encode()),
            "after": digest(planned.edit.after.encode()),
            "entries": [asdict(entry) for entry in entries],
        }
    ).encode()
    beside = note.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    beside.replace(note)
