"""Brings records to the store, in batches and in a thread of their own, so that the loop never waits for a disk.

1. A batch leaves every `FLUSH_SECONDS`, or as soon as `BATCH_RECORDS` wait.
2. While the store can't be written, records are kept, and it is tried again and again; a person is told once. What
   there is no room for is counted as not compared.
3. A batch that the store refuses for another reason is written record by record; the one that it chokes on is counted
   as a fault of ours.
4. A try may have been written although it failed (the connection broke at the end of it): before the next one the store
   is asked what it has accounted for.
"""

import asyncio
import sys
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import time

from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.settlement import Settlement
from strangler_proxy.shadow.fault import told
from strangler_proxy.shadow.pending import Batch, Pending, missing
from strangler_proxy.shadow.record import Compared, Left, NotCompared, Store, StoreUnavailable, Taken

FLUSH_SECONDS = 0.5
BATCH_RECORDS = 200
KEPT_BYTES = 64 * 1024 * 1024
"""Bytes of records kept while the store can't be written."""
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.25, 5.0

Say = Callable[[str, bool], None]
"""A line for the person who watches, and whether it is a warning."""


class Writer:
    """The way to the store. All but the store's own calls happens in the loop's thread."""

    def __init__(self, store: Store, counters: Counters, say: Say) -> None:
        self._store = store
        self._counters = counters
        self._say = say
        self._pending = Pending(KEPT_BYTES)
        self._settlements: dict[str, tuple[Settlement, list[Callable[[], None]]]] = {}
        self._written: Counter[tuple[str, str]] = Counter()
        """(connection, route) → what this writer has written for it."""
        self._queue: deque[Batch] = deque()
        """What is being written; the first one may have been tried."""
        self._tried = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._wake = asyncio.Event()
        self._stopping = False
        self._reachable = True
        self._overflowed = False

    @property
    def unwritten(self) -> int:
        """Captures that are not accounted for in the store yet."""
        stated = sum(sum(stated.counts.values()) for stated, _ in self._settlements.values())
        return len(self._pending) + sum(len(batch) for batch in self._queue) + stated

    # from the comparer

    def received(self, connection: str) -> None:
        """A capture has come on a connection, and will be recorded or given a reason."""
        self._pending.received(connection)

    def compared(self, record: Compared, connection: str) -> None:
        """A comparison is to be recorded."""
        if not self._pending.compared(record, connection, time()):
            self._count_left(record.route, NotCompared.UNRECORDED, 1)
            if not self._overflowed:
                self._overflowed = True
                self._say("more comparisons than can be kept until the store is there again are not recorded", True)
        if self._pending.records >= BATCH_RECORDS:
            self._wake.set()

    def left(self, route: str, reason: NotCompared, connection: str) -> None:
        """A capture was not compared."""
        self._pending.left(route, reason, connection, time())
        self._count_left(route, reason, 1)

    def settle(self, stated: Settlement, on_settled: Callable[[], None]) -> None:
        """Accounts for what a worker states, once nothing of it is open here; then `on_settled` is called."""
        _, waiting = self._settlements.setdefault(stated.name, (stated, []))
        waiting.append(on_settled)

    # to the store

    async def run(self) -> None:
        """Writes until `stop`, and then what is left, however long the store takes to come back."""
        wait = _FIRST_WAIT_SECONDS
        while True:
            if await self._flush():
                wait = _FIRST_WAIT_SECONDS
                if self._stopping and not self._pending:
                    return
                if self._pending.records < BATCH_RECORDS and not self._stopping:
                    await self._sleep(FLUSH_SECONDS)
            else:
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT_SECONDS)

    def stop(self) -> None:
        """Makes `run` write what there is, and end."""
        self._stopping = True
        self._wake.set()

    def close(self) -> None:
        """Ends the thread; a call of the store that hangs is left to the end of the process."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _sleep(self, seconds: float) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _flush(self) -> bool:
        """Writes one batch and what can be settled; False: the store can't be written, and nothing is lost."""
        if not self._queue and self._pending:
            self._queue.append(self._pending.take(BATCH_RECORDS))
        while self._queue:
            batch = self._queue[0]
            try:
                if not (self._tried and await self._is_written(batch)):
                    await self._call(batch)
            except (OSError, StoreUnavailable) as error:
                self._tried = True
                self._unreachable(error)
                return False
            except Exception as error:
                self._tried = False
                self._choked(batch, error)
                continue
            self._tried = False
            self._done(batch)
            self._reached()
        return await self._settle()

    def _done(self, batch: Batch) -> None:
        self._queue.popleft()
        self._written.update(batch.taken())
        self._pending.written(batch)

    def _choked(self, batch: Batch, error: Exception) -> None:
        """The store refuses something in it."""
        parts = [part for part in batch.in_single_records() if part]
        if len(parts) > 1:
            self._queue.popleft()
            self._queue.extendleft(reversed(parts))
            return
        print(told(error), file=sys.stderr, flush=True)
        self._counters.count("faults", "store")
        if batch.compared:
            self._count_left(batch.compared[0][0].route, NotCompared.FAULT, 1)
            self._queue[0] = batch.as_left(NotCompared.FAULT, time())
        else:
            self._done(batch)

    async def _call(self, batch: Batch) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._store.record, *batch.records())

    async def _is_written(self, batch: Batch) -> bool:
        """Whether the batch is in the store although the last try failed; one of its counts tells."""
        (connection, route), count = next(iter(batch.taken().items()))
        there = await asyncio.get_running_loop().run_in_executor(self._thread, self._store.taken_of, connection)
        return there.get(route, 0) >= self._written[connection, route] + count

    async def _settle(self) -> bool:
        for name, (stated, waiting) in list(self._settlements.items()):
            if self._pending.is_open(name):
                continue
            loop = asyncio.get_running_loop()
            try:
                lost = await loop.run_in_executor(self._thread, _account_for, self._store, stated, time())
            except (OSError, StoreUnavailable) as error:
                self._unreachable(error)
                return False
            except Exception as error:
                print(told(error), file=sys.stderr, flush=True)
                self._counters.count("faults", "store")
                continue
            finally:
                self._settlements.pop(name, None)  # the worker states it again until it is told
            for route, count in lost.items():
                self._count_left(route, NotCompared(stated.reason), count)
            for key in [key for key in self._written if key[0] == name]:
                del self._written[key]
            for on_settled in waiting:
                on_settled()
        return True

    # what is told

    def _count_left(self, route: str, reason: NotCompared, count: int) -> None:
        for _ in range(count):
            self._counters.count("not_compared", f"{route} {reason}")

    def _unreachable(self, error: Exception) -> None:
        self._counters.count("store_failures", type(error).__name__)
        if self._reachable:
            self._reachable = False
            why = str(error).rstrip(".")
            self._say(f"the store of comparisons can't be written: {why}; what is compared is kept until it can", True)

    def _reached(self) -> None:
        if not self._reachable:
            self._reachable = True
            self._overflowed = False
            self._say("the store of comparisons is written again", False)


def _account_for(store: Store, stated: Settlement, now: float) -> dict[str, int]:
    """Writes down what of a statement is not accounted for, and gives it."""
    lost = missing(stated.counts, store.taken_of(stated.name))
    if lost:
        reason = NotCompared(stated.reason)
        left = [Left(route, now, reason, count) for route, count in lost.items()]
        store.record((), left, [Taken(stated.name, route, count) for route, count in lost.items()])
    return lost
