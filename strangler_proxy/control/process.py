"""The control process, which the supervisor runs beside the workers: `python -m strangler_proxy.control.process`.

It watches services and takes routes back, walks routes, tells webhooks, and serves the dashboard. Nothing that serves
users waits for it, and it may die at any time: the next one goes on where the files are.

The guard has the event loop to itself, and touches no database. What does has a thread of its own, which opens the
store late and tries again: a database that is gone keeps nobody from being taken back.
"""

import argparse
import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uvloop

from strangler_proxy.control.controller.guarding import Guarding
from strangler_proxy.control.showing import Showing
from strangler_proxy.control.telling import Telling
from strangler_proxy.control.walking import Walking
from strangler_proxy.proxy.control import Configure, ControlChannel, Count, Counted, Drain, Message, Say
from strangler_proxy.proxy.counters import Counters, Report

_ANSWER_SECONDS = 5.0
"""For the supervisor to say what was counted; it gives each of its processes a second."""

_END_SECONDS = 1.0
"""For the threads to come to a stop."""


class _Supervisor:
    """The other end of the control channel, as the rest of the process sees it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: dict[int, asyncio.Future[Report]] = {}
        self._number = 0
        self.channel: ControlChannel | None = None

    async def count(self) -> Report:
        """What all other processes have counted. Raises: TimeoutError."""
        self._number += 1
        number = self._number
        answer: asyncio.Future[Report] = self._loop.create_future()
        self._waiting[number] = answer
        try:
            if self.channel is not None:
                self.channel.send(Count(number))
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await answer
        finally:
            del self._waiting[number]

    def counted(self, message: Counted) -> None:
        """The supervisor's answer."""
        answer = self._waiting.get(message.number)
        if answer is not None and not answer.done():
            answer.set_result(message.report)

    def say(self, text: str, warning: bool = True) -> None:
        """A line on the console; from any thread."""
        self._loop.call_soon_threadsafe(self._send, Say(text, warning))

    def _send(self, message: Message) -> None:
        if self.channel is not None:
            self.channel.send(message)


async def serve(control: socket.socket, state: Path, config_path: Path) -> None:
    """Works until the supervisor says stop, or is gone."""
    loop = asyncio.get_running_loop()
    done, stop = asyncio.Event(), threading.Event()
    supervisor, counters = _Supervisor(loop), Counters()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="take-back")
    guarding = Guarding(config_path, supervisor.count, executor, supervisor.say)
    walking = Walking(config_path, state, guarding, supervisor.say)
    telling = Telling(config_path, state, supervisor.say)
    shown: list[threading.Thread] = []
    """The dashboard's, once the config says where it is; read at the start, like `listen` of [proxy]."""

    def on_message(message: Message) -> None:
        if isinstance(message, Configure):
            configure(message)
        elif isinstance(message, Count):
            channel.send(Counted(message.number, counters.report()))
        elif isinstance(message, Counted):
            supervisor.counted(message)
        elif isinstance(message, Drain):
            done.set()

    def configure(message: Configure) -> None:
        guarding.config = walking.config = telling.config = message.config
        listen = message.config.control.listen
        if listen is not None and not shown:
            shown.append(_begun("dashboard", Showing(listen, config_path, state, supervisor.say).run, stop))

    channel = supervisor.channel = ControlChannel(on_message, done.set)
    loop.add_signal_handler(signal.SIGTERM, done.set)
    await loop.create_connection(lambda: channel, sock=control)
    guard = loop.create_task(guarding.run())
    threads = [_begun(name, part.run, stop) for name, part in (("walks", walking), ("webhooks", telling))]
    await done.wait()
    stop.set()
    guard.cancel()
    for thread in threads:
        await asyncio.to_thread(thread.join, _END_SECONDS)
    executor.shutdown(wait=False)


def _begun(name: str, run: Callable[[threading.Event], None], stop: threading.Event) -> threading.Thread:
    """A thread that ends with the process if it must."""
    thread = threading.Thread(target=run, args=(stop,), name=name, daemon=True)
    thread.start()
    return thread


def main() -> None:
    """Runs it; called by the supervisor."""
    parser = argparse.ArgumentParser(prog="strangler control")
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    arguments = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor decides
    control = socket.socket(fileno=arguments.control_fd)
    control.setblocking(False)
    uvloop.run(serve(control, arguments.state, arguments.config))


if __name__ == "__main__":
    main()
