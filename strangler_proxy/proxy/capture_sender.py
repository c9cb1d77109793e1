"""Hands captures to the comparer without ever waiting: what it can't take at once is dropped and counted."""

import asyncio
import uuid
from pathlib import Path
from typing import Any, Final

from strangler_proxy.proxy.handed_over import HandedOver
from strangler_proxy.proxy.limits import CAPTURE_QUEUE_BYTES
from strangler_proxy.proxy.settlement import hello, settlement

_RETRY_SECONDS: Final = 0.25
_STATE_SECONDS: Final = 0.5
"""Between two statements of what was dropped."""
_GATHER_SECONDS: Final = 0.01
_GATHER_BYTES: Final = 64 * 1024

NO_COMPARER: Final = "no-comparer"
QUEUE_FULL: Final = "queue-full"


class CaptureSender(asyncio.Protocol):
    """A worker's connection to the comparer's socket; made anew, every `_RETRY_SECONDS` at most, when it is lost."""

    def __init__(self, path: Path) -> None:
        self.why_not = NO_COMPARER
        """Why no capture is taken now; empty: it is. So whoever asks first need not copy in vain."""
        self.books = HandedOver(lambda: uuid.uuid4().hex)
        self._path = path
        self._transport: Any = None
        self._connecting: asyncio.Task[None] | None = None
        self._next_attempt = 0.0
        self._next_statement = 0.0
        self._gathered: list[bytes] = []
        self._gathered_bytes = 0
        self._routes: list[str] = []
        """Of what is gathered."""
        self._heard = b""
        self._closed = asyncio.Event()

    def send(self, frame: bytes, route: str) -> None:
        """Queues a frame, or counts why not; frames leave together, as each write wakes the comparer."""
        if self.why_not:
            self.drop(self.why_not, route)
            return
        if not self._gathered:
            asyncio.get_running_loop().call_later(_GATHER_SECONDS, self._flush)
        self._gathered.append(frame)
        self._gathered_bytes += len(frame)
        self._routes.append(route)
        if self._gathered_bytes >= _GATHER_BYTES:
            self._flush()

    def drop(self, reason: str, route: str) -> None:
        """Counts a capture that was not handed over; the comparer is told when it is there."""
        self.books.dropped(reason, route)

    def sweep(self, now: float) -> None:
        """Tries to reach the comparer when it is not there, and tells it what was dropped when it is."""
        if self._transport is None:
            if self._connecting is None and now >= self._next_attempt:
                self._next_attempt = now + _RETRY_SECONDS
                self._connecting = asyncio.get_running_loop().create_task(self._connect())
        elif now >= self._next_statement:
            self._next_statement = now + _STATE_SECONDS
            self._state(again=False)

    async def close(self, seconds: float) -> None:
        """Ends the connection: what is queued leaves if the comparer takes it within `seconds`."""
        self._next_attempt = float("inf")
        self._flush()
        if self._transport is not None:
            self._state(again=False)
            self._transport.close()
            try:
                async with asyncio.timeout(seconds):
                    await self._closed.wait()
            except TimeoutError:
                return

    def _flush(self) -> None:
        if self._transport is not None:
            if self._gathered:
                self._transport.write(b"".join(self._gathered))
            self.books.sent(self._routes)
        else:
            for route in self._routes:
                self.drop(NO_COMPARER, route)
        self._routes.clear()
        self._gathered.clear()
        self._gathered_bytes = 0

    def _state(self, again: bool) -> None:
        for stated in self.books.to_state(again):
            self._transport.write(settlement(stated))

    async def _connect(self) -> None:
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: self, str(self._path))
        except OSError:
            pass  # the comparer is not there; every capture that misses it is counted
        finally:
            self._connecting = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._closed.clear()
        self.why_not = ""
        transport.set_write_buffer_limits(high=CAPTURE_QUEUE_BYTES)
        transport.write(hello(self.books.begin()))
        self._state(again=True)

    def pause_writing(self) -> None:
        self.why_not = QUEUE_FULL

    def resume_writing(self) -> None:
        self.why_not = ""

    def data_received(self, data: bytes) -> None:
        *names, self._heard = (self._heard + data).split(b"\n")
        for name in names:
            self.books.settled(name.decode("ascii", "replace"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.why_not = NO_COMPARER
        self._heard = b""
        self.books.end()
        self._closed.set()
