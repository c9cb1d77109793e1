"""Accepting connections, up to as many as a worker may have: the rest waits in the system's queue.

Should file descriptors run out all the same, libuv accepts and closes what comes, so that the loop neither spins nor
stops to listen.
"""

import asyncio
import contextlib
import resource
import socket
from operator import itemgetter
from time import monotonic
from typing import TYPE_CHECKING

from strangler_proxy.config.model import Config
from strangler_proxy.proxy.certificate import context_of
from strangler_proxy.proxy.client_connection import ClientConnection
from strangler_proxy.proxy.limits import (
    FEWEST_CONNECTIONS,
    IDLE_PER_BACKEND,
    LINGER_SECONDS,
    RELEASED_SHARE,
    RESTED_SECONDS,
    RESUME_SHARE,
    SPARE_DESCRIPTORS,
)

if TYPE_CHECKING:
    from strangler_proxy.proxy.site import Site

_LOOK_SECONDS = 0.02


def take_all_descriptors() -> None:
    """Raises this process's limit of file descriptors to what the system allows it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # macOS says "unlimited", and takes less
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def most_connections(config: Config) -> int:
    """Clients' connections that a worker may have: as the config says, and no more than there are descriptors for."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    fit = connections_for(descriptors, sum(len(backend.urls) for backend in config.backends.values()))
    asked = config.proxy.limits.connections
    return fit if asked is None else min(fit, asked)


def connections_for(descriptors: int, origins: int) -> int:
    """How many clients `descriptors` are enough for: each may need a connection to a backend, and each of `origins` may
    keep free ones. These get half of all at most."""
    spared = min(SPARE_DESCRIPTORS + IDLE_PER_BACKEND * origins, descriptors // 2)
    return max((descriptors - spared) // 2, FEWEST_CONNECTIONS)


class Acceptor:
    """Accepts on one listening socket while the worker has room."""

    def __init__(self, listener: socket.socket, site: "Site", certificate: bytes | None) -> None:
        self._listener = listener
        self._site = site
        self._server: asyncio.Server | None = None
        self._waiting: asyncio.Task[None] | None = None
        self._closed = False
        self._tls = None if certificate is None else context_of(certificate)
        site.on_full = self._pause

    async def open(self) -> None:
        """Accepts from now on."""
        loop = asyncio.get_running_loop()
        tls = self._tls
        seconds = None if tls is None else self._site.limits.head_seconds
        self._server = await loop.create_server(
            lambda: ClientConnection(self._site),
            sock=self._listener.dup(),
            ssl=tls,
            ssl_handshake_timeout=seconds,
            ssl_shutdown_timeout=None if tls is None else LINGER_SECONDS,
        )

    def renew(self, certificate: bytes) -> None:
        """Serves new connections with another certificate; those that are open keep theirs, and nobody is refused.

        Raises:
            ssl.SSLError: it can't serve; the old one goes on.
        """
        if self._tls is None or self._closed:
            return
        self._tls = context_of(certificate)
        if self._waiting is None:
            self._stop()
            self._site.spawn(self.open())

    def close(self) -> None:
        """Accepts nothing more; what waits in the system's queue stays there."""
        self._closed = True
        self._stop()

    def _pause(self) -> None:
        if self._waiting is None and not self._closed:
            self._site.counters.count("accept_pauses", "connections")
            self._stop()
            self._waiting = self._site.spawn(self._wait_for_room())

    async def _wait_for_room(self) -> None:
        site = self._site
        while len(site.connections) > site.most_connections * RESUME_SHARE:
            self._release()
            await asyncio.sleep(_LOOK_SECONDS)
        self._waiting = None
        if not self._closed:
            await self.open()

    def _release(self) -> None:
        """Lets go of the connections that have rested longest: who waits comes before who may come back."""
        now = monotonic()
        resting = [(client.rested_seconds(now), client) for client in self._site.connections]
        resting = [one for one in resting if one[0] > RESTED_SECONDS]
        resting.sort(key=itemgetter(0), reverse=True)
        most = max(1, int(self._site.most_connections * RELEASED_SHARE))
        for _, client in resting[:most]:
            client.let_go()

    def _stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
