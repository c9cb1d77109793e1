"""The comparer as a process: its socket, its control channel, its end.

Nothing here can reach a user: a worker hands a capture over without waiting, or drops it.
"""

import argparse
import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import uvloop

from strangler_proxy.config.model import Config
from strangler_proxy.proxy.control import Configure, ControlChannel, Count, Counted, Drain, Message, Say
from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.state import capture_socket
from strangler_proxy.shadow.comparer import Comparer
from strangler_proxy.shadow.intake import CaptureConnection
from strangler_proxy.shadow.record import Store
from strangler_proxy.shadow.recorder_tap import RecorderTap
from strangler_proxy.shadow.writer import Writer

_SWEEP_SECONDS = 1.0
_LAST_CAPTURES_SECONDS = 0.2
"""For what is still on its way on the socket when the comparer stops."""
_LAST_COMPARISONS_SECONDS = 1.0
"""For comparisons under way when it stops; the others are not compared."""
_LAST_WRITES_SECONDS = 5.0
"""For the store to take what there is when it stops; nobody waits for that but who stops it."""

_SWITCH_SECONDS = 0.0005
"""Time for which the thread that writes to the store may hold up the loop at a time: a candidate's latency is measured
there. Python's own is 0.005."""


class KeptStore(Store, Protocol):
    """A store that holds what the config says about how long and how much is kept."""

    def act_by(self, config: Config) -> None:
        """From now on it does so by this config; called in another thread than the others."""


async def serve(listener: socket.socket, control: socket.socket, store: KeptStore, redaction_key: bytes) -> None:
    """Compares what comes on `listener` until the supervisor says stop, or is gone."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    counters = Counters()

    def say(text: str, warning: bool) -> None:
        channel.send(Say(text, warning))

    writer = Writer(store, counters, say)
    comparer = Comparer(writer, counters, redaction_key)
    tap = RecorderTap()
    connections: set[CaptureConnection] = set()
    server: asyncio.Server | None = None

    async def listen() -> None:
        nonlocal server
        server = await loop.create_unix_server(
            lambda: CaptureConnection(tap.before(comparer.take), writer.settle, counters, connections), sock=listener
        )
        await tap.listen(Path(listener.getsockname()))

    def on_message(message: Message) -> None:
        if isinstance(message, Configure):
            configure(message)
        elif isinstance(message, Count):
            channel.send(Counted(message.number, counters.report()))
        elif isinstance(message, Drain):
            done.set()

    def configure(message: Configure) -> None:
        try:
            comparer.act_by(message.config)
            store.act_by(message.config)
        except Exception as error:  # it goes on by what it has
            counters.count("faults", "comparer")
            say(f"can't act by config {message.generation}: {type(error).__name__}: {error}", True)
        if "listening" not in tasks:
            tasks["listening"] = loop.create_task(listen())

    channel = ControlChannel(on_message, done.set)
    writing = loop.create_task(writer.run())
    writing.add_done_callback(lambda task: done.set())  # it ends by itself only for a fault of ours
    tasks = {"sweeping": loop.create_task(_sweep(comparer))}
    loop.add_signal_handler(signal.SIGTERM, done.set)
    await loop.create_connection(lambda: channel, sock=control)
    await done.wait()
    tap.close()
    await _end(server, connections, comparer, writer, writing, say)
    for task in tasks.values():
        task.cancel()


async def _sweep(comparer: Comparer) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        comparer.sweep()


async def _end(
    server: asyncio.Server | None,
    connections: set[CaptureConnection],
    comparer: Comparer,
    writer: Writer,
    writing: "asyncio.Task[None]",
    say: Callable[[str, bool], None],
) -> None:
    """1. What workers have sent is taken in. 2. What is under way gets a second. 3. All is written down."""
    if server is not None:
        server.close()
    deadline = asyncio.get_running_loop().time() + _LAST_CAPTURES_SECONDS
    while connections and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - once in its life
        await asyncio.sleep(0.02)
    await comparer.stop(_LAST_COMPARISONS_SECONDS)
    for connection in list(connections):
        connection.close()
    writer.stop()
    await asyncio.wait([writing], timeout=_LAST_WRITES_SECONDS)
    if writing.done():
        writing.result()
    elif writer.unwritten:
        say(f"{writer.unwritten} captures are not accounted for: the store could not be written to the end", True)
    writer.close()


def listen_at(path: Path) -> socket.socket:
    """A socket at `path` that this user alone may reach; what a dead comparer left there is replaced."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.setblocking(False)
    return listener


def main(make_store: Callable[[Path], KeptStore], key_of: Callable[[Path], bytes]) -> None:
    """Runs the comparer; the functions give the store and the key for marks of a state directory."""
    parser = argparse.ArgumentParser(prog="strangler comparer")
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    arguments = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=arguments.control_fd)
    control.setblocking(False)
    sys.setswitchinterval(_SWITCH_SECONDS)
    store, key = make_store(arguments.state), key_of(arguments.state)
    gc.freeze()
    uvloop.run(serve(listen_at(capture_socket(arguments.state)), control, store, key))
