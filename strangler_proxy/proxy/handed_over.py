"""A worker's books of its captures: what went on which connection, and what did not go at all. Pure.

Whatever is in them has to be accounted for by the comparer, as compared or by the reason why not; see `settlement.py`.
"""

from collections.abc import Callable, Mapping

from strangler_proxy.proxy.settlement import Settlement

LOST = "lost"
"""Why captures were not compared that had been sent; `NotCompared.LOST`."""

_MOST_STATED = 1000
"""Statements that wait to be settled; beyond it drops are added up until a comparer lives long enough to answer."""


CountKey = tuple[str, str]
"""A counter of `metrics.py`, and its label."""


class HandedOver:
    """Counts by route, kept until the comparer has them written down."""

    def __init__(self, new_name: Callable[[], str]) -> None:
        self._new_name = new_name
        self.connection = ""
        """The connection that is open; empty: none is."""
        self._sent: dict[str, int] = {}
        """Route → captures that went on it."""
        self._dropped: dict[tuple[str, str], int] = {}
        """(reason, route) → captures that were not sent, not yet stated."""
        self._stated: dict[str, Settlement] = {}
        self._earlier: dict[CountKey, int] = {}
        """What `counts` says of that which is in neither of the first two any more."""

    def begin(self) -> str:
        """A connection has opened; its name."""
        self.connection = self._new_name()
        return self.connection

    def end(self) -> None:
        """The connection has ended: what was sent on it may have been lost."""
        if self._sent:
            self._stated[self.connection] = Settlement(self.connection, LOST, self._sent)
        _add_sent(self._earlier, self._sent)
        self.connection = ""
        self._sent = {}

    def sent(self, routes: list[str]) -> None:
        """One capture of each of these routes went on the connection."""
        counts = self._sent
        for route in routes:
            counts[route] = counts.get(route, 0) + 1

    def dropped(self, reason: str, route: str) -> None:
        """A capture was not sent."""
        key = (reason, route)
        self._dropped[key] = self._dropped.get(key, 0) + 1

    def to_state(self, again: bool) -> list[Settlement]:
        """What is to be stated now: what was dropped since the last time, and `again` all that is not settled."""
        fresh = {}
        if len(self._stated) < _MOST_STATED:
            for reason in {reason for reason, _ in self._dropped}:
                counts = {route: count for (why, route), count in self._dropped.items() if why == reason}
                name = self._new_name()
                fresh[name] = Settlement(name, reason, counts)
            _add_dropped(self._earlier, self._dropped)
            self._dropped.clear()
            self._stated.update(fresh)
        return list(self._stated.values() if again else fresh.values())

    def settled(self, name: str) -> None:
        """The comparer has it written down."""
        self._stated.pop(name, None)

    def counts(self) -> dict[CountKey, int]:
        """All that was sent, by route, and all that was not, by reason, since the worker began."""
        counts = dict(self._earlier)
        _add_sent(counts, self._sent)
        _add_dropped(counts, self._dropped)
        return counts


def _add_sent(counts: dict[CountKey, int], sent: Mapping[str, int]) -> None:
    for route, count in sent.items():
        key = ("captures", route)
        counts[key] = counts.get(key, 0) + count


def _add_dropped(counts: dict[CountKey, int], dropped: Mapping[tuple[str, str], int]) -> None:
    for (reason, _), count in dropped.items():
        key = ("captures_dropped", reason)
        counts[key] = counts.get(key, 0) + count
