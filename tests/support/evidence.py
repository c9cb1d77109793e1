"""What a proxy's comparer has written down, read from its SQLite file without Django."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from proxy_harness import RunningProxy, await_true


@dataclass
class Evidence:
    """The sums of all routes."""

    compared: int = 0
    mismatches: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    groups: dict[tuple[str, str], int] = field(default_factory=dict)
    """(path, kind) → count."""
    shapes: dict[str, int] = field(default_factory=dict)
    addresses: int = 0
    epochs: int = 0
    asked_twice: int = 0

    @property
    def accounted_for(self) -> int:
        return self.compared + sum(self.left.values())


def file_of(directory: Path) -> Path:
    """The store of the proxy that runs in the directory."""
    return directory / ".strangler" / "evidence.sqlite3"


def evidence(directory: Path) -> Evidence:
    """What is written now; nothing where there is no store yet."""
    if not file_of(directory).exists():
        return Evidence()
    with closing(sqlite3.connect(f"file:{file_of(directory)}?mode=ro", uri=True, timeout=30)) as database:
        try:
            rows = lambda query: database.execute(query).fetchall()  # noqa: E731
            ((epochs, compared, twice),) = rows(
                "SELECT count(*), coalesce(sum(comparisons), 0), coalesce(sum(asked_twice), 0) FROM strangler_epoch"
            )
            return Evidence(
                compared=compared,
                mismatches=sum(
                    count
                    for severity, failure, count in rows(
                        "SELECT s.severity, o.failure, o.count FROM strangler_totaloutcome o "
                        "JOIN strangler_signature s ON s.id = o.signature_id"
                    )
                    if severity or failure
                ),
                failures=dict(
                    rows("SELECT failure, sum(count) FROM strangler_totaloutcome WHERE failure != '' GROUP BY failure")
                ),
                left=dict(rows("SELECT reason, sum(count) FROM strangler_leftcount GROUP BY reason")),
                groups={
                    (path, kind): count for path, kind, count in rows("SELECT path, kind, count FROM strangler_group")
                },
                shapes=dict(rows("SELECT shape, sum(count) FROM strangler_shapecount GROUP BY shape")),
                addresses=rows("SELECT count(*) FROM strangler_address")[0][0],
                epochs=epochs,
                asked_twice=twice,
            )
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return Evidence()
            raise


def await_accounted(proxy: RunningProxy, captures: int, seconds: float = 20.0) -> Evidence:
    """The evidence once so many captures are accounted for."""
    await_true(
        lambda: evidence(proxy.directory).accounted_for >= captures,
        seconds,
        f"{captures} captures accounted for; there are {evidence(proxy.directory)}",
    )
    return evidence(proxy.directory)


def await_comparer(proxy: RunningProxy, target: str, at_once: int = 8) -> int:
    """Asks for `target` until all of so many captures reach the comparer, from whatever worker; gives how often it
    asked."""
    asked = 0

    def all_taken() -> bool:
        nonlocal asked
        before = proxy.metric("strangler_captures_dropped_total")
        for _ in range(at_once):
            assert proxy.get(target).status == 200
        asked += at_once
        return proxy.metric("strangler_captures_dropped_total") == before

    await_true(all_taken, 15, "a comparer that takes captures")
    return asked
