"""Takes the captures that pass a running proxy, from the comparer's socket for recorders."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from strangler_proxy.compare.capture import Capture
from strangler_proxy.compare.capture_frame import decode, frame_length
from strangler_proxy.proxy.state import supervisor_lives
from strangler_proxy.recording.errors import NothingToRecordFrom
from strangler_proxy.shadow.recorder_tap import dropped_frame, dropped_in, record_socket

_RETRY_SECONDS = 0.1
_READ_BYTES = 256 * 1024
_LONGEST_FIRST_WORD_SECONDS = 2.0
_LONGEST_LAST_WORD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Missed:
    """Copies that were not handed over, because they came faster than they were taken."""

    count: int


class Interrupted:
    """The comparer was gone for a moment; what passed meanwhile is not known."""


Heard = Capture | Missed | Interrupted | None
"""What a look at the socket brings; None: nothing within a moment."""


class Listener:
    """A connection to the comparer, made again when the comparer is."""

    def __init__(self, state: Path) -> None:
        """Raises `NothingToRecordFrom` when no proxy runs by the config of that state directory."""
        self._path = record_socket(state)
        self._state = state
        self._socket = self._connected(time.monotonic() + 2.0)
        self._held = bytearray()

    def heard(self, deadline: float) -> Iterator[Heard]:
        """All that comes until the deadline on the monotonic clock; None at least each tenth of a second.

        Ends early when the proxy stops.
        """
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(min(_RETRY_SECONDS, max(left, 0.001)))
            try:
                data = self._socket.recv(_READ_BYTES)
            except TimeoutError:
                yield None
                continue
            except OSError:
                data = b""
            if data:
                self._held += data
                yield from self._frames()
                continue
            self._held.clear()
            self._socket.close()
            if not supervisor_lives(self._state):
                return
            yield Interrupted()
            try:
                self._socket = self._connected(min(deadline, time.monotonic() + 10.0))
            except NothingToRecordFrom:
                return

    def last_word(self) -> Iterator[Heard]:
        """Ends the recording: what was still on its way, and how many copies were dropped at the end."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.settimeout(_LONGEST_LAST_WORD_SECONDS)
            while data := self._socket.recv(_READ_BYTES):
                self._held += data
                yield from self._frames()
        except OSError:
            return  # the comparer is gone, and with it what it could have said
        finally:
            self._socket.close()

    def _frames(self) -> Iterator[Heard]:
        at = 0
        while (length := frame_length(self._held[at : at + 4])) is not None and len(self._held) - at >= length:
            frame = bytes(self._held[at : at + length])
            at += length
            dropped = dropped_in(frame)
            yield decode(frame) if dropped is None else Missed(dropped)
        del self._held[:at]

    def _connected(self, deadline: float) -> socket.socket:
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.settimeout(_LONGEST_FIRST_WORD_SECONDS)
                connection.connect(str(self._path))
                if connection.recv(len(dropped_frame(0)), socket.MSG_WAITALL):  # copies are made from now on
                    return connection
                connection.close()
            except OSError:
                connection.close()
            if not supervisor_lives(self._state) or time.monotonic() > deadline:
                raise NothingToRecordFrom(
                    "no proxy runs by this config that captures could be had from.",
                    where=str(self._path),
                    remedy=NothingToRecordFrom.usual_remedy,
                )
            time.sleep(_RETRY_SECONDS)
