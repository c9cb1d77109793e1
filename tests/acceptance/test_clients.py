"""Clients that nobody of us wrote, through the proxy, plain and over TLS: websockets, requests, curl, Chromium."""

import asyncio
import functools
import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import trustme
from client_app import BLOCK
from playwright.sync_api import expect
from proxy_harness import RunningProxy, await_true, backend, config, free_port, resident_kib, route, running_proxy
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK, InvalidStatus

from tests.acceptance.browser import browser_page, watch_faults

MIB = 1024 * 1024
LARGE_MIB = int(os.environ.get("STRANGLER_UPLOAD_MIB", "256"))
"""MiB of a large upload; the long run is 2048."""

GROWTH_KIB = 16 * 1024
"""KiB by which a worker may grow while a large body passes."""

CROWD = 100
SUPPORT = Path(__file__).parents[1] / "support"


class Program:
    """A backend in a process of its own, on one port for all its lives."""

    def __init__(self, *command: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [word.format(port=self.port) for word in command]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        env = os.environ | {"PYTHONPATH": str(SUPPORT)}
        self.process = subprocess.Popen([sys.executable, *self._command], env=env, stdout=subprocess.DEVNULL)
        await_true(self._listens, 20, "a backend that listens")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def _listens(self) -> bool:
        wanted = f"0100007F:{self.port:04X} 00000000:0000 0A"
        return wanted in Path("/proc/net/tcp").read_text()


@dataclass(frozen=True, slots=True)
class Front:
    """A running proxy before the application and the WebSocket server, as clients see it."""

    proxy: RunningProxy
    sockets: Program
    scheme: str
    root: Path

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.proxy.address[1]}"

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/ws/"

    @property
    def tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=str(self.root)) if self.scheme == "https" else None

    @contextmanager
    def session(self) -> Iterator[requests.Session]:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self.root)
            yield session

    def curl(self, *arguments: str, data: bytes | None = None) -> str:
        program = shutil.which("curl")
        assert program, "no curl found; tests/stack/install.sh installs it on Debian"
        said = subprocess.run(
            [program, "-sS", "--noproxy", "*", "--cacert", self.root, *arguments],
            input=data,
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert said.returncode == 0, said.stderr.decode()
        return said.stdout.decode()

    def connect(self) -> connect:
        return connect(self.socket_url, ssl=self.tls, max_size=8 * MIB, proxy=None, open_timeout=60)


def in_loop(test: Callable[..., Coroutine[None, None, None]]) -> Callable[..., None]:
    """Runs an async test. The synchronous client of `websockets` would spare it, but reads and writes one TLS object in
    two threads, and loses a handshake in some hundreds on a busy machine, without any proxy."""

    @functools.wraps(test)
    def run(*args: object, **kwargs: object) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@pytest.fixture(scope="module", params=["http", "https"])
def front(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    directory = tmp_path_factory.mktemp(request.param)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(directory / "root.pem")
    tls = ""
    if request.param == "https":
        issued = authority.issue_cert("localhost")
        issued.private_key_pem.write_to_path(directory / "key.pem")
        (directory / "chain.pem").write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
        tls = '[proxy.tls]\ncertificate = "chain.pem"\nkey = "key.pem"\n'
    app = Program("-m", "uvicorn", "client_app:app", "--port", "{port}", "--log-level", "warning", "--lifespan", "off")
    sockets = Program(str(SUPPORT / "websocket_server.py"), "{port}")
    toml = config(app.url, tls, backend("sockets", sockets.url), route("ws", "/ws/", "retired", "sockets"))
    try:
        app.start()
        sockets.start()
        with running_proxy(directory, toml.replace("timeout_ms = 1000", "timeout_ms = 60000")) as proxy:
            yield Front(proxy, sockets, request.param, directory / "root.pem")
    finally:
        app.kill()
        sockets.kill()


# WebSocket, by the library `websockets` on both sides


MESSAGES: dict[str, str | bytes] = {
    "empty text": "",
    "text": "gr\u00fc\u00dfe",
    "1 MiB of text": "x" * MIB,
    "empty binary": b"",
    "binary": bytes(range(256)),
    "1 MiB of binary": os.urandom(MIB),
}


@pytest.mark.parametrize("kind", MESSAGES)
@in_loop
async def test_a_message_comes_back_as_it_was_sent(front, kind):
    message = MESSAGES[kind]
    async with asyncio.timeout(60), front.connect() as client:
        for _ in range(3):
            await client.send(message)
            assert await client.recv() == message
        await client.send(iter((message[:1], message[1:])))  # in two fragments
        assert await client.recv() == message


@in_loop
async def test_pings_are_answered_from_end_to_end(front):
    async with asyncio.timeout(60), front.connect() as client:
        await (await client.ping(b"hello?"))
        await client.send("ping me")
        assert await client.recv() == "you are"


@in_loop
async def test_close_codes_and_reasons_arrive_at_the_other_end(front):
    async with asyncio.timeout(60), front.connect() as client:
        await client.send("close 4321 that is enough")
        with pytest.raises(ConnectionClosedError):
            await client.recv()
        assert (client.close_code, client.close_reason) == (4321, "that is enough")
    async with asyncio.timeout(60), front.connect() as client:
        await client.send("close 1000 done")
        with pytest.raises(ConnectionClosedOK):
            await client.recv()
    async with asyncio.timeout(60), front.connect() as client:
        await client.close(4000, "mine")
        assert (client.close_code, client.close_reason) == (4000, "mine"), "the server's echo of it"


async def crowd_of(front: Front, killed: asyncio.Event, everybody_in: asyncio.Event) -> list[str]:
    """What each of many clients saw: `code` of the end of its connection after all its messages came back."""
    inside = 0

    async def one(number: int) -> str:
        nonlocal inside
        async with front.connect() as client:
            for turn in range(5):
                await client.send(f"{number} {turn}")
                if await client.recv() != f"{number} {turn}":
                    return "mixed up"
            inside += 1
            if inside == CROWD:
                everybody_in.set()
            await killed.wait()
            try:
                await client.recv()
            except ConnectionClosed:
                return str(client.close_code)
            return "went on"

    return await asyncio.gather(*(one(number) for number in range(CROWD)))


async def echoed(front: Front, message: str) -> str | bytes:
    """What the server sends back."""
    async with asyncio.timeout(60), front.connect() as client:
        await client.send(message)
        return await client.recv()


def test_a_hundred_connections_at_once_are_told_when_their_server_is_killed(front):
    async def run() -> tuple[list[str], float]:
        killed, everybody_in = asyncio.Event(), asyncio.Event()
        crowd = asyncio.create_task(crowd_of(front, killed, everybody_in))
        await asyncio.wait({crowd, asyncio.create_task(everybody_in.wait())}, return_when=asyncio.FIRST_COMPLETED)
        assert not crowd.done(), crowd.result()
        assert front.proxy.metric("strangler_open_connections") >= CROWD
        front.sockets.kill()
        at = time.monotonic()
        killed.set()
        return await crowd, time.monotonic() - at

    try:
        saw, seconds = asyncio.run(run())
    finally:
        front.sockets.kill()
        front.sockets.start()
    assert saw == ["1006"] * CROWD, "a connection that broke, not one that was closed"
    assert seconds < 10
    await_true(lambda: front.proxy.metric("strangler_open_connections") == 0, 10, "the end of all connections")

    seen: list[int] = []

    def is_back() -> bool:
        try:
            return asyncio.run(echoed(front, "again")) == "again"
        except InvalidStatus as error:
            seen.append(error.response.status_code)
            return False

    await_true(is_back, 10, "the server's new life")
    assert set(seen) <= {502}


# server-sent events


def test_an_event_is_seen_before_the_next_one_is_sent(front):
    with front.session() as session, session.get(f"{front.url}/events?name=r", stream=True, timeout=10) as answer:
        lines = answer.iter_lines()
        assert next(lines) == b"data: r 1"
        with front.session() as other:
            assert other.post(f"{front.url}/seen?name=r", timeout=10).ok
        assert [line for line in lines if line] == [b"data: r 2"]


# large bodies


@contextmanager
def watched_memory(proxy: RunningProxy) -> Iterator[list[int]]:
    """Fills a list with the KiB that the worker holds, from before the block to its end."""
    (worker,) = proxy.workers()
    seen = [resident_kib(worker)]
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            seen.append(resident_kib(worker))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def large_size(front: Front) -> int:
    """Blocks of a large body; a quarter over TLS, which costs the test's own client most."""
    return LARGE_MIB * MIB // len(BLOCK) // (4 if front.scheme == "https" else 1)


def digest_of(blocks: int) -> str:
    digest = hashlib.sha256()
    for _ in range(blocks):
        digest.update(BLOCK)
    return digest.hexdigest()


@pytest.mark.parametrize("framing", ["chunked", "length"])
def test_a_large_upload_arrives_whole_and_grows_no_worker(front, framing):
    blocks = large_size(front)
    sent = (BLOCK for _ in range(blocks))
    headers = {"Content-Length": str(blocks * len(BLOCK))} if framing == "length" else {}
    with front.session() as session, watched_memory(front.proxy) as kib:
        request = session.prepare_request(requests.Request("POST", f"{front.url}/upload", data=sent))
        if headers:
            del request.headers["Transfer-Encoding"]
            request.headers.update(headers)
        answer = session.send(request, timeout=600)
    assert answer.json() == {"bytes": blocks * len(BLOCK), "sha256": digest_of(blocks)}
    assert max(kib) - kib[0] < GROWTH_KIB
    print(f"{front.scheme} {framing}: {blocks * len(BLOCK) // MIB} MiB up, {max(kib) - kib[0]} KiB more at most")


def test_a_large_download_arrives_whole_and_grows_no_worker(front):
    blocks = large_size(front)
    digest = hashlib.sha256()
    url = f"{front.url}/download?blocks={blocks}"
    with (
        front.session() as session,
        watched_memory(front.proxy) as kib,
        session.get(url, stream=True, timeout=600) as answer,
    ):
        for piece in answer.iter_content(MIB):
            digest.update(piece)
    assert digest.hexdigest() == digest_of(blocks)
    assert max(kib) - kib[0] < GROWTH_KIB
    print(f"{front.scheme}: {blocks * len(BLOCK) // MIB} MiB down, {max(kib) - kib[0]} KiB more at most")


# requests, curl, Chromium


def test_requests_follows_redirects_with_its_cookies(front):
    with front.session() as session:
        answer = session.get(f"{front.url}/moved", timeout=10)
    assert [one.status_code for one in answer.history] == [302]
    assert answer.json() == {"scheme": front.scheme, "cookie": "was=here"}


BODY = BLOCK * 32
CURLS = {
    "waits for 100-continue": ("-H", "Expect: 100-continue", "--data-binary", "@-"),
    "sends chunks": ("-X", "POST", "-T", "-"),
    "speaks HTTP/1.0": ("--http1.0", "--data-binary", "@-"),
}


@pytest.mark.parametrize("how", CURLS)
def test_curl_uploads(front, how):
    said = front.curl(*CURLS[how], f"{front.url}/upload", data=BODY)
    assert json.loads(said) == {"bytes": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}


def test_curl_keeps_its_connection_and_reads_heads_and_bodies(front):
    url = f"{front.url}/download?blocks=8"
    write_out = "%{http_code} %{size_download} %{num_connects}\n"
    said = front.curl("-o", os.devnull, "-o", os.devnull, "-w", write_out, url, url)
    assert said.splitlines() == [f"200 {8 * len(BLOCK)} 1", f"200 {8 * len(BLOCK)} 0"]
    assert f"\r\ncontent-length: {8 * len(BLOCK)}\r\n" in front.curl("-I", url).lower()


def test_a_browser_uploads_downloads_listens_and_talks(front):
    with browser_page() as first:
        browser = first.context.browser
        assert browser is not None
        page = browser.new_page(ignore_https_errors=True)
        faults = watch_faults(page)
        page.goto(front.url)
        expect(page.locator("#said")).to_contain_text("done", timeout=30_000)
        said = page.locator("#said").text_content()
        page.close()
    assert said == (
        f"upload 3000000\ndownload {64 * len(BLOCK)}\nevents 2\nsocket gr\u00fc\u00dfe\nclosed 4321 enough\ndone\n"
    )
    assert [fault for fault in faults if "favicon" not in fault] == []
