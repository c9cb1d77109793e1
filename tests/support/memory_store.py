"""A store in memory that keeps what it is given, and fails when a test says so."""

from collections import Counter
from collections.abc import Sequence
from threading import Lock

from strangler_proxy.shadow.record import Compared, Left, NotCompared, Taken


class MemoryStore:
    """Keeps `Store`'s promises: every call whole or not at all."""

    def __init__(self) -> None:
        self.compared: list[Compared] = []
        self.left: Counter[tuple[str, NotCompared]] = Counter()
        self.taken: dict[str, Counter[str]] = {}
        self.calls = 0
        self.failure: Exception | None = None
        """Raised by every call, which then changes nothing."""
        self.failure_afterwards: Exception | None = None
        """Raised by the next `record`, once it is written: a connection that breaks at the end of a transaction."""
        self.chokes_on = ""
        """A shape at which `record` raises ValueError."""
        self._lock = Lock()

    def record(self, compared: Sequence[Compared], left: Sequence[Left], taken: Sequence[Taken] = ()) -> None:
        with self._lock:
            self.calls += 1
            if self.failure is not None:
                raise self.failure
            if self.chokes_on and any(record.shape == self.chokes_on for record in compared):
                raise ValueError("a shape that no database takes")
            self.compared += compared
            for one in left:
                self.left[one.route, one.reason] += one.count
            for one in taken:
                self.taken.setdefault(one.connection, Counter())[one.route] += one.count
            afterwards, self.failure_afterwards = self.failure_afterwards, None
        if afterwards is not None:
            raise afterwards

    def taken_of(self, connection: str) -> dict[str, int]:
        with self._lock:
            self.calls += 1
            if self.failure is not None:
                raise self.failure
            return dict(self.taken.get(connection, {}))

    def accounted_for(self) -> int:
        """Captures that came to a comparison or have a reason why not."""
        with self._lock:
            return len(self.compared) + self.left.total()
