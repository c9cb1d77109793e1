"""What is to be written to the store next. Pure.

Every capture that came on a worker's connection is open until a record or a reason for it is written; only when none of
a connection is open can it be said how many were lost on it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from strangler_proxy.shadow.record import Compared, Left, NotCompared, Taken

_HOUR_SECONDS = 3600
_RECORD_BYTES = 2000
"""What a record is counted with beside its sample's bodies."""

LeftKey = tuple[str, str, NotCompared, int]
"""Connection, route, reason, hour of Unix time."""


@dataclass(slots=True)
class Batch:
    """What goes to the store in one transaction."""

    compared: list[tuple[Compared, str]] = field(default_factory=list)
    """Each with the connection that its capture came on."""
    left: Counter[LeftKey] = field(default_factory=Counter)

    def __len__(self) -> int:
        """Captures that it accounts for."""
        return len(self.compared) + self.left.total()

    def records(self) -> tuple[list[Compared], list[Left], list[Taken]]:
        """As the store takes them."""
        left: Counter[tuple[str, NotCompared, int]] = Counter()
        for (_, route, reason, hour), count in self.left.items():
            left[route, reason, hour] += count
        return (
            [record for record, _ in self.compared],
            [Left(route, float(hour * _HOUR_SECONDS), reason, n) for (route, reason, hour), n in left.items()],
            [Taken(connection, route, count) for (connection, route), count in self.taken().items()],
        )

    def taken(self) -> Counter[tuple[str, str]]:
        """(connection, route) → captures that this accounts for."""
        taken = Counter((connection, record.route) for record, connection in self.compared)
        for (connection, route, _, _), count in self.left.items():
            taken[connection, route] += count
        return taken

    def in_single_records(self) -> "list[Batch]":
        """The same in as many batches as there are records, for a store that chokes on one of them."""
        return [*(Batch([one]) for one in self.compared), Batch([], self.left)]

    def as_left(self, reason: NotCompared, now: float) -> "Batch":
        """The same captures, all of them not compared for this reason."""
        left = self.left.copy()
        left.update(
            (connection, record.route, reason, int(now // _HOUR_SECONDS)) for record, connection in self.compared
        )
        return Batch([], left)


class Pending:
    """The records that wait, at most so many bytes of them, and what is open of each connection."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._next = Batch()
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        """Captures that wait to be accounted for."""
        return len(self._next)

    @property
    def records(self) -> int:
        """Comparisons that wait."""
        return len(self._next.compared)

    def received(self, connection: str) -> None:
        """A capture has come on a connection."""
        self._open[connection] += 1

    def is_open(self, connection: str) -> bool:
        """Whether captures of this connection are neither recorded nor given a reason."""
        return connection in self._open

    def compared(self, record: Compared, connection: str, now: float) -> bool:
        """Adds a record; False: there was no room, and the capture is counted as `UNRECORDED`."""
        size = _size(record)
        if self._bytes + size > self._most_bytes:
            self.left(record.route, NotCompared.UNRECORDED, connection, now)
            return False
        self._bytes += size
        self._next.compared.append((record, connection))
        return True

    def left(self, route: str, reason: NotCompared, connection: str, now: float) -> None:
        """Adds a capture that was not compared; `now` is Unix time in seconds."""
        self._next.left[connection, route, reason, int(now // _HOUR_SECONDS)] += 1

    def take(self, most: int) -> Batch:
        """What is to be written now: at most `most` records, and all else."""
        batch = Batch(self._next.compared[:most], self._next.left)
        self._next = Batch(self._next.compared[most:])
        return batch

    def written(self, batch: Batch) -> None:
        """A batch is in the store."""
        self._bytes -= sum(_size(record) for record, _ in batch.compared)
        for (connection, _), count in batch.taken().items():
            self._open[connection] -= count
            if self._open[connection] <= 0:
                del self._open[connection]


def missing(counts: Mapping[str, int], accounted: Mapping[str, int]) -> dict[str, int]:
    """By route, how many of `counts` are not accounted for."""
    return {route: more for route, count in counts.items() if (more := count - accounted.get(route, 0)) > 0}


def _size(record: Compared) -> int:
    sample = record.sample
    if sample is None:
        return _RECORD_BYTES
    candidate = 0 if sample.candidate is None else len(sample.candidate.body)
    return _RECORD_BYTES + len(sample.request_body) + len(sample.primary.body) + candidate
