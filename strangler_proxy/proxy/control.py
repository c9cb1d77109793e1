"""The channel between the supervisor and its processes: typed messages, pickled, over a socket pair.

Both ends are this program, started by the same user, over a socket that nobody else has: that is why pickle is safe
here. A message that can't be read ends the channel, which the supervisor takes for the death of the process.
"""

import asyncio
import copyreg
import io
import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from strangler_proxy.config.model import Config
from strangler_proxy.proxy.counters import Report

_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Configure:
    """To a worker: act by this config from now on."""

    generation: int
    config: Config
    certificate: bytes | None = None
    """Key and chain as PEM; None where plain HTTP is served."""


@dataclass(frozen=True, slots=True)
class Configured:
    """From a worker: it acts by this generation; `error` says why not, if it can't."""

    generation: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """To any process: report your counters. From one, to the supervisor: tell me what all the others have counted."""

    number: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer to `Count`."""

    number: int
    report: Report


@dataclass(frozen=True, slots=True)
class Drain:
    """To any process: accept nothing new, finish what runs within `seconds`, then exit."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Say:
    """From any process: a line for the person who watches the log."""

    text: str
    warning: bool = False


Message = Configure | Configured | Count | Counted | Drain | Say


def _read_only(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


class _Pickler(pickle.Pickler):
    dispatch_table = copyreg.dispatch_table | {MappingProxyType: lambda proxy: (_read_only, (dict(proxy),))}


def encode(message: Message) -> bytes:
    """The message with its length in front."""
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(message)
    body = buffer.getvalue()
    return _LENGTH.pack(len(body)) + body


class ControlChannel(asyncio.Protocol):
    """One end of the channel."""

    def __init__(self, on_message: Callable[[Message], None], on_end: Callable[[], None]) -> None:
        self._on_message = on_message
        self._on_end = on_end
        self._held = bytearray()
        self._transport: asyncio.Transport | None = None

    def send(self, message: Message) -> None:
        """Sends without waiting; after the channel's end nothing happens."""
        self.send_encoded(encode(message))

    def send_encoded(self, data: bytes) -> None:
        """Sends what `encode` made: for one message to many processes."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Ends the channel once all is sent."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._held)[0]
            if len(self._held) < end:
                return
            body = bytes(self._held[_LENGTH.size : end])
            del self._held[:end]
            self._on_message(pickle.loads(body))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._on_end()
