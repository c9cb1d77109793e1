"""Real parts for tests of the proxy: a backend and a client whose every byte is the test's own, and a proxy."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter, "ScriptedBackend"], Awaitable[None]]


class ScriptedBackend:
    """A server whose every byte is the test's own; `serve` is called once for each connection."""

    def __init__(self, serve: Serve, host: str = "127.0.0.1") -> None:
        self._serve = serve
        self._host = host
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self.connections = 0
        self.open = 0
        self.heads: list[bytes] = []
        """Heads of requests, appended by `read_head`."""
        self.port = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://[{self._host}]:{self.port}" if ":" in self._host else f"http://{self._host}:{self.port}"

    def __enter__(self) -> "ScriptedBackend":
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def read_head(self, reader: asyncio.StreamReader) -> bytes:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        return head

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._on_connection, self._host, 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            await self._serve(reader, writer, self)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def answering(answer: bytes) -> Serve:
    """Answers every request, after its Content-Length body, with the same bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, backend: ScriptedBackend) -> None:
        while True:
            head = await backend.read_head(reader)
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if length:
                await reader.readexactly(int(length[1]))
            writer.write(answer)
            await writer.drain()

    return serve


def plain(body: bytes, status: str = "200 OK", extra: bytes = b"") -> bytes:
    """A whole answer."""
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n%b\r\n%b" % (status.encode(), len(body), extra, body)


@dataclass
class Answer:
    """What a client got."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    trailers: bytes = b""
    whole: bool = True

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None


class RawClient:
    """A client whose every byte is the test's own."""

    def __init__(self, address: tuple[str, int], timeout: float = 10.0) -> None:
        self.sock = socket.create_connection(address, timeout=timeout)
        self._file = self.sock.makefile("rb")

    def __enter__(self) -> "RawClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.sock.close()

    def send(self, data: bytes) -> "RawClient":
        self.sock.sendall(data)
        return self

    def get(self, target: str, headers: str = "", method: str = "GET") -> Answer:
        self.send(f"{method} {target} HTTP/1.1\r\nHost: shop.test\r\n{headers}\r\n".encode())
        return self.answer(method)

    def head(self) -> Answer:
        """Reads one head, interim ones too."""
        line = self._file.readline()
        if not line:
            raise EOFError("the connection ended where a head should begin")
        headers = []
        while (field_line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = field_line.decode("latin-1").partition(":")
            headers.append((name, value.strip()))
        return Answer(int(line.split()[1]), headers)

    def answer(self, method: str = "GET") -> Answer:
        """Reads one answer; `whole` is False when it was cut."""
        answer = self.head()
        if method == "HEAD" or answer.status in (204, 304) or answer.status < 200:
            return answer
        try:
            if (answer.header("transfer-encoding") or "") == "chunked":
                self._read_chunks(answer)
            elif (length := answer.header("content-length")) is not None:
                answer.body = self._file.read(int(length))
                answer.whole = len(answer.body) == int(length)
            else:
                answer.body = self._file.read()
        except ConnectionResetError:
            answer.whole = False
        return answer

    def read(self, size: int) -> bytes:
        return self._file.read(size)

    def at_end(self) -> bool:
        """Whether the other side has ended; waits for it."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True

    def _read_chunks(self, answer: Answer) -> None:
        pieces = []
        while True:
            size = self._file.readline()
            if not size.endswith(b"\r\n"):
                answer.whole = False
                break
            if not int(size, 16):
                while (line := self._file.readline()) not in (b"\r\n", b""):
                    answer.trailers += line
                answer.whole = line == b"\r\n"
                break
            pieces.append(self._file.read(int(size, 16)))
            self._file.read(2)
        answer.body = b"".join(pieces)


@dataclass
class RunningProxy:
    """A proxy in processes of its own."""

    directory: Path
    process: subprocess.Popen[bytes]
    address: tuple[str, int] = ("", 0)
    metrics_url: str = ""
    log_path: Path = field(default_factory=Path)

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    def client(self, timeout: float = 10.0) -> RawClient:
        return RawClient(self.address, timeout)

    def get(self, target: str, headers: str = "", method: str = "GET") -> Answer:
        with self.client() as client:
            return client.get(target, headers, method)

    def save(self, toml: str) -> None:
        """Saves the config as `strangler` does: beside the file, then renamed over it."""
        new = self.directory / "strangler.toml.new"
        new.write_text(toml)
        new.rename(self.directory / "strangler.toml")

    def said(self) -> str:
        return (self.directory / "stderr").read_text()

    def await_said(self, pattern: str, seconds: float = 10.0) -> re.Match[str]:
        return await_true(lambda: re.search(pattern, self.said()), seconds, f"{pattern!r} in what the proxy says")

    def children(self, module: str) -> list[int]:
        """Process ids of the supervisor's children that run `module`."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split() if module.encode() in _command_line(pid)]

    def workers(self) -> list[int]:
        return self.children("strangler_proxy.proxy.worker")

    def metrics(self) -> str:
        with urllib.request.urlopen(self.metrics_url, timeout=5) as page:
            return page.read().decode()

    def metric(self, start: str) -> float:
        """Sum of the samples whose line begins with `start`."""
        return sum(float(line.rsplit(" ", 1)[1]) for line in self.metrics().splitlines() if line.startswith(start))

    def stop(self, seconds: float = 15.0) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def _command_line(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):  # it has ended since it was listed
        return b""


def config(monolith: str | list[str], *rest: str, proxy: str = "", workers: int = 1) -> str:
    """A config whose ports are free ones; `rest` is more of the file."""
    urls = [monolith] if isinstance(monolith, str) else monolith
    return "\n".join(
        (
            f'[proxy]\nlisten = "127.0.0.1:0"\nworkers = {workers}\nmetrics_listen = "127.0.0.1:0"',
            f'access_log = "access.log"\n{proxy}' if "access_log" not in proxy else proxy,
            f"[backends.monolith]\nurls = {urls}\ntimeout_ms = 1000",
            *rest,
        )
    )


def backend(name: str, url: str, timeout_ms: int = 1000) -> str:
    return f'[backends.{name}]\nurls = ["{url}"]\ntimeout_ms = {timeout_ms}'


def route(name: str, path: str, stage: str, service: str = "catalog", more: str = "") -> str:
    return f'[[routes]]\nname = "{name}"\npath = "{path}"\nservice = "{service}"\nstage = "{stage}"\n{more}'


@contextmanager
def running_proxy(
    directory: Path,
    toml: str,
    env: dict[str, str] | None = None,
    under: Sequence[str] = (),
    limits: str = "",
    controlled: bool = False,
) -> Iterator[RunningProxy]:
    """A proxy that serves by `toml`, ended with the block; `controlled` with the control process beside it.

    `under` is a command that runs it, such as `prlimit …`; `limits` sets some of its supervisor's limits.
    """
    path = directory / "strangler.toml"
    path.write_text(toml)
    process = start_proxy(directory, env, under, limits, ["--controlled"] if controlled else [])
    proxy = RunningProxy(directory, process)
    try:
        ready = await_true(
            lambda: re.search(r"proxy ready on https?://(\S+):(\d+)", proxy.said()) or process.poll() is not None,
            15,
            "a proxy that is ready",
        )
        assert isinstance(ready, re.Match), proxy.said()
        proxy.address = (ready[1].strip("[]"), int(ready[2]))
        found = re.search(r"metrics on (\S+)", proxy.await_said(r"metrics on \S+|no metrics")[0])
        proxy.metrics_url = found[1] if found else ""
        yield proxy
    finally:
        orphans = proxy.workers() if process.poll() is None else []
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(1.5)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGTERM)
                process.wait(5)
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def start_proxy(
    directory: Path,
    env: dict[str, str] | None = None,
    under: Sequence[str] = (),
    limits: str = "",
    more: Sequence[str] = (),
) -> "subprocess.Popen[bytes]":
    main = ["-m", "strangler_proxy.proxy"]
    if limits:
        code = "import runpy; from strangler_proxy.proxy import limits; limits.__dict__.update({})"
        main = ["-c", f"{code.format(limits)}; runpy.run_module('strangler_proxy.proxy', run_name='__main__')"]
    with (directory / "stdout").open("wb") as out, (directory / "stderr").open("wb") as err:
        return subprocess.Popen(
            [*under, sys.executable, *main, "strangler.toml", *more],
            cwd=directory,
            stdout=out,
            stderr=err,
            env=os.environ | (env or {}),
        )


def await_true(ask: Callable[[], T], seconds: float = 5.0, what: str = "it") -> T:
    """The first true answer of `ask`; fails the test when none comes in time."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.005)
    return answer


def resident_kib(pid: int) -> int:
    """KiB of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]


def free_port() -> int:
    """A port that was free a moment ago, for programs that can't tell which one they took."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
