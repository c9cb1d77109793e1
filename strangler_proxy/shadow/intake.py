"""A worker's connection to the comparer: captures in, statements in, and word back when a statement is settled."""

import asyncio
from collections.abc import Callable
from typing import Any

from strangler_proxy.compare.capture_frame import VERSION, frame_length
from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.settlement import (
    HELLO,
    SETTLEMENT,
    Settlement,
    kind_of,
    read_hello,
    read_settlement,
    settled,
)
from strangler_proxy.shadow.record import NotCompared

_FRAME_BYTES = 4 * 1024 * 1024
"""Bytes of one frame: two bodies of 1 MiB and two heads, with room. A longer one is no frame."""


class CaptureConnection(asyncio.Protocol):
    """One worker's connection; what is no frame ends it. The worker makes a new one, and states what it had sent."""

    def __init__(
        self,
        take: Callable[[bytes, str], None],
        settle: Callable[[Settlement, Callable[[], None]], None],
        counters: Counters,
        connections: "set[CaptureConnection]",
    ) -> None:
        self._take = take
        self._settle = settle
        self._counters = counters
        self._connections = connections
        self._name = ""
        self._held = bytearray()
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._connections.add(self)

    def data_received(self, data: bytes) -> None:
        held = self._held
        held += data
        at = 0
        while (length := frame_length(held[at : at + 4])) is not None:
            if length > _FRAME_BYTES:
                self._refuse()
                return
            if len(held) - at < length:
                break
            try:
                self._take_frame(bytes(held[at : at + length]))
            except ValueError:
                self._refuse()
                return
            at += length
        del held[:at]

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)

    def close(self) -> None:
        """Ends it; the worker states what it had sent to the next comparer."""
        self._transport.abort()

    def _take_frame(self, frame: bytes) -> None:
        """Raises: ValueError when it is none."""
        kind = kind_of(frame)
        if kind == VERSION:
            if not self._name:
                raise ValueError("a capture before the connection's name")
            self._take(frame, self._name)
        elif kind == HELLO:
            self._name = read_hello(frame)
        elif kind == SETTLEMENT:
            stated = read_settlement(frame)
            NotCompared(stated.reason)
            self._settle(stated, lambda: self._say_settled(stated.name))
        else:
            raise ValueError("a frame of an unknown kind")

    def _say_settled(self, name: str) -> None:
        if not self._transport.is_closing():
            self._transport.write(settled(name))

    def _refuse(self) -> None:
        self._counters.count("faults", "capture-frame")
        self._held.clear()
        self._transport.abort()
