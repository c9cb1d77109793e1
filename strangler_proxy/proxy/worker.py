"""A worker process: accepts on the socket that the supervisor holds, and serves by the config that it is sent.

Users come first: when the supervisor dies, a worker goes on serving by what it has. It drains when another supervisor
has taken the state directory over, so that an old config never answers beside a new one.
"""

import argparse
import asyncio
import gc
import os
import random
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import uvloop

from strangler_proxy.config.model import Backend
from strangler_proxy.proxy.acceptor import Acceptor, take_all_descriptors
from strangler_proxy.proxy.access_log import AccessLog
from strangler_proxy.proxy.client_connection import ClientConnection
from strangler_proxy.proxy.control import Configure, Configured, ControlChannel, Count, Counted, Drain, Message, Say
from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.health import Phase
from strangler_proxy.proxy.hops import Hops
from strangler_proxy.proxy.plan import Plan
from strangler_proxy.proxy.pool import Origin, Pool
from strangler_proxy.proxy.site import Site
from strangler_proxy.proxy.state import capture_socket, supervisor_token

_IDLE_DRAIN_SECONDS = 1.0
"""Seconds that idle connections get for a last request when the worker drains: it is answered with
`Connection: close`, and a busy client loses nothing."""

_LAST_CAPTURES_SECONDS = 0.5
"""For the comparer to take what is on its way to it when a worker ends."""


class Worker:
    """One worker process."""

    def __init__(self, listener: socket.socket, state: Path, token: str) -> None:
        self._listener = listener
        self._state = state
        self._token = token
        self._counters = Counters()
        self._chance = random.Random()
        self._site: Site | None = None
        self._acceptor: Acceptor | None = None
        self._certificate: bytes | None = None
        self._channel = ControlChannel(self._on_message, self._on_orphaned)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._drain: asyncio.Task[None] | None = None
        self._done = asyncio.Event()

    async def run(self, control: socket.socket) -> None:
        """Serves until it has drained."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._on_fault)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor decides
        loop.add_signal_handler(signal.SIGTERM, self._start_drain, 10.0)
        await loop.create_connection(lambda: self._channel, sock=control)
        await self._done.wait()
        if self._site is not None:
            await self._site.captures.close(_LAST_CAPTURES_SECONDS)
            self._site.journal.flush()
            self._site.access_log.close(2.0)

    def _on_message(self, message: Message) -> None:
        if isinstance(message, Configure):
            self._configure(message)
        elif isinstance(message, Count):
            self._channel.send(
                Counted(message.number, self._counters.report() if self._site is None else self._site.report())
            )
        elif isinstance(message, Drain):
            self._start_drain(message.seconds)

    def _configure(self, message: Configure) -> None:
        previous = None if self._site is None else self._site.plan
        try:
            plan = Plan(message.generation, message.config, self._counters, previous, self._make_pool)
            if self._site is None:
                self._begin(plan, message.certificate)
            else:
                self._renew(message.certificate)
                self._site.act_by(plan)
        except Exception as error:  # whatever is wrong with it, the worker goes on with what it has
            self._channel.send(Configured(message.generation, f"{type(error).__name__}: {error}"))
            return
        self._channel.send(Configured(message.generation))

    def _make_pool(self, backend: Backend) -> Pool:
        return Pool(backend, self._chance, self._on_turn)

    def _on_turn(self, pool: Pool, origin: Origin, why: str) -> None:
        """An origin is left out, or taken back."""
        backend, named = pool.backend, f"{pool.backend.name} {origin.url}"
        if origin.health.phase is Phase.CLOSED:
            self._channel.send(Say(f"{named} is asked again"))
            return
        self._counters.count("ejections", f"{backend.name} {why}")
        seconds = origin.health.until - time.monotonic()
        until = (
            f"for {seconds:.1f} s, then until its health check succeeds" if backend.health else f"for {seconds:.1f} s"
        )
        self._channel.send(Say(f"{named} is left out {until}: {why}", warning=True))

    def _renew(self, certificate: bytes | None) -> None:
        if self._acceptor is not None and certificate is not None and certificate != self._certificate:
            self._acceptor.renew(certificate)
            self._certificate = certificate

    def _begin(self, plan: Plan, certificate: bytes | None) -> None:
        target = plan.config.proxy.access_log
        try:
            log = AccessLog(target)
        except OSError as error:
            self._channel.send(Say(f"no access log: {target}: {error.strerror}", warning=True))
            log = AccessLog("off")
        secret = os.environb.get(b"STRANGLER_OVERRIDE_SECRET", b"")  # any bytes will do
        self._site = Site(plan, self._counters, log, capture_socket(self._state), secret, Hops(self._token))
        self._certificate = certificate
        self._acceptor = Acceptor(self._listener, self._site, certificate)
        self._spawn(self._serve(self._acceptor))
        self._spawn(self._site.sweep_forever())

    async def _serve(self, acceptor: Acceptor) -> None:
        await acceptor.open()
        gc.collect()
        gc.freeze()  # what was made by now lives on: it need not be looked at again
        gc.set_threshold(50_000, 20, 20)  # a request leaves no cycles, so collecting seldom frees anything

    def _on_orphaned(self) -> None:
        if self._drain is None:
            self._spawn(self._watch_successor())

    async def _watch_successor(self) -> None:
        while supervisor_token(self._state) in (self._token, None):  # noqa: ASYNC110 - another process tells, by a file
            await asyncio.sleep(0.5)
        self._start_drain(30.0)

    def _start_drain(self, seconds: float) -> None:
        if self._drain is None:
            self._drain = asyncio.get_running_loop().create_task(self._drain_within(seconds))

    async def _drain_within(self, seconds: float) -> None:
        """1. What waits in the accept queue is taken in. 2. Nothing more is. 3. What runs gets its time."""
        loop = asyncio.get_running_loop()
        site, deadline = self._site, loop.time() + seconds
        if site is None:
            self._done.set()
            return
        site.draining = True
        if self._acceptor is not None:
            self._acceptor.close()
            await asyncio.sleep(0.01)  # the loop lets go of its copy of the socket
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                break
            await loop.connect_accepted_socket(lambda: ClientConnection(site), accepted)
        self._listener.close()
        for client in list(site.connections):
            client.drain(min(_IDLE_DRAIN_SECONDS, seconds))
        while site.connections and loop.time() < deadline:  # noqa: ASYNC110 - once in a worker's life
            await asyncio.sleep(0.02)
        for client in list(site.connections):
            client.abort()
        self._done.set()

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)

    def _on_fault(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._counters.count("faults", "worker")
        error = context.get("exception")
        detail = f"{type(error).__name__}: {error}" if error is not None else ""
        self._channel.send(Say(f"fault in a worker: {context.get('message', '')} {detail}", warning=True))


def main() -> None:
    """Runs a worker; called by the supervisor with file descriptors that it holds open."""
    parser = argparse.ArgumentParser(prog="strangler worker")
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--listen-fd", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--token", required=True)
    arguments = parser.parse_args()
    control = socket.socket(fileno=arguments.control_fd)
    listener = socket.socket(fileno=arguments.listen_fd)
    control.setblocking(False)
    listener.setblocking(False)

    take_all_descriptors()

    async def run() -> None:
        await Worker(listener, arguments.state, arguments.token).run(control)

    uvloop.run(run())
    sys.stdout.flush()


if __name__ == "__main__":
    main()
