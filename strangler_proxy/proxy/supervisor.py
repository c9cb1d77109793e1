"""The supervisor: holds the sockets, keeps workers and comparer alive, and hands every valid change of the config on.

It is in no request's way. It may die: the workers go on.
"""

import asyncio
import errno
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop

from strangler_proxy.config.load import parse, read
from strangler_proxy.config.model import Config
from strangler_proxy.config.words import plural
from strangler_proxy.errors import StranglerError
from strangler_proxy.proxy.backoff import IN_BACKGROUND
from strangler_proxy.proxy.census import Census
from strangler_proxy.proxy.certificate import ServedCertificate
from strangler_proxy.proxy.child import Child
from strangler_proxy.proxy.console import Console
from strangler_proxy.proxy.control import Configure, Configured, Count, Counted, Drain, Message, Say, encode
from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.errors import BadCertificate, CannotActBy, WorkersDied
from strangler_proxy.proxy.heartbeat import Heartbeat
from strangler_proxy.proxy.in_force import Announcement, digest
from strangler_proxy.proxy.limits import HEARTBEAT_SECONDS, HUNG_SECONDS
from strangler_proxy.proxy.listening import listen_on, split_address, url_of
from strangler_proxy.proxy.metrics import SupervisorFacts, render
from strangler_proxy.proxy.plan import Plan
from strangler_proxy.proxy.priority import ATTENTIVE, PATIENT, Background
from strangler_proxy.proxy.state import Claim, state_directory
from strangler_proxy.proxy.status_server import StatusServer
from strangler_proxy.proxy.watcher import LOOK_SECONDS, Watcher

_START_SECONDS = 15.0

_LAST_RECORDS_SECONDS = 7.0
"""For the comparer to write down what it has when the proxy stops."""

COMPARER_MODULE = "strangler_proxy.control.comparer"
"""Started by its name: nothing that serves users imports what compares."""

CONTROL_MODULE = "strangler_proxy.control.process"
"""The control plane, likewise."""

_AT_START_ONLY = ("listen", "workers", "metrics_listen", "access_log")


def run(
    config_path: Path,
    *,
    workers: int | None = None,
    ready: Callable[[str], None] | None = None,
    controlled: bool = False,
) -> int:
    """Serves by the file until told to stop; gives the exit code. `ready` is called once with the proxy's address.

    `controlled`: the control process runs beside the workers, which walks routes and takes them back.

    SIGTERM or Ctrl-C drains and stops, a second one stops at once; SIGHUP reads the file again.

    Raises:
        StranglerError: the config is invalid, or the proxy can't listen; nothing is left running.
    """
    text = read(config_path)
    config = parse(text, config_path)
    try:
        plan = Plan(1, config, Counters())
    except Exception as error:  # no worker could act by it either
        raise CannotActBy(config_path, f"{type(error).__name__}: {error}") from error
    certificate = ServedCertificate(config.proxy.tls, config_path.parent)
    state = state_directory(config_path)
    claim = Claim(state)
    try:
        count = workers or config.proxy.workers or os.cpu_count() or 1
        listeners = listen_on(config.proxy.listen, count, beside_orphans=claim.after_a_crash)
        try:
            supervisor = _Supervisor(config_path, text, plan, certificate, state, claim, listeners, controlled)
            return uvloop.run(supervisor.run(ready))
        finally:
            for listener in listeners:
                listener.close()
    finally:
        claim.release()


class _Supervisor:
    def __init__(
        self,
        path: Path,
        text: str,
        plan: Plan,
        certificate: ServedCertificate,
        state: Path,
        claim: Claim,
        listeners: list[socket.socket],
        controlled: bool,
    ) -> None:
        self._path = path
        self._plan = plan
        """Made as the workers make theirs: what can't be acted by is found out here, where nobody is served."""
        self._config = plan.config
        self._certificate = certificate
        self._claim = claim
        self._console = Console()
        self._watcher = Watcher(path, text)
        self._announcement = Announcement(state, path, url_of(listeners[0]), len(listeners))
        self._digest = digest(text.encode())
        self._listeners = listeners
        self._generation = 1
        self._encoded = encode(Configure(1, plan.config, certificate.pem))
        self._without_certificate = encode(Configure(1, plan.config))
        self._proven = plan.config
        """By which all workers acted last."""
        self._proven_digest = self._digest
        self._asked_at = time.monotonic()
        self._reloads = {"ok": 0, "failed": 0}
        self._stop = asyncio.Event()
        self._stop_at_once = asyncio.Event()
        self._census = Census()
        self._tasks: set[asyncio.Task[None]] = set()
        token = secrets.token_hex(8)
        self._token = token
        common = ["--state", str(state), "--token", token]
        self._workers = [
            Child(
                f"worker {number}",
                "strangler_proxy.proxy.worker",
                ["--listen-fd", str(listener.fileno()), *common],
                [listener.fileno()],
                self._on_message,
                self._on_death,
            )
            for number, listener in enumerate(listeners, start=1)
        ]
        self._in_background = [self._background("comparer", COMPARER_MODULE, ["--state", str(state)], PATIENT)]
        if controlled:
            where = ["--state", str(state), "--config", str(path.resolve())]
            self._in_background.append(self._background("control", CONTROL_MODULE, where, ATTENTIVE))
        self._active: set[Child] = set()
        self._heartbeat: Heartbeat[Child] = Heartbeat(time.monotonic())
        self._all_active = asyncio.Event()
        self._status = StatusServer({"/metrics": self._metrics_page, "/healthz": self._health_page})

    async def run(self, ready: Callable[[str], None] | None) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_stop_signal)
        loop.add_signal_handler(signal.SIGHUP, self._reload_file)
        try:
            metrics_url = await self._start_status()
            for child in self._children:
                await self._start(child)
            await self._await_start()
            self._claim.announce(self._token)
            url = url_of(self._listeners[0], "http" if self._certificate.pem is None else "https")
            backends = ", ".join(f"{one.name} {' '.join(one.urls)}" for one in self._config.backends.values())
            self._console.good(f"proxy ready on {url} ({plural(len(self._workers), 'worker')}; {backends})")
            if metrics_url is not None:
                self._console.info(f"metrics on {metrics_url}")
            if ready is not None:
                ready(url)
            watching = [loop.create_task(self._watch()), loop.create_task(self._watch_workers())]
            await self._stop.wait()
            for task in watching:
                task.cancel()
            await self._drain()
        finally:
            self._announcement.withdraw()
            self._status.close()
            for child in self._children:
                child.stopping = True
                child.kill()
        return 0

    @property
    def _children(self) -> list[Child]:
        return [*self._workers, *self._in_background]

    # processes

    def _background(self, name: str, module: str, arguments: list[str], how: Background) -> Child:
        """A process that serves no user, and gives way to those that do."""
        return Child(
            name,
            module,
            arguments,
            [],
            self._on_message,
            self._on_death,
            backoff=IN_BACKGROUND,
            background=how,
        )

    async def _start(self, child: Child) -> None:
        channel = await child.start()
        channel.send_encoded(self._without_certificate if child in self._in_background else self._encoded)

    async def _await_start(self) -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._all_active.wait()
        except TimeoutError:
            raise WorkersDied(_START_SECONDS) from None

    async def _watch_workers(self) -> None:
        """Ends workers that hang: the system would go on giving them users."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            for worker in self._heartbeat.hung(time.monotonic()):
                self._heartbeat.forget(worker)
                self._active.discard(worker)
                worker.ready = False
                self._console.error(f"{worker.name} has not answered for {HUNG_SECONDS:g} seconds; it is killed")
                worker.kill()
            for worker in self._workers:
                if worker.ready and worker.channel is not None:
                    worker.channel.send(Count(0))

    def _on_death(self, child: Child, how: str) -> None:
        self._heartbeat.forget(child)
        self._census.died(child)
        self._active.discard(child)
        if child.stopping or self._stop.is_set():
            return
        wait = child.next_wait()
        self._console.warning(f"{child.name} died ({how}); it starts again in {wait:g} s")
        self._spawn(self._restart(child, wait))

    async def _restart(self, child: Child, wait: float) -> None:
        await asyncio.sleep(wait)
        if not self._stop.is_set():
            await self._start(child)

    def _on_message(self, child: Child, message: Message) -> None:
        if child.ready and child not in self._in_background:
            self._heartbeat.heard(child, time.monotonic())
        if isinstance(message, Configured):
            self._on_configured(child, message)
        elif isinstance(message, Say):
            (self._console.warning if message.warning else self._console.info)(f"{child.name}: {message.text}")
        elif isinstance(message, Counted):
            self._census.counted(child, message)
        elif isinstance(message, Count):
            self._spawn(self._report_to(child, message.number))

    def _on_configured(self, child: Child, message: Configured) -> None:
        if message.error is not None:
            self._on_refused(child, message)
            return
        child.ready = True
        self._heartbeat.heard(child, time.monotonic())
        if message.generation != self._generation:
            return
        self._active.add(child)
        if len(self._active) == len(self._workers) and not self._all_active.is_set():
            self._all_active.set()
            self._announcement.holds(self._digest, self._generation)
            self._proven, self._proven_digest = self._config, self._digest
            if self._generation > 1:
                took_ms = (time.monotonic() - self._asked_at) * 1000
                self._console.good(f"config {self._generation} is in force on all workers ({took_ms:.0f} ms)")

    def _on_refused(self, child: Child, message: Configured) -> None:
        """A worker can't act by a config that was fine here: all go back to the one by which all acted last. One that
        has none to go on by would take users in and never answer: it is started again."""
        self._console.error(f"{child.name} can't act by config {message.generation}: {message.error}")
        if message.generation == self._generation and self._config is not self._proven:
            self._reloads["ok"] -= 1
            self._reloads["failed"] += 1
            self._console.error("all workers go back to the config before")
            self._announcement.refuses(self._digest)
            self._config, self._digest = self._proven, self._proven_digest
            self._hand_on(self._config)
        if not child.ready:
            child.kill()

    async def _drain(self) -> None:
        seconds = self._config.proxy.drain_seconds
        self._console.info(f"stopping: running requests get {seconds:g} seconds (again to stop at once)")
        for listener in self._listeners:  # the workers' copies are the last: once they are closed, clients are refused
            listener.close()
        for child in self._children:
            child.stopping = True
        await self._drain_children(self._workers, seconds, seconds + 5)
        await self._drain_children(self._in_background, _LAST_RECORDS_SECONDS, _LAST_RECORDS_SECONDS + 1)
        self._console.info("stopped")

    async def _drain_children(self, children: list[Child], seconds: float, most_seconds: float) -> None:
        """Tells them to end, and waits for that, or until somebody says at once. The comparer ends last: what workers
        hand over when they end is still written down."""
        running = [child for child in children if child.channel is not None]
        for child in running:
            assert child.channel is not None
            child.channel.send(Drain(seconds))
        everyone = asyncio.create_task(_all_gone(running))
        at_once = asyncio.create_task(self._stop_at_once.wait())
        await asyncio.wait([everyone, at_once], timeout=most_seconds, return_when=asyncio.FIRST_COMPLETED)
        everyone.cancel()
        at_once.cancel()

    def _on_stop_signal(self) -> None:
        (self._stop_at_once if self._stop.is_set() else self._stop).set()

    # config

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = time.monotonic()
            content = self._watcher.look(now)
            news = self._watcher.news(now)
            if news is not None:
                self._console.warning(f"{self._path.name} {news}")
            if content is not None:
                self._take(content)
            self._look_at_certificate()

    def _look_at_certificate(self) -> None:
        """Hands a renewed certificate on; says what is wrong with one that can't serve."""
        now = time.monotonic()
        try:
            if not self._certificate.renewed(now):
                return
        except BadCertificate as error:
            self._console.error(f"{error} The one before goes on serving.")
            return
        self._console.info("the certificate was renewed")
        self._asked_at = now
        self._hand_on(self._config)

    def _reload_file(self) -> None:
        try:
            self._take(self._path.read_bytes())
        except OSError as error:
            self._console.error(f"{self._path}: {error.strerror}; nothing changed")

    def _take(self, content: bytes) -> None:
        """Hands the config on if it is valid; else says all that is wrong, and changes nothing."""
        self._asked_at = time.monotonic()
        try:
            config = parse(content.decode(), self._path)
            plan = Plan(self._generation + 1, config, Counters(), self._plan)
            self._certificate.act_by(config.proxy.tls)
        except (StranglerError, UnicodeDecodeError) as error:
            self._reloads["failed"] += 1
            self._announcement.refuses(digest(content))
            self._console.error(f"{self._path.name} is invalid; nothing changed\n{error}")
            return
        except Exception as error:  # a fault of ours must not end the supervisor
            self._reloads["failed"] += 1
            self._announcement.refuses(digest(content))
            self._console.error(f"{self._path.name} can't be loaded; nothing changed: {type(error).__name__}: {error}")
            return
        self._digest = digest(content)
        fixed = [name for name in _AT_START_ONLY if getattr(config.proxy, name) != getattr(self._config.proxy, name)]
        if (config.proxy.tls is None) != (self._config.proxy.tls is None):
            fixed.append("tls")
        self._reloads["ok"] += 1
        if fixed:
            self._console.warning(f"[proxy] {', '.join(fixed)}: takes effect at the next start")
        self._plan, self._config = plan, config
        self._hand_on(config)

    def _hand_on(self, config: Config) -> None:
        self._generation += 1
        self._encoded = encode(Configure(self._generation, config, self._certificate.pem))
        self._without_certificate = encode(Configure(self._generation, config))
        self._active.clear()
        self._all_active.clear()
        for worker in self._workers:
            if worker.channel is not None:
                worker.channel.send_encoded(self._encoded)
        for child in self._in_background:
            if child.channel is not None:
                child.channel.send_encoded(self._without_certificate)

    # counters

    async def _start_status(self) -> str | None:
        """Listens for those who measure, before a worker serves the first user; where, or None."""
        listen = self._config.proxy.metrics_listen
        if listen is None:
            return None
        host, port = split_address(listen)
        try:
            port = await self._status.start(host, port)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "another program listens there" if taken else error.strerror or error
            self._console.warning(f"no metrics: {listen}: {why}; users are served all the same")
            return None
        return f"http://{host}:{port}/metrics"

    async def _health_page(self) -> tuple[int, str, bytes]:
        serving = sum(worker.ready for worker in self._workers)
        return (200 if serving else 503), "text/plain", f"{serving} of {len(self._workers)} workers serve\n".encode()

    async def _metrics_page(self) -> tuple[int, str, bytes]:
        total = await self._census.count(self._children)
        facts = SupervisorFacts(
            generation=self._generation,
            reloads_ok=self._reloads["ok"],
            reloads_failed=self._reloads["failed"],
            workers=sum(worker.ready for worker in self._workers),
            restarts=sum(max(worker.starts - 1, 0) for worker in self._workers),
            certificate_ends=self._certificate.ends,
        )
        return 200, "text/plain; version=0.0.4; charset=utf-8", render(total, facts)

    async def _report_to(self, child: Child, number: int) -> None:
        """Tells a process what all the others have counted; one that hangs holds it up for no longer than a scrape."""
        total = await self._census.count(one for one in self._children if one is not child)
        if child.channel is not None:
            child.channel.send(Counted(number, total))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _all_gone(children: list[Child]) -> None:
    for child in children:
        await child.gone.wait()
