"""The comparer process: takes captures from all workers on a Unix socket, and counts them by route.

Nothing here can reach a user: a worker hands a capture over without waiting, or drops it.
"""

import argparse
import asyncio
import signal
import socket
from pathlib import Path
from typing import Any

import uvloop

from strangler_proxy.compare.capture import Capture
from strangler_proxy.compare.capture_frame import decode, frame_length
from strangler_proxy.proxy.control import ControlChannel, Count, Counted, Drain, Message
from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.state import capture_socket
from strangler_proxy.shadow.recorder_tap import RecorderTap

_FRAME_BYTES = 4 * 1024 * 1024
"""Bytes of one frame: two bodies of 1 MiB and two heads, with room. A longer one is no frame."""


class Receiver:
    """Counts what it takes; comparing is done by whoever `taken` hands it to."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.tap = RecorderTap()

    def taken(self, capture: Capture) -> None:
        """One capture has come."""
        self.counters.count("captures_received", capture.route)


class CaptureConnection(asyncio.Protocol):
    """A worker's connection; what is no frame ends it, and the worker makes a new one."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._held = bytearray()
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

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
            frame = bytes(held[at : at + length])
            try:
                capture = decode(frame)
            except ValueError:
                self._refuse()
                return
            at += length
            self._receiver.taken(capture)
            self._receiver.tap.copy(frame)
        del held[:at]

    def _refuse(self) -> None:
        self._receiver.counters.count("faults", "capture-frame")
        self._held.clear()
        self._transport.abort()


async def receive(listener: socket.socket, control: socket.socket, state: Path) -> None:
    """Takes captures on `listener` until the supervisor says stop, or is gone."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    receiver = Receiver()

    def on_message(message: Message) -> None:
        if isinstance(message, Count):
            channel.send(Counted(message.number, receiver.counters.report()))
        elif isinstance(message, Drain):
            done.set()

    channel = ControlChannel(on_message, done.set)
    server = await loop.create_unix_server(lambda: CaptureConnection(receiver), sock=listener)
    await receiver.tap.listen(state)
    loop.add_signal_handler(signal.SIGTERM, done.set)
    await loop.create_connection(lambda: channel, sock=control)
    await done.wait()
    server.close()
    receiver.tap.close()


def _listener(path: Path) -> socket.socket:
    """A socket at `path` that this user alone may reach; what a dead comparer left there is replaced."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.setblocking(False)
    return listener


def main() -> None:
    """Runs the comparer; called by the supervisor."""
    parser = argparse.ArgumentParser(prog="strangler comparer")
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    arguments = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=arguments.control_fd)
    control.setblocking(False)
    uvloop.run(receive(_listener(capture_socket(arguments.state)), control, arguments.state))


if __name__ == "__main__":
    main()
