"""A worker's connections to one backend: free ones kept per URL, URLs taken in turn, sick ones left out."""

import asyncio
import errno
import random
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from strangler_proxy.config.model import MONOLITH, Backend
from strangler_proxy.proxy import health
from strangler_proxy.proxy.backend_connection import BackendConnection
from strangler_proxy.proxy.health import Health, Phase, Rules
from strangler_proxy.proxy.limits import BACKEND_IDLE_SECONDS, FRESH_SECONDS, IDLE_PER_BACKEND, QUEUE_SECONDS

_OUR_SHORTAGE: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})

_CHANCE: Final = random.Random()


def is_our_shortage(error: Exception) -> bool:
    """Whether this side lacked what it takes to connect, rather than the backend."""
    return isinstance(error, OSError) and error.errno in _OUR_SHORTAGE


class Busy(Exception):
    """All connections that the backend may have are taken, and none came free in time."""


class Origin:
    """One base URL: its free connections, the one used last on top, and its health."""

    __slots__ = ("free", "health", "host", "port", "suspect", "url")

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url = url
        self.host = parts.hostname or ""
        self.port = parts.port or 80
        self.free: deque[BackendConnection] = deque()
        self.health = health.WELL
        self.suspect = False
        """A success would be news: it failed lately, or is on trial."""

    def take(self, cautious: bool) -> BackendConnection | None:
        """A free connection, or None. `cautious` takes only one that has rested so shortly that the backend has
        hardly closed it: for a request that can't be sent twice."""
        free = self.free
        while free:
            if cautious and monotonic() - free[-1].rests_since > FRESH_SECONDS:
                return None
            connection = free.pop()
            if connection.is_open:
                return connection
        return None

    def close_free(self) -> None:
        """Closes what rests: a trial, and what follows it, is to begin on new connections."""
        while self.free:
            self.free.pop().close()


Connected = tuple[BackendConnection, Origin]
OnTurn = Callable[["Pool", Origin, str], None]
"""Told when an origin is left out or taken back, and why."""


class Pool:
    """All origins of one backend."""

    def __init__(
        self, backend: Backend, chance: random.Random = _CHANCE, on_turn: OnTurn = lambda pool, origin, why: None
    ) -> None:
        self.backend = backend
        self.timeout_seconds = backend.timeout_ms / 1000
        self.authority = urlsplit(backend.urls[0]).netloc.encode("ascii")
        """What Host says where an HTTP/1.0 client sent none."""
        self.retired = False
        self.origins = tuple(Origin(url) for url in backend.urls)
        self.in_trouble = False
        """Not every origin gets its full share: `order_in_trouble` decides, not `order`."""
        self.next_check = 0.0 if backend.health else float("inf")
        """Monotonic seconds of the next health check."""
        self.rules = Rules(
            eject_after=backend.eject_after,
            eject_seconds=backend.eject_ms / 1000,
            slow_start_seconds=backend.slow_start_ms / 1000 if len(backend.urls) > 1 else 0.0,
        )
        self._connect_seconds = backend.connect_timeout_ms / 1000
        self._chance = chance
        self._on_turn = on_turn
        self._orders = [self.origins[turn:] + self.origins[:turn] for turn in range(len(self.origins))]
        self._turn = 0
        self._open = 0
        """Connections that are open or being opened, free ones among them."""
        self._queue: deque[asyncio.Future[Connected | None]] = deque()

    # whom to ask

    def order(self) -> tuple[Origin, ...]:
        """The origins in the order in which this request asks them: each comes first in turn."""
        turn = self._turn
        self._turn = (turn + 1) % len(self._orders)
        return self._orders[turn]

    def order_in_trouble(self, last_resort: bool) -> tuple[Origin, ...]:
        """As `order`, without those that are left out.

        1. Where no health check would do it, one whose back-off is over comes first: this request is its trial.
        2. One that came back lately comes first as often as its share says.
        3. When none is left, `last_resort` gets them all: for a request that nobody else can answer, asking a sick
           backend is better than not asking.
        """
        now, turn = monotonic(), self.order()
        if self.backend.health is None:
            for origin in turn:
                if health.may_be_tried(origin.health, now):
                    seconds = self._connect_seconds + self.timeout_seconds
                    self._set(origin, health.on_trial(origin.health, now, seconds), "")
                    return (origin, *(other for other in turn if other.health.phase is Phase.CLOSED))
        asked = tuple(origin for origin in turn if origin.health.phase is Phase.CLOSED)
        if len(asked) > 1 and self._chance.random() > health.share(asked[0].health, now, self.rules):
            asked = (*asked[1:], asked[0])
        return asked or (turn if last_resort else ())

    def other_than(self, origin: Origin) -> tuple[Origin, ...]:
        """The origins that are asked now, without this one."""
        return tuple(one for one in self.order() if one is not origin and one.health.phase is Phase.CLOSED)

    # connections

    async def connect(self, order: tuple[Origin, ...]) -> Connected:
        """A new connection to the first origin of `order` that takes one, or one that comes free in time where the
        backend has as many as it may.

        Raises:
            Busy: none came free within `QUEUE_SECONDS`.
            OSError: no origin takes a connection (TimeoutError of the last one after `connect_timeout_ms`).
        """
        if self._is_full() and not self._close_a_free_one(order):
            given = await self._wait_in_queue()
            if given is not None:
                return given
        else:
            self._open += 1
        try:
            return await self._connect(order)
        except BaseException:
            self._lost()
            raise

    async def _connect(self, order: tuple[Origin, ...]) -> Connected:
        loop = asyncio.get_running_loop()
        error: OSError = ConnectionRefusedError()
        for origin in order:
            try:
                async with asyncio.timeout(self._connect_seconds):
                    _, connection = await loop.create_connection(BackendConnection, origin.host, origin.port)
                if not connection.is_open:
                    raise ConnectionResetError
                connection.on_lost = self._lost
                return connection, origin
            except OSError as failure:
                error = failure
                if not is_our_shortage(failure):
                    self.failed(origin, "timeout" if isinstance(failure, TimeoutError) else "unreachable")
        raise error

    async def _wait_in_queue(self) -> Connected | None:
        """A connection that came free; None when one was closed, in whose place another may be opened.

        Raises:
            Busy: neither within `QUEUE_SECONDS`.
        """
        turn: asyncio.Future[Connected | None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                return await turn
        except TimeoutError:
            self._let_go(turn)
            raise Busy from None
        except asyncio.CancelledError:
            self._let_go(turn)
            raise

    def _let_go(self, turn: asyncio.Future[Connected | None]) -> None:
        """Ends waiting; what had been given in this very moment goes to the next."""
        if turn.cancelled():
            if turn in self._queue:
                self._queue.remove(turn)
        elif given := turn.result():
            self.give_back(*given)
        else:
            self._lost()

    def _next_in_queue(self) -> asyncio.Future[Connected | None] | None:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                return turn
        return None

    def _is_full(self) -> bool:
        most = self.backend.max_connections
        return most is not None and self._open >= most

    def give_back(self, connection: BackendConnection, origin: Origin) -> None:
        """Keeps a connection for the next request, or closes it when there are enough, or the pool is retired."""
        if self._queue and connection.is_open:
            turn = self._next_in_queue()
            if turn is not None:
                turn.set_result((connection, origin))
                return
        if self.retired or len(origin.free) >= IDLE_PER_BACKEND or not connection.is_open:
            connection.close()
            return
        connection.rests_since = monotonic()
        origin.free.append(connection)

    def _close_a_free_one(self, order: tuple[Origin, ...]) -> bool:
        """Makes room for a new connection. One that rests to an origin of `order` was not fresh enough to be taken."""
        for origin in (*order, *self.origins):
            if origin.free:
                origin.free.popleft().close()
                return True
        return False

    def _lost(self) -> None:
        """One connection fewer: who waits may open another in its place."""
        most = self.backend.max_connections
        turn = self._next_in_queue() if most is not None and self._open <= most else None
        if turn is None:
            self._open -= 1
        else:
            turn.set_result(None)

    # health

    def succeeded(self, origin: Origin) -> None:
        """It answered, which is news where it is `suspect`."""
        self._set(origin, health.succeeded(origin.health, monotonic()), "")

    def failed(self, origin: Origin, why: str) -> None:
        """It failed a request; `why` is the word for people."""
        if not self._is_the_last_resort(origin):
            self._set(origin, health.failed(origin.health, monotonic(), self.rules, self._chance.random()), why)

    def checked(self, origin: Origin, why: str) -> None:
        """A health check ended; `why` says how it failed, empty when it went well."""
        now = monotonic()
        if not why:
            self._set(origin, health.probe_succeeded(origin.health, now), "health check")
        elif not self._is_the_last_resort(origin):
            self._set(origin, health.probe_failed(origin.health, now, self.rules, self._chance.random()), why)

    def _is_the_last_resort(self, origin: Origin) -> bool:
        """Behind the monolith nobody stands: the one URL of it that is still asked goes on being asked."""
        return self.backend.name == MONOLITH and not any(
            other.health.phase is Phase.CLOSED for other in self.origins if other is not origin
        )

    def _set(self, origin: Origin, after: Health, why: str) -> None:
        before = origin.health
        if after is before:
            return
        origin.health = after
        origin.suspect = after.phase is not Phase.CLOSED or after.failures > 0
        self._look_for_trouble(monotonic())
        left_out = after.phase is Phase.OPEN and before.phase is not Phase.OPEN
        taken_back = after.phase is Phase.CLOSED and before.phase is not Phase.CLOSED
        if left_out:
            origin.close_free()
        if left_out or taken_back:
            self._on_turn(self, origin, why)

    def _look_for_trouble(self, now: float) -> None:
        self.in_trouble = any(
            origin.health.phase is not Phase.CLOSED or health.share(origin.health, now, self.rules) < 1
            for origin in self.origins
        )

    @property
    def left_out(self) -> int:
        """How many origins are not asked now."""
        return sum(origin.health.phase is not Phase.CLOSED for origin in self.origins)

    # time

    def check_interval_seconds(self) -> float:
        """Seconds to the next health check, a little by chance, so that workers spread."""
        return self.backend.health_interval_ms / 1000 * (0.9 + 0.2 * self._chance.random())

    def sweep(self, now: float) -> None:
        """Closes what has rested for too long, and forgets what the backend has closed."""
        for origin in self.origins:
            free = origin.free
            while free and (not free[0].is_open or now - free[0].rests_since > BACKEND_IDLE_SECONDS):
                free.popleft().close()
        if self.in_trouble:
            self._look_for_trouble(now)

    def retire(self) -> None:
        """Closes the free connections; those in use close when they are given back."""
        self.retired = True
        for origin in self.origins:
            origin.close_free()
