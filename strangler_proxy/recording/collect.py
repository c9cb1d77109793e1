"""Which of the exchanges that pass are kept in a recording, and when it is full. Pure."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum

from strangler_proxy.compare.answer import answer_of
from strangler_proxy.compare.capture import Capture
from strangler_proxy.compare.encoding import Undecodable
from strangler_proxy.recording.exchange import Exchange, exchange_of

MOST_BYTES = 256 * 1024 * 1024
"""Of bodies and headers in one recording: it is held in memory until it is written, and no editor opens more."""

HEAD_BYTES = 1024
"""What an exchange's headers are reckoned at."""


class LeftOut(StrEnum):
    """Why an exchange that passed is not in the recording."""

    ANSWER_CUT = "answer-cut"
    """Its answer is longer than a capture holds (1 MiB)."""
    UNDECODABLE = "undecodable"
    """Its answer's content encoding cannot be undone, so what is private in it cannot be taken out."""
    SEEN = "seen"
    """The same method and address is there already, and one of each was asked for."""


@dataclass(kw_only=True, slots=True)
class Collector:
    """What was kept so far, with what is private taken out before it is kept."""

    routes: Collection[str]
    """Names of the routes that are recorded; empty: all that are captured."""
    limit: int
    """Exchanges in a full recording."""
    distinct: bool
    """Whether one exchange of each method and address is enough."""
    redact: Callable[[Exchange], Exchange]
    exchanges: list[Exchange] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    missed: int = 0
    """Copies that the comparer could not hand over in time."""
    _bytes: int = 0
    _seen: set[tuple[str, bytes]] = field(default_factory=set)

    @property
    def full(self) -> bool:
        """Whether no more is kept."""
        return len(self.exchanges) >= self.limit or self._bytes >= MOST_BYTES

    def take(self, capture: Capture) -> None:
        """Keep the exchange, or count why not; one of another route is neither."""
        if self.full or (self.routes and capture.route not in self.routes):
            return
        seen = capture.method, capture.target
        if self.distinct and seen in self._seen:
            self.left_out[LeftOut.SEEN] += 1
        elif answer_of(capture).truncated:
            self.left_out[LeftOut.ANSWER_CUT] += 1
        else:
            self._keep(capture)

    def _keep(self, capture: Capture) -> None:
        try:
            exchange = self.redact(exchange_of(capture))
        except Undecodable:
            self.left_out[LeftOut.UNDECODABLE] += 1
            return
        self.exchanges.append(exchange)
        self._seen.add((capture.method, capture.target))
        self._bytes += len(exchange.request_body) + len(exchange.answer.body) + HEAD_BYTES
