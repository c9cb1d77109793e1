"""What waits to be compared: bounded by number and bytes, in turn by route, one line for each service. Pure.

A route that gets many requests can neither keep the others waiting nor push them out: lines are served route by route,
and when there is no room, the route with most captures waiting loses its newest.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A capture, not yet read."""

    route: str
    connection: str
    """The worker's connection on which it came."""
    arrived: float
    """Monotonic seconds."""
    frame: bytes


class _Line:
    """The captures of one service's routes, by route; the route at the front of `turns` is next."""

    def __init__(self) -> None:
        self.routes: dict[str, deque[Waiting]] = {}
        self.turns: deque[str] = deque()


class Backlog:
    """All that waits."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self.most = most
        """Captures that may wait."""
        self.most_bytes = most_bytes
        self._lines: dict[str, _Line] = {}
        self._count = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._count

    def waits_for(self, service: str) -> bool:
        """Whether something waits for this service."""
        line = self._lines.get(service)
        return line is not None and bool(line.turns)

    def put(self, service: str, waiting: Waiting) -> list[Waiting]:
        """Adds a capture; gives those that had to go for want of room, itself perhaps."""
        line = self._lines.setdefault(service, _Line())
        queue = line.routes.get(waiting.route)
        if queue is None:
            queue = line.routes[waiting.route] = deque()
        if not queue:
            line.turns.append(waiting.route)
        queue.append(waiting)
        self._count += 1
        self._bytes += len(waiting.frame)
        gone = []
        while self._count > self.most or self._bytes > self.most_bytes:
            gone.append(self._give_up_one())
        return gone

    def take(self, service: str) -> Waiting | None:
        """The next capture for a service, of the route whose turn it is; None: nothing waits for it."""
        line = self._lines.get(service)
        if line is None or not line.turns:
            return None
        route = line.turns.popleft()
        queue = line.routes[route]
        waiting = queue.popleft()
        if queue:
            line.turns.append(route)
        else:
            del line.routes[route]
        self._removed(waiting)
        return waiting

    def empty(self) -> Iterator[Waiting]:
        """Takes everything."""
        for service in list(self._lines):
            while (waiting := self.take(service)) is not None:
                yield waiting
        self._lines.clear()

    def _give_up_one(self) -> Waiting:
        line, route = max(
            ((line, route) for line in self._lines.values() for route in line.routes),
            key=lambda place: len(place[0].routes[place[1]]),
        )
        queue = line.routes[route]
        waiting = queue.pop()
        if not queue:
            del line.routes[route]
            line.turns.remove(route)
        self._removed(waiting)
        return waiting

    def _removed(self, waiting: Waiting) -> None:
        self._count -= 1
        self._bytes -= len(waiting.frame)
