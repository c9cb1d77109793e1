"""A worker's connections to one backend: free ones kept per URL, URLs taken in turn."""

import asyncio
from collections import deque
from time import monotonic
from urllib.parse import urlsplit

from strangler_proxy.config.model import Backend
from strangler_proxy.proxy.backend_connection import BackendConnection
from strangler_proxy.proxy.limits import BACKEND_IDLE_SECONDS, CONNECT_SECONDS, FRESH_SECONDS, IDLE_PER_BACKEND


class Origin:
    """One base URL and its free connections, the one used last on top."""

    __slots__ = ("free", "host", "port")

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or ""
        self.port = parts.port or 80
        self.free: deque[BackendConnection] = deque()

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

    async def connect(self) -> BackendConnection:
        """A new connection.

        Raises:
            OSError: it can't be had (TimeoutError after `CONNECT_SECONDS`).
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_SECONDS):
            _, connection = await loop.create_connection(BackendConnection, self.host, self.port)
        return connection


class Pool:
    """All origins of one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.timeout_seconds = backend.timeout_ms / 1000
        self.authority = urlsplit(backend.urls[0]).netloc.encode("ascii")
        """What Host says where an HTTP/1.0 client sent none."""
        self.retired = False
        origins = tuple(Origin(url) for url in backend.urls)
        self._orders = [origins[turn:] + origins[:turn] for turn in range(len(origins))]
        self._turn = 0

    def order(self) -> tuple[Origin, ...]:
        """The origins in the order in which this request asks them: each comes first in turn."""
        turn = self._turn
        self._turn = (turn + 1) % len(self._orders)
        return self._orders[turn]

    def give_back(self, connection: BackendConnection, origin: Origin) -> None:
        """Keeps a connection for the next request, or closes it when there are enough, or the pool is retired."""
        if self.retired or len(origin.free) >= IDLE_PER_BACKEND or not connection.is_open:
            connection.close()
            return
        connection.rests_since = monotonic()
        origin.free.append(connection)

    def sweep(self, now: float) -> None:
        """Closes what has rested for too long, and forgets what the backend has closed."""
        for origin in self._orders[0]:
            free = origin.free
            while free and (not free[0].is_open or now - free[0].rests_since > BACKEND_IDLE_SECONDS):
                free.popleft().close()

    def retire(self) -> None:
        """Closes the free connections; those in use close when they are given back."""
        self.retired = True
        for origin in self._orders[0]:
            while origin.free:
                origin.free.pop().close()
