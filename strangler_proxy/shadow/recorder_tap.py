"""Copies captures to whoever records, on a Unix socket of its own; a slow recorder loses copies, and nothing else.

A recorder connects and reads capture frames (`compare/capture_frame.py`). Where copies were dropped, the next frame
says how many: u32 length (9), u8 version 255, u64 count, big-endian. The first frame is such a one, of none: from then
on nothing is missed unsaid. When the recorder ends its side, it gets the last such frame, and the end.
"""

import asyncio
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from strangler_proxy.proxy.state import capture_socket

MOST_WAITING_BYTES = 8 * 1024 * 1024
"""Of one recorder, before its copies are dropped: two of the largest captures, or a second of many small ones."""

_DROPPED = struct.Struct("!IBQ")
_DROPPED_VERSION = 255


def record_socket(directory: Path) -> Path:
    """Path of the recorders' socket of a state directory."""
    return _beside(capture_socket(directory))


def _beside(comparers_socket: Path) -> Path:
    return comparers_socket.with_name("record.sock")


def dropped_frame(count: int) -> bytes:
    """The frame that says how many copies were dropped before it."""
    return _DROPPED.pack(_DROPPED.size - 4, _DROPPED_VERSION, count)


def dropped_in(frame: bytes) -> int | None:
    """How many copies a frame says were dropped; None: it is a capture."""
    if len(frame) != _DROPPED.size or frame[4] != _DROPPED_VERSION:
        return None
    count: int = _DROPPED.unpack(frame)[2]
    return count


class RecorderTap:
    """All recorders that are connected now; in nearly every moment none."""

    def __init__(self) -> None:
        self._recorders: set[_Recorder] = set()
        self._server: asyncio.Server | None = None

    async def listen(self, comparers_socket: Path) -> None:
        """Waits for recorders, of this user alone; what a dead comparer left at the path is replaced."""
        path = _beside(comparers_socket)
        path.unlink(missing_ok=True)
        self._server = await asyncio.get_running_loop().create_unix_server(
            lambda: _Recorder(self._recorders), str(path)
        )
        path.chmod(0o600)

    def close(self) -> None:
        """Ends all connections."""
        if self._server is not None:
            self._server.close()
        for recorder in tuple(self._recorders):
            recorder.end()

    def before(self, take: Callable[[bytes, str], None]) -> Callable[[bytes, str], None]:
        """What takes a capture's frame and hands a copy to every recorder, without waiting, before `take` does."""

        def tapped(frame: bytes, connection: str) -> None:
            for recorder in self._recorders:
                recorder.take(frame)
            take(frame, connection)

        return tapped


class _Recorder(asyncio.Protocol):
    def __init__(self, recorders: set["_Recorder"]) -> None:
        self._recorders = recorders
        self._transport: Any = None
        self._dropped = 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._recorders.add(self)
        transport.write(dropped_frame(0))

    def connection_lost(self, exc: Exception | None) -> None:
        self._recorders.discard(self)

    def eof_received(self) -> bool:
        self._say_dropped()
        return False

    def take(self, frame: bytes) -> None:
        if self._transport.get_write_buffer_size() + len(frame) > MOST_WAITING_BYTES:
            self._dropped += 1
            return
        self._say_dropped()
        self._transport.write(frame)

    def end(self) -> None:
        self._transport.close()

    def _say_dropped(self) -> None:
        if self._dropped:
            self._transport.write(dropped_frame(self._dropped))
            self._dropped = 0
