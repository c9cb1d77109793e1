"""What is recorded is whole or not there at all, whoever is killed, locked out or records at the same time."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from comparisons import compared, sample

from strangler_proxy.shadow.record import StoreUnavailable, Taken
from tests.integration.control.conftest import Place
from tests.stack.postgresql import Server

ROOT = Path(__file__).resolve().parents[3]

RECORDS_FOR_EVER = """
import pathlib, sys
sys.path.insert(0, "tests/support")
from strangler_proxy.control.setup import ready
ready(pathlib.Path(sys.argv[1]))
from comparisons import compared, sample
from strangler_proxy.control.record import DjangoStore
from strangler_proxy.shadow.record import Taken
store, name, batches = DjangoStore(), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
done = 0
while done != batches:
    some = [compared(f"body:$.a{n % 7}", "header:etag", sample=sample(), at=1.7e9 + done) for n in range(20)]
    store.record(some, [], [Taken(name, "product-detail", 20)])
    done += 1
    print(done, flush=True)
"""


def recorder(place: Place, name: str, batches: int) -> "subprocess.Popen[str]":
    """A process that records batches of 20 once it is told to begin; -1: until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", RECORDS_FOR_EVER, str(place.state), name, str(batches)],
        cwd=ROOT,
        env={**os.environ, **place.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def begin(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def sums() -> set[int]:
    """What each of the tables says how many comparisons there were; of one opinion when nothing is torn."""
    from django.db.models import Sum

    from strangler_proxy.control.models import (
        Epoch,
        Group,
        HourlyOutcome,
        Intake,
        LatencyCount,
        ShapeCount,
        TotalOutcome,
    )

    def total(rows: object, column: str = "count") -> int:
        return rows.aggregate(sum=Sum(column))["sum"] or 0  # type: ignore[attr-defined]

    return {
        total(Epoch.objects, "comparisons"),
        total(TotalOutcome.objects),
        total(HourlyOutcome.objects),
        total(ShapeCount.objects),
        total(LatencyCount.objects.filter(is_candidate=True)),
        total(Group.objects.filter(path="header:etag")),
        total(Intake.objects),
    }


def test_two_processes_that_record_at_once_lose_nothing(place: Place) -> None:
    running = [recorder(place, f"worker-{number}", 30) for number in range(2)]
    for process in running:
        begin(process)
    for process in running:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert sums() == {2 * 30 * 20}


@pytest.mark.parametrize("attempt", range(4))
def test_a_kill_leaves_every_batch_whole_or_not_there(place: Place, attempt: int) -> None:
    process = recorder(place, "worker", -1)
    begin(process)
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
    time.sleep(0.003 * attempt)  # somewhere else in a batch each time
    process.send_signal(signal.SIGKILL)
    told = 3 + sum(1 for line in process.stdout if line.endswith("\n"))
    process.wait()
    process.stdout.close()
    assert process.stdin is not None
    process.stdin.close()
    (total,) = sums()
    assert total % 20 == 0
    assert told <= total // 20 <= told + 1


def test_while_another_holds_the_lock_the_store_is_unavailable_and_later_it_is_there(
    sqlite: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from strangler_proxy.control import database
    from strangler_proxy.control.record import DjangoStore

    monkeypatch.setattr(database, "_SQLITE", {**database._SQLITE, "timeout": 0.1})
    sqlite.open()
    store = DjangoStore()
    other = sqlite3.connect(sqlite.state / "evidence.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        store.record([compared()], [])
    other.execute("ROLLBACK")
    other.close()
    store.record([compared()], [], [Taken("w", "product-detail", 1)])
    assert store.taken_of("w") == {"product-detail": 1}


def test_a_full_disk_makes_the_store_unavailable_and_nothing_is_torn(sqlite: Place) -> None:
    from django.db import connection

    from strangler_proxy.control.record import DjangoStore

    store = DjangoStore()
    store.record([compared("header:etag")], [], [Taken("w", "product-detail", 1)])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
    big = [
        compared("header:etag", sample=sample(body=os.urandom(50_000)), at=1.7e9 + 100 * number) for number in range(30)
    ]
    with pytest.raises(StoreUnavailable, match="full"):
        store.record(big, [], [Taken("w", "product-detail", 30)])
    assert sums() == {1}
    store.record(big, [], [Taken("w", "product-detail", 30)])  # a new connection has no such bound
    assert sums() == {31}


def test_a_server_that_restarts_is_unavailable_and_then_used_again(server: Server, tmp_path: Path) -> None:
    from django.db import connections

    from strangler_proxy.control.record import DjangoStore

    Place(tmp_path, {"STRANGLER_DATABASE_URL": server.new_database("restarts")}).open()
    store = DjangoStore()
    store.record([compared("header:etag")], [], [Taken("w", "product-detail", 1)])
    server.stop()
    try:
        with pytest.raises(StoreUnavailable):
            store.record([compared("header:etag")], [])
        with pytest.raises(StoreUnavailable):
            store.record([compared("header:etag")], [])
    finally:
        server.start()
    store.record([compared("header:etag")], [], [Taken("w", "product-detail", 1)])
    assert sums() == {2}
    connections.close_all()


def test_what_is_wrong_with_one_batch_is_not_said_to_be_the_store(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import IntegrityError

    from strangler_proxy.control import record

    store = record.DjangoStore()
    monkeypatch.setattr(record, "_rows", lambda counts: dict.fromkeys(counts, (None,)))
    with pytest.raises(IntegrityError):
        store.record([compared()], [])
    monkeypatch.undo()
    store.record([compared("header:etag")], [], [Taken("w", "product-detail", 1)])
    assert sums() == {1}


def test_the_audit_log_takes_entries_and_never_changes_or_loses_one(place: Place) -> None:
    from datetime import UTC, datetime

    from django.db import DatabaseError, connection, transaction

    from strangler_proxy.control.models import AuditEntry, AuditKept

    entry = AuditEntry.objects.create(when=datetime.now(UTC), who="ada", what="promote", route="product-detail")
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(AuditKept):
            change()
    with pytest.raises(AuditKept):
        AuditEntry.objects.update(who="eve")
    for statement in ("UPDATE strangler_auditentry SET who = 'eve'", "DELETE FROM strangler_auditentry"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statement)
    assert [one.who for one in AuditEntry.objects.all()] == ["ada"]
