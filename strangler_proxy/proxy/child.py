"""A process of the supervisor: started, talked to over its control channel, and started again when it dies."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence

from strangler_proxy.proxy.backoff import OF_A_WORKER, Backoff
from strangler_proxy.proxy.control import ControlChannel, Message
from strangler_proxy.proxy.priority import Background, give_way


class Child:
    """One process at a time, of one kind."""

    def __init__(
        self,
        name: str,
        module: str,
        arguments: Sequence[str],
        inherited: Sequence[int],
        on_message: Callable[["Child", Message], None],
        on_death: Callable[["Child", str], None],
        *,
        backoff: Backoff = OF_A_WORKER,
        background: Background | None = None,
    ) -> None:
        """`background`: how it gives way to every process that serves users; None: it is one of them."""
        self.name = name
        self.channel: ControlChannel | None = None
        self.pid = 0
        self.starts = 0
        self.ready = False
        self.stopping = False
        self._module = module
        self._arguments = list(arguments)
        self._inherited = list(inherited)
        self._on_message = on_message
        self._on_death = on_death
        self._process: subprocess.Popen[bytes] | None = None
        self._backoff = backoff
        self._background = background
        self._early_deaths = 0
        self._started = 0.0
        self.gone = asyncio.Event()

    async def start(self) -> ControlChannel:
        """Starts the process; gives its channel."""
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - forks once in a worker's life
                [
                    *(sys.executable, "-m", self._module, "--control-fd", str(theirs.fileno())),
                    *self._arguments,
                ],
                pass_fds=[theirs.fileno(), *self._inherited],
                stdin=subprocess.DEVNULL,
                start_new_session=self._background is not None and self._background.takes_long_turns,
            )
        self.pid = self._process.pid
        if self._background is not None:
            give_way(self.pid, self._background)
        self.starts += 1
        self.ready = False
        self.gone.clear()
        self._started = loop.time()
        ours.setblocking(False)
        channel = ControlChannel(lambda message: self._on_message(self, message), self._on_end)
        await loop.create_connection(lambda: channel, sock=ours)
        self.channel = channel
        return channel

    def next_wait(self) -> float:
        """Seconds to wait before the next start, now that it has died: longer with each early death."""
        lived_seconds = asyncio.get_running_loop().time() - self._started
        self._early_deaths = self._backoff.early_deaths(self._early_deaths, lived_seconds)
        return self._backoff.wait_seconds(self._early_deaths)

    def kill(self) -> None:
        """Ends the process at once."""
        if self._process is not None and self._process.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def _on_end(self) -> None:
        """The channel is at its end: the process has died, or is about to."""
        self.channel = None
        self.ready = False
        asyncio.get_running_loop().create_task(self._reap())

    async def _reap(self) -> None:
        process = self._process
        assert process is not None
        for _ in range(100):
            if process.poll() is not None:
                break
            await asyncio.sleep(0.01)
        else:
            self.kill()
            await asyncio.to_thread(process.wait)
        self.gone.set()
        self._on_death(self, _how(process.returncode))


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
