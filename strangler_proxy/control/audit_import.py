"""Copies the lines of the file `audit.jsonl` into the database, each once, however often and by whomever it is done."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from strangler_proxy.control.audit_log import Line, read_audit
from strangler_proxy.control.connection import reached
from strangler_proxy.control.models import AuditEntry
from strangler_proxy.control.text import fit

BATCH = 500


class AuditImport:
    """Remembers how far the file was read, so that a look at one that has not grown costs nothing."""

    def __init__(self, config_path: Path) -> None:
        self._config_path = config_path
        self._end = 0

    def run(self) -> None:
        """Afterwards every whole line is in the database.

        Raises: StoreUnreachable; OSError. The next call goes on where this one stopped.
        """
        batch: list[Line] = []
        for line in read_audit(self._config_path, self._end):
            batch.append(line)
            if len(batch) == BATCH:
                self._add(batch)
                batch = []
        if batch:
            self._add(batch)

    def _add(self, lines: list[Line]) -> None:
        with reached():
            AuditEntry.objects.bulk_create([_row(line) for line in lines], ignore_conflicts=True)
        self._end = lines[-1].end


def _row(line: Line) -> AuditEntry:
    entry = line.entry
    return AuditEntry(
        when=_when(entry.get("when")),
        who=fit(str(entry.get("who") or ""), 200),
        what=fit(str(entry.get("what") or ""), 50),
        route=fit(str(entry.get("route") or ""), 200),
        before=_place(entry, "from"),
        after=_place(entry, "to"),
        why=fit(str(entry.get("reason") or ""), 100_000),
        forced=bool(entry.get("forced")),
        evidence=entry.get("evidence"),
        step=fit(line.id, 100),
    )


def _place(entry: Mapping[str, Any], end: str) -> dict[str, Any]:
    return {"stage": entry.get(f"{end}_stage"), "percent": entry.get(f"{end}_percent")}


def _when(text: object) -> datetime:
    """The time of an entry; the beginning of time for one that is none."""
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
