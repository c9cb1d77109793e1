"""Nothing is left behind by requests, whichever way they end. The long run: `LEAK_REQUESTS=100000 pytest -k leaks`."""

import asyncio
import os
import re
import time
from contextlib import suppress
from pathlib import Path

from proxy_harness import RawClient, await_true, backend, config, plain, resident_kib, route

REQUESTS = int(os.environ.get("LEAK_REQUESTS", 8_000))
BATCH = 50


async def serve(reader, writer, scripted):
    """Answers well, in chunks, with a failure, or not at all, as the path says."""
    while True:
        head = await scripted.read_head(reader)
        scripted.heads.clear()
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if length:
            await reader.readexactly(int(length[1]))
        if b"/dies" in head[:30]:
            return
        if b"/half" in head[:30]:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            await writer.drain()
            return
        if b"/chunks" in head[:30]:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        elif b"/slow" in head[:30]:
            await asyncio.sleep(0.05)
            writer.write(plain(b"late"))
        else:
            writer.write(plain(b"x" * 500))
        await writer.drain()


def ask_all(address, first):
    """`BATCH` requests that are answered, each different, and one of each way to end badly."""
    cookies = [f"Cookie: sessionid={first + number}\r\n" for number in range(BATCH)]
    with RawClient(address) as client:
        for number, cookie in enumerate(cookies):
            path = ("/", "/chunks", "/things/", f"/{first + number}")[number % 4]
            body = "Content-Length: 3\r\n\r\nabc" if number % 5 == 0 else "\r\n"
            method = "POST" if number % 5 == 0 else "GET"
            client.send(f"{method} {path} HTTP/1.1\r\nHost: shop.test\r\n{cookie}{body}".encode())
            assert client.answer().status in (200, 502)
    for path in ("/dies", "/half"):
        with RawClient(address) as client, suppress(ConnectionResetError):
            client.send(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()).read(1 << 20)
    with RawClient(address) as client:
        client.send(b"nonsense\r\n\r\n").read(1 << 20)
    for given_up in (
        b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
    ):
        with RawClient(address) as client:
            client.send(given_up)


def descriptors(pid, *backends):
    """How many the worker holds, save for connections to these backends, which its pools keep for a while."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir())) - sum(backend.open for backend in backends)


def test_no_memory_and_no_descriptor_leaks_over_many_requests(scripted, proxied):
    monolith, catalog = scripted(serve), scripted(serve)
    parts = (backend("catalog", catalog.url), route("things", "/things/", "shadow"))
    proxy = proxied(config(monolith.url, *parts))
    (worker,) = proxy.workers()
    for first in range(0, REQUESTS // 4, BATCH):
        ask_all(proxy.address, first)
    time.sleep(0.5)
    memory, before = resident_kib(worker), descriptors(worker, monolith)
    for first in range(REQUESTS // 4, REQUESTS, BATCH):
        ask_all(proxy.address, first)
    await_true(lambda: descriptors(worker, monolith) == before, 10, "the descriptors that were open before")
    assert proxy.metric("strangler_open_connections") == 0
    assert proxy.metric("strangler_faults") == 0
    assert resident_kib(worker) - memory < 4 * 1024
