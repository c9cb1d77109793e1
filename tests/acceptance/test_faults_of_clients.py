"""Clients that go away at every moment cost nobody else anything, and nothing is left of however many there were."""

import asyncio
import os
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from load import Load
from named_backend import NamedBackend, named_backend
from proxy_harness import (
    RunningProxy,
    ScriptedBackend,
    await_true,
    backend,
    config,
    plain,
    resident_kib,
    route,
    running_proxy,
)
from steady_load import SteadyLoad

REQUESTS = int(os.environ.get("STRANGLER_LEAK_REQUESTS", "20000"))
"""How many requests must leave nothing; the long run is 100,000."""

CLIENTS = 16
UPLOAD = 4 * 1024 * 1024
LEAVERS = 50
RECOVERY = 10.0


@pytest.fixture(scope="module")
def monolith() -> Iterator[NamedBackend]:
    with named_backend("monolith") as one:
        yield one


@pytest.fixture(scope="module")
def service() -> Iterator[NamedBackend]:
    with named_backend("service") as one:
        yield one


class Bulk(ScriptedBackend):
    """Takes uploads, and gives endless downloads; says which of them came to their end."""

    def __init__(self) -> None:
        super().__init__(lambda reader, writer, _: self._talk(reader, writer))
        self.begun = 0
        self.whole = 0

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await self.read_head(reader)
            self.begun += 1
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if length:
                await reader.readexactly(int(length[1]))
                writer.write(plain(b"taken"))
                self.whole += 1
            elif b"chunked" in head:
                while not (await reader.read(65536)).endswith(b"\r\n0\r\n\r\n"):
                    if reader.at_eof():
                        return
                self.whole += 1
            else:
                writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                while True:
                    writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
                    await writer.drain()


def closes(sock: socket.socket) -> None:
    sock.close()


def resets(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


Leave = Callable[[socket.socket], None]
START = {
    "upload": b"PUT /bulk/ HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % UPLOAD + bytes(UPLOAD // 4),
    "upload in chunks": b"PUT /bulk/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n" + bytes(65536),
    "download": b"GET /bulk/ HTTP/1.1\r\nHost: a\r\n\r\n",
}


def go_away(address: tuple[str, int], start: bytes, leave: Leave, stays_seconds: float = 0.0) -> None:
    """Begins an exchange and leaves in its middle."""
    sock = socket.create_connection(address, timeout=10)
    try:
        sock.sendall(start)
        if start.startswith(b"GET"):
            sock.recv(1000)
        time.sleep(stays_seconds)
    except ConnectionError:
        pass  # the proxy had refused it already
    finally:
        leave(sock)


@pytest.mark.parametrize("start", START)
@pytest.mark.parametrize("leave", [closes, resets])
def test_clients_that_leave_in_the_middle_end_their_own_exchange_and_no_other(tmp_path, monolith, start, leave):
    with Bulk() as bulk:
        toml = config(monolith.url, backend("bulk", bulk.url), route("bulk", "/bulk/", "retired", "bulk"))
        with running_proxy(tmp_path, toml) as proxy:
            with SteadyLoad(proxy.address) as load:
                for number in range(LEAVERS):
                    go_away(proxy.address, START[start], leave, stays_seconds=0.03 * (number % 2))
                await_true(
                    lambda: bulk.begun >= LEAVERS // 2 and not bulk.open, RECOVERY, "the end of what nobody waits for"
                )
            assert load.counted().keys() == {"200 monolith"}
            assert bulk.whole == 0, "half an upload was taken for a whole one"
            await_true(lambda: proxy.metric("strangler_open_connections") == 0, RECOVERY)
            assert proxy.metric("strangler_faults_total") == 0
            assert proxy.metric("strangler_ejections_total") == 0, "a client that leaves is no fault of the backend"


def test_nothing_is_left_of_many_requests_and_of_all_that_went_wrong_with_them(tmp_path, monolith, service):
    """Answers that are captured, that come from a service, and from the monolith, since the service broke off; clients
    that leave, send garbage, or stop in a head."""

    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one: ScriptedBackend) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if one.connections % 2:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with Bulk() as bulk, ScriptedBackend(broken) as sick:
        toml = config(
            monolith.url,
            backend("service", service.url),
            backend("bulk", bulk.url),
            backend("sick", sick.url) + "\neject_after = 0",
            route("shadowed", "/shadowed/", "shadow", "service"),
            route("served", "/served/", "service", "service"),
            route("bulk", "/bulk/", "retired", "bulk"),
            route("sick", "/sick/", "service", "sick"),
        )
        with running_proxy(tmp_path, toml) as proxy:
            spend(proxy, REQUESTS // 10)
            await_true(lambda: not bulk.open and not sick.open, RECOVERY, "the end of connections to the others")
            before = held(proxy, monolith, service)
            spend(proxy, REQUESTS)
            await_true(lambda: not bulk.open and not sick.open, RECOVERY, "the end of connections to the others")
            after = held(proxy, monolith, service)
            assert proxy.metric("strangler_faults_total") == 0
    grown = {name: after[name] - before[name] for name in before}
    print(f"{REQUESTS} requests: from {before} to {after}")
    assert after["backend connections"] <= CLIENTS + len(ABNORMAL), "more than were ever needed at a time"
    assert grown["other descriptors"] <= 0, grown
    assert grown["KiB"] < 4 * 1024, grown


ABNORMAL = (
    *START.values(),
    b"GET /sick/ HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /shadowed/ HTTP/1.1\r\nHost: a\r\n",
    b"GET /shadowed/ HTTP/1.1\r\nHost : a\r\n\r\n",
    b"\x16\x03\x01\x02\x00",
    b"POST /shadowed/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HEAD /served/ HTTP/1.1\r\nHost: a\r\n\r\n" * 20,
)


def spend(proxy: RunningProxy, requests: int) -> None:
    """Sends so many good requests, and meanwhile bad ones of every kind."""
    loads = [Load(proxy.address, f"/{path}/?n=1", CLIENTS // 2, requests // 2) for path in ("shadowed", "served")]
    threads = [threading.Thread(target=load.run) for load in loads]
    for thread in threads:
        thread.start()
    rounds = 0
    while any(thread.is_alive() for thread in threads):
        for start in ABNORMAL:
            go_away(proxy.address, start, resets if rounds % 2 else closes)
        rounds += 1
    for thread, load in zip(threads, loads, strict=True):
        thread.join()
        assert load.failures == []
    assert rounds


def held(proxy: RunningProxy, *backends: NamedBackend) -> dict[str, int]:
    """What the worker holds once it rests."""
    await_true(lambda: proxy.metric("strangler_open_connections") == 0, RECOVERY, "the end of all connections")
    (worker,) = proxy.workers()
    connections = sum(backend.connections() for backend in backends)
    return {
        "backend connections": connections,
        "other descriptors": len(os.listdir(f"/proc/{worker}/fd")) - connections,
        "KiB": resident_kib(worker),
    }
