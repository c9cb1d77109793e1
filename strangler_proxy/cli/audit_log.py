"""The audit log beside the config: one JSON line for each applied change, appended and never rewritten.

A change is written here after it was applied: a way back must not be barred by a full disk or a log that cannot be
written. The caller warns when writing failed.
"""

import getpass
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
    """The operating system's user."""
    what: str
    """The verb: `set`, `promote` or `rollback`."""
    route: str
    from_stage: str
    to_stage: str
    from_percent: float | None
    """Canary percentage before; None: the route was no canary."""
    to_percent: float | None
    reason: str | None
    forced: bool
    evidence: Mapping[str, Any] | None = None
    """What its gate said at that moment, as `strangler verdict --json` does; None: no gate was asked."""


def audit_path(config_path: Path) -> Path:
    """Where the log of a config lies."""
    return state_path(config_path) / AUDIT_FILE


def append_audit(config_path: Path, entry: AuditEntry) -> None:
    """Append the entry in one write, on a line of its own even when an earlier write was torn.

    Raises: OSError when the log cannot be written.
    """
    path = audit_path(config_path)
    state_directory(config_path)
    line = json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        written = os.write(descriptor, line)
        if written != len(line):
            raise OSError(f"only {written} of {len(line)} bytes could be written")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def current_user() -> str:
    """The name of the user who runs the command; `uid N` where the system knows no name (a container)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
