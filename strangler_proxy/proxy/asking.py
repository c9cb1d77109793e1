"""A request's way to a backend: which is asked first, and who is asked instead when it fails.

A backend that fails before its answer began is replaced, as far as the request allows: by a new connection where the
old one had been closed meanwhile, by the next URL, by the fallback that was decided.
"""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Final

from strangler_proxy.proxy.backend_connection import Asker, BackendConnection
from strangler_proxy.proxy.counters import SeriesKey
from strangler_proxy.proxy.exchange_copy import Copy
from strangler_proxy.proxy.failure import Failure
from strangler_proxy.proxy.plan import Labels, Plan
from strangler_proxy.proxy.pool import Busy, Origin, Pool
from strangler_proxy.proxy.request_body import RequestBody
from strangler_proxy.proxy.request_head import RequestHead
from strangler_proxy.routing.model import Decision, Why

if TYPE_CHECKING:
    from strangler_proxy.proxy.client_connection import ClientConnection

_SAFE: Final = frozenset({b"GET", b"HEAD", b"OPTIONS"})
_IDEMPOTENT: Final = _SAFE | {b"PUT", b"DELETE"}
"""Source: RFC 9110 section 9.2."""

_NEVER: Final = float("inf")


class Asking(Asker):
    """What an exchange is while it looks for its answer; the exchange itself takes it from there."""

    # Where a request starts; only what differs is set on each one.
    backend: BackendConnection | None = None
    body: RequestBody | None = None
    """None when the request has none."""
    copy: Copy | None = None
    request_done = True
    """The whole request has come from the client."""
    reused = False
    """It went on a connection that had been used before, which the backend may have closed meanwhile."""
    asked_another = False
    """A second URL was asked after the first had closed the connection without a byte."""
    status = 0
    """Of the head that went to the client; 0 before it."""
    over = False
    failure = ""
    """The word for how the backend that was chosen first failed, where the fallback or the proxy answers for it."""
    opening: asyncio.Task[None] | None = None

    client: "ClientConnection"
    head: RequestHead
    plan: Plan
    decision: Decision
    labels: Labels
    fallback: str | None
    pool: Pool
    origin: Origin
    head_bytes: bytes
    """The head as a backend gets it; up to the lines of the body's framing when there is a body."""

    @property
    def waits(self) -> bool:
        """Whether the whole request was taken in, and no answer has begun."""
        return self.request_done and not self.status and not self.over

    @property
    def series_key(self) -> SeriesKey:
        """Among which requests it will be counted, as it stands now."""
        return self.plan.series_key(self.decision, self.pool.backend.name)

    def answer_self(self, status: int, text: str, keep: bool) -> None:
        """Answers in a backend's place, since there is nobody left to ask."""
        raise NotImplementedError

    def ask(self, only_new: bool = False) -> None:
        """Sends the request on a free connection, or opens one."""
        pool = self.pool
        order = pool.order_in_trouble(not self.may_fall_back()) if pool.in_trouble else pool.order()
        if not order:
            self.backend_failed(Failure.EJECTED, untouched=True)
            return
        if not only_new:
            cautious = self.body is not None or self.head.method not in _IDEMPOTENT
            connection = order[0].take(cautious)
            if connection is not None:
                self.reused = True
                self._send(connection, order[0])
                return
        self._ask_on_new(order)

    def _ask_on_new(self, order: tuple[Origin, ...]) -> None:
        self.reused = False
        self.client.deadline = _NEVER
        self.opening = self.client.site.spawn(self._open(order))

    async def _open(self, order: tuple[Origin, ...]) -> None:
        failure = Failure.UNREACHABLE
        try:
            connection, origin = await self.pool.connect(order)
        except (OSError, Busy) as error:
            if isinstance(error, Busy):
                failure = Failure.BUSY
            self.opening = None
            if not self.over:
                self.backend_failed(failure, untouched=True)
            return
        self.opening = None
        if self.over:
            self.pool.give_back(connection, origin)
        else:
            self._send(connection, origin)

    def _send(self, connection: BackendConnection, origin: Origin) -> None:
        self.backend = connection
        self.origin = origin
        connection.begin(self, self.head.method == b"HEAD")
        connection.write(self.head_bytes if self.body is None else self.head_bytes + self.body.begin())
        if self.request_done:
            self.client.deadline = monotonic() + self.pool.timeout_seconds
        else:
            self.client.deadline = monotonic() + self.client.site.limits.progress_seconds
            self.client.resume_reading()

    def backend_failed(self, failure: Failure, untouched: bool) -> None:
        """No answer will come from this connection: someone else is asked, or the user told."""
        self.backend = None
        site, pool = self.client.site, self.pool
        closed = failure is Failure.CLOSED
        may_repeat = closed and untouched and self.body is None
        if may_repeat and self.reused and self.head.method in _IDEMPOTENT:
            self.ask(only_new=True)
            return
        if failure.blames_origin and not (closed and self.reused):
            pool.failed(self.origin, failure.word)
        if may_repeat and self.head.method in _SAFE and not self.asked_another:
            others = pool.other_than(self.origin)
            if others:
                self.asked_another = True
                self._ask_on_new(others)
                return
        site.counters.count("backend_failures", f"{pool.backend.name} {failure.word}")
        if self.may_fall_back():
            self.fall_back(failure)
        else:
            self.failure = self.failure or failure.word
            self.answer_self(failure.status, failure.text, keep=True)

    def may_fall_back(self) -> bool:
        """Whether another backend can be asked in this one's place: its request is safe and can be sent again."""
        return self.fallback is not None and self.body is None and self.head.method in _SAFE and not self.status

    def fall_back(self, failure: Failure) -> None:
        """Asks the fallback, when `may_fall_back`."""
        self.failure = failure.word
        route = self.decision.route
        self.client.site.counters.count("fallbacks", f"{'-' if route is None else route.name} {failure.word}")
        fallback = self.fallback
        assert fallback is not None
        self.copy = None
        self.pool, self.labels, self.fallback = self.plan.choice(self.decision, fallback, Why.FALLBACK)
        self.ask()

    def give_back(self) -> None:
        """Lets go of the connection whose answer is whole."""
        backend, self.backend = self.backend, None
        if backend is None:
            return
        if backend.reading_paused:
            backend.resume_reading()
        if backend.reusable and self.request_done and (self.body is None or not self.body.leaves_doubt):
            self.pool.give_back(backend, self.origin)
        else:
            backend.close()

    def drop_backend(self) -> None:
        """Closes the connection, or ends its opening."""
        if self.opening is not None:
            self.opening.cancel()
            self.opening = None
        backend, self.backend = self.backend, None
        if backend is not None:
            backend.close()
