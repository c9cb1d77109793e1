"""The audit log beside the config: one JSON line for each applied change, appended and never rewritten.

It is the record that counts, from whomever a change comes: the command, the dashboard, the controller. The control
process copies its lines into the database, each once, by their ids.

A change is written here after it was applied: a way back must not be barred by a full disk or a log that cannot be
written. The caller warns when writing failed.
"""

import fcntl
import getpass
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from strangler_proxy.proxy.state import state_directory, state_path

AUDIT_FILE = "audit.jsonl"
"""In the state directory."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One applied change."""

    when: str
    """Time in UTC, ISO 8601 with seconds."""
    who: str
    """The operating system's user, the dashboard's user, or `controller`."""
    what: str
    """The verb, e.g. `set`, `promote`, `rollback`, `ignore`; or what the controller did: `step` (of a walk),
    `auto-rollback`, `alarm` (nothing was changed), `walk-begun`, `walk-ended`."""
    route: str
    from_stage: str
    to_stage: str
    from_percent: float | None
    """Canary percentage before; None: the route was no canary."""
    to_percent: float | None
    reason: str | None
    forced: bool
    evidence: Mapping[str, Any] | None = None
    """What its gate said at that moment, as `strangler verdict --json` does, or the numbers of the alarm; None: nobody
    was asked."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    """Names the entry once and for all, at most 100 characters."""


def audit_path(config_path: Path) -> Path:
    """Where the log of a config lies."""
    return state_path(config_path) / AUDIT_FILE


def append_audit(config_path: Path, entry: AuditEntry) -> None:
    """Append the entry in one write, on a line of its own even when an earlier write was torn.

    Raises: OSError when the log cannot be written.
    """
    with _opened(config_path) as descriptor:
        _append(descriptor, entry)


def append_once(config_path: Path, entry: AuditEntry) -> None:
    """Append the entry unless one of its id is there; of several processes that do so at a time, one does.

    Raises: OSError when the log cannot be read or written.
    """
    with _opened(config_path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if entry.id not in {line.id for line in read_audit(config_path)}:
            _append(descriptor, entry)


@contextmanager
def _opened(config_path: Path) -> Iterator[int]:
    state_directory(config_path)
    descriptor = os.open(audit_path(config_path), os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _append(descriptor: int, entry: AuditEntry) -> None:
    line = json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        line = b"\n" + line
    written = os.write(descriptor, line)
    if written != len(line):
        raise OSError(f"only {written} of {len(line)} bytes could be written")
    os.fsync(descriptor)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log."""

    id: str
    entry: Mapping[str, Any]
    end: int
    """Byte offset behind it."""


def read_audit(config_path: Path, begin: int = 0) -> Iterator[Line]:
    """The whole lines from the byte offset `begin` on; one that is torn is left out, as is one that is under way.

    A line without an id, as older versions wrote them, is named after its text. Raises: OSError, but none where there
    is no log yet.
    """
    try:
        file = audit_path(config_path).open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(begin)
        for line in file:
            begin += len(line)
            if not line.endswith(b"\n"):
                return
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                named = entry.get("id")
                yield Line(named if isinstance(named, str) else _name_of(line), entry, begin)


def _name_of(line: bytes) -> str:
    return f"line:{hashlib.sha256(line).hexdigest()[:32]}"


def now_text() -> str:
    """This moment as an entry holds it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def current_user() -> str:
    """The name of the user who runs the command; `uid N` where the system knows no name (a container)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
