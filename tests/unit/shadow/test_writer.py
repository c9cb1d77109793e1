"""Records reach the store once, whatever the store does."""

import asyncio

import pytest
from memory_store import MemoryStore

from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.settlement import Settlement
from strangler_proxy.shadow import writer as writing
from strangler_proxy.shadow.record import NotCompared, StoreUnavailable
from strangler_proxy.shadow.writer import Writer


class Case:
    """A writer with what it told."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.counters = Counters()
        self.said: list[tuple[str, bool]] = []
        self.writer = Writer(store, self.counters, lambda text, warning: self.said.append((text, warning)))

    def take(self, record, connection: str = "c") -> None:
        self.writer.received(connection)
        self.writer.compared(record, connection)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(writing, "FLUSH_SECONDS", 0.01)
    monkeypatch.setattr(writing, "_FIRST_WAIT_SECONDS", 0.01)


def run(body) -> Case:
    """Runs `body(case)` beside a writer, and the writer to its end."""

    async def beside() -> Case:
        case = Case(MemoryStore())
        running = asyncio.create_task(case.writer.run())
        await body(case)
        case.writer.stop()
        await asyncio.wait_for(running, 5)
        case.writer.close()
        return case

    return asyncio.run(beside())


async def until(holds) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - what it waits for happens in another thread
            await asyncio.sleep(0.002)


def test_records_and_reasons_are_written_with_what_they_account_for(record) -> None:
    async def body(case: Case) -> None:
        for _ in range(450):
            case.take(record())
        case.writer.received("d")
        case.writer.left("other", NotCompared.BACKLOG, "d")

    case = run(body)
    assert len(case.store.compared) == 450
    assert case.store.left == {("other", NotCompared.BACKLOG): 1}
    assert case.store.taken == {"c": {"detail": 450}, "d": {"other": 1}}
    assert case.store.calls == 3
    assert case.counters.counts["not_compared", "other backlog"] == 1


@pytest.mark.parametrize("failure", [StoreUnavailable("database is locked"), OSError(28, "No space left on device")])
def test_a_store_that_is_away_gets_everything_when_it_is_back_and_a_person_is_told_once(record, failure) -> None:
    async def body(case: Case) -> None:
        case.store.failure = failure
        for _ in range(300):
            case.take(record())
        await until(lambda: case.store.calls > 3)
        case.store.failure = None
        await until(lambda: len(case.store.compared) == 300)

    case = run(body)
    assert case.store.taken == {"c": {"detail": 300}}
    (away, is_warning), (back, _) = case.said
    assert str(failure) in away
    assert is_warning
    assert "again" in back


def test_a_try_that_failed_after_it_was_written_is_not_written_twice(record) -> None:
    async def body(case: Case) -> None:
        case.take(record())
        await until(lambda: len(case.store.compared) == 1)
        case.store.failure_afterwards = StoreUnavailable("the connection broke")
        case.take(record())
        await until(lambda: case.store.failure_afterwards is None)

    case = run(body)
    assert len(case.store.compared) == 2
    assert case.store.taken == {"c": {"detail": 2}}


def test_a_record_that_the_store_chokes_on_is_a_fault_and_the_others_are_written(record, capfd) -> None:
    async def body(case: Case) -> None:
        case.store.chokes_on = "bad"
        for shape in ("good", "bad", "good"):
            case.take(record(shape=shape))

    case = run(body)
    assert [one.shape for one in case.store.compared] == ["good", "good"]
    assert case.store.left == {("detail", NotCompared.FAULT): 1}
    assert case.store.taken == {"c": {"detail": 3}}
    assert "a shape that no database takes" in capfd.readouterr().err


def test_what_there_is_no_room_for_is_counted_and_said_once(record, monkeypatch) -> None:
    monkeypatch.setattr(writing, "KEPT_BYTES", 50_000)

    async def body(case: Case) -> None:
        case.store.failure = StoreUnavailable("away")
        for _ in range(100):
            case.take(record())
        await until(lambda: case.store.calls > 1)
        case.store.failure = None

    case = run(body)
    assert len(case.store.compared) == 25
    assert case.store.left == {("detail", NotCompared.UNRECORDED): 75}
    assert case.store.taken == {"c": {"detail": 100}}
    assert len([text for text, _ in case.said if "not recorded" in text]) == 1


def test_what_was_lost_with_a_killed_comparer_is_what_nobody_accounted_for(record) -> None:
    told = []

    async def body(case: Case) -> None:
        case.take(record(), "old")
        stated = Settlement("old", "lost", {"detail": 5, "other": 2})
        case.writer.settle(stated, lambda: told.append("first"))
        await until(lambda: told)
        case.writer.settle(stated, lambda: told.append("again"))
        await until(lambda: len(told) == 2)

    case = run(body)
    assert case.store.left == {("detail", NotCompared.LOST): 4, ("other", NotCompared.LOST): 2}
    assert case.store.taken == {"old": {"detail": 5, "other": 2}}
    assert case.store.accounted_for() == 7


def test_a_statement_waits_for_what_of_it_is_still_under_way(record) -> None:
    told = []

    async def body(case: Case) -> None:
        case.writer.received("old")
        case.writer.settle(Settlement("old", "lost", {"detail": 1}), lambda: told.append(1))
        await asyncio.sleep(0.1)
        assert not told
        case.writer.compared(record(), "old")
        await until(lambda: told)

    case = run(body)
    assert not case.store.left
    assert len(case.store.compared) == 1


def test_a_statement_that_could_not_be_written_is_not_said_to_be() -> None:
    told = []

    async def body(case: Case) -> None:
        case.store.failure = StoreUnavailable("away")
        stated = Settlement("drops", "no-comparer", {"detail": 3})
        case.writer.settle(stated, lambda: told.append(1))
        await until(lambda: case.said)
        assert not told
        case.store.failure = None
        case.writer.settle(stated, lambda: told.append(2))
        await until(lambda: told)

    case = run(body)
    assert case.store.left == {("detail", NotCompared.NO_COMPARER): 3}
