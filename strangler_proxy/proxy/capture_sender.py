"""Hands captures to the comparer without ever waiting: what it can't take at once is dropped and counted."""

import asyncio
from pathlib import Path
from typing import Any, Final

from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.limits import CAPTURE_QUEUE_BYTES

_RETRY_SECONDS: Final = 0.25
_GATHER_SECONDS: Final = 0.01
_GATHER_BYTES: Final = 64 * 1024


class CaptureSender(asyncio.Protocol):
    """A worker's connection to the comparer's socket; made anew, every `_RETRY_SECONDS` at most, when it is lost."""

    def __init__(self, path: Path, counters: Counters) -> None:
        self._path = path
        self._counters = counters
        self._transport: Any = None
        self._connecting: asyncio.Task[None] | None = None
        self._next_attempt = 0.0
        self._gathered: list[bytes] = []
        self._gathered_bytes = 0
        self._routes: list[str] = []
        """Of what is gathered."""

    def ready(self, size: int) -> bool:
        """Whether a capture of about `size` bytes would be taken; if not, it is counted as dropped."""
        if self._transport is None:
            self.drop("no-comparer")
            return False
        if self._transport.get_write_buffer_size() + self._gathered_bytes + size > CAPTURE_QUEUE_BYTES:
            self.drop("queue-full")
            return False
        return True

    def send(self, frame: bytes, route: str) -> None:
        """Queues a frame for which `ready` just said yes; frames leave together, as each write wakes the comparer."""
        if not self._gathered:
            asyncio.get_running_loop().call_later(_GATHER_SECONDS, self._flush)
        self._gathered.append(frame)
        self._gathered_bytes += len(frame)
        self._routes.append(route)
        if self._gathered_bytes >= _GATHER_BYTES:
            self._flush()

    def drop(self, reason: str) -> None:
        """Counts a capture that was not handed over."""
        self._counters.count("captures_dropped", reason)

    def sweep(self, now: float) -> None:
        """Tries to reach the comparer when it is not there."""
        if self._transport is None and self._connecting is None and now >= self._next_attempt:
            self._next_attempt = now + _RETRY_SECONDS
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    def close(self) -> None:
        """Gives up the connection; what is queued leaves if the comparer takes it before the worker ends."""
        self._next_attempt = float("inf")
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        if self._transport is not None:
            if self._gathered:
                self._transport.write(b"".join(self._gathered))
            for route in self._routes:
                self._counters.count("captures", route)
        else:
            for _ in self._routes:
                self.drop("no-comparer")
        self._routes.clear()
        self._gathered.clear()
        self._gathered_bytes = 0

    async def _connect(self) -> None:
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: self, str(self._path))
        except OSError:
            pass  # the comparer is not there; every capture that misses it is counted
        finally:
            self._connecting = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
