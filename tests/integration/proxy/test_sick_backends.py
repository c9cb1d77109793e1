"""A sick URL is left out, a dead service costs its users nothing, and what comes back is asked again."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from load import Load
from proxy_harness import answering, await_true, backend, config, free_port, plain, route

SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = sys.argv[2].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@contextmanager
def server(port: int, body: str):
    """A backend in a process of its own, which can really be killed."""
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), body])
    try:
        await_true(lambda: answers(port), 10, "the backend")
        yield process
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def black_hole():
    """A URL that takes no connection and refuses none: the accept queue is full."""
    with socket.socket() as sock, socket.socket() as first, socket.socket() as second:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        first.connect(sock.getsockname())
        second.setblocking(False)
        second.connect_ex(sock.getsockname())
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


def test_of_two_urls_one_can_be_killed_under_load_and_no_user_notices(proxied):
    one, two = free_port(), free_port()
    with server(one, "1") as victim, server(two, "2"):
        proxy = proxied(config([f"http://127.0.0.1:{one}", f"http://127.0.0.1:{two}"], workers=2))
        load = Load(proxy.address, "/", 4)
        thread = threading.Thread(target=load.run)
        thread.start()
        time.sleep(0.5)
        os.kill(victim.pid, signal.SIGKILL)
        time.sleep(1.0)
        load.stop()
        thread.join(10)
    assert load.count > 100
    assert load.failures == []
    proxy.await_said(rf"monolith http://127.0.0.1:{one} is left out for 1\.\d s: unreachable")
    assert proxy.metric('strangler_ejections_total{backend="monolith"') >= 1


def test_a_dead_service_costs_a_connect_timeout_a_few_times_and_nothing_from_then_on(scripted, proxied):
    monolith = scripted(answering(plain(b"monolith")))
    with black_hole() as url:
        catalog = backend("catalog", url) + "\nconnect_timeout_ms = 150\neject_after = 3\neject_ms = 30000"
        proxy = proxied(config(monolith.url, catalog, route("p", "/p/", "service")))
        took = []
        for _ in range(8):
            started = time.monotonic()
            answer = proxy.get("/p/")
            took.append(time.monotonic() - started)
            assert (answer.status, answer.body) == (200, b"monolith")
            assert answer.header("x-strangler").endswith("why=fallback")
    assert min(took[:3]) > 0.15
    assert max(took[3:]) < 0.1
    assert proxy.metric('strangler_fallbacks_total{reason="ejected",route="p"}') == 5
    assert proxy.metric('strangler_ejections_total{backend="catalog",reason="timeout"}') == 1
    assert proxy.metric('strangler_left_out_urls{backend="catalog"}') == 1


def test_who_has_nobody_else_to_ask_asks_a_sick_service_all_the_same(scripted, proxied):
    monolith = scripted(answering(plain(b"monolith")))
    catalog = scripted(answering(plain(b"oops", "503 Service Unavailable")))
    entry = backend("catalog", catalog.url) + "\neject_after = 2\neject_ms = 30000"
    proxy = proxied(
        config(monolith.url, entry, route("p", "/p/", "service"), route("r", "/r/", "retired")),
    )
    assert [proxy.get("/p/").body for _ in range(4)] == [b"monolith"] * 4
    assert len(catalog.heads) == 2
    assert proxy.get("/r/").status == 503
    with proxy.client() as client:
        client.send(b"POST /p/ HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
        assert client.answer().status == 503
    assert len(catalog.heads) == 4


def test_a_service_that_breaks_every_answer_midway_is_left_out(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(plain(b"0123456789")[:-3])
        await writer.drain()

    monolith, catalog = scripted(answering(plain(b"monolith"))), scripted(serve)
    entry = backend("catalog", catalog.url) + "\neject_after = 3\neject_ms = 30000"
    proxy = proxied(config(monolith.url, entry, route("p", "/p/", "service")))
    assert [proxy.get("/p/").whole for _ in range(3)] == [False] * 3
    assert [proxy.get("/p/").body for _ in range(3)] == [b"monolith"] * 3
    assert proxy.metric('strangler_ejections_total{backend="catalog",reason="broke-midway"}') == 1


def test_the_log_says_what_failed_where_someone_else_answered(scripted, proxied, tmp_path):
    monolith = scripted(answering(plain(b"monolith")))
    entry = backend("catalog", f"http://127.0.0.1:{free_port()}")
    proxy = proxied(config(monolith.url, entry, route("p", "/p/", "service"), route("r", "/r/", "retired")))
    assert [proxy.get(path).status for path in ("/p/", "/r/", "/")] == [200, 502, 200]
    log = tmp_path / "access.log"
    await_true(lambda: log.read_text().count("\n") == 3)
    failures = [json.loads(line).get("failure") for line in log.read_text().splitlines()]
    assert failures == ["unreachable", "unreachable", None]


def test_the_last_url_of_the_monolith_is_never_left_out(scripted, proxied):
    sick = scripted(answering(plain(b"oops", "500 Internal Server Error")))
    proxy = proxied(config([sick.url], proxy=""))
    assert [proxy.get("/").status for _ in range(12)] == [500] * 12
    assert len(sick.heads) == 12
    assert proxy.metric("strangler_ejections_total") == 0


def test_a_url_that_comes_back_is_tried_by_one_request_and_asked_again(scripted, proxied):
    well = threading.Event()

    async def serve(reader, writer, backend):
        while True:
            await backend.read_head(reader)
            writer.write(plain(b"back") if well.is_set() else plain(b"", "500 Internal Server Error"))

    monolith, catalog = scripted(answering(plain(b"monolith"))), scripted(serve)
    entry = backend("catalog", catalog.url) + "\neject_after = 2\neject_ms = 300"
    proxy = proxied(config(monolith.url, entry, route("p", "/p/", "service")))
    assert [proxy.get("/p/").body for _ in range(5)] == [b"monolith"] * 5
    well.set()
    assert len(catalog.heads) == 2
    await_true(lambda: proxy.get("/p/").body == b"back", 3, "the service")
    assert [proxy.get("/p/").body for _ in range(5)] == [b"back"] * 5
    proxy.await_said("is asked again")


def test_health_checks_find_a_dead_service_before_a_user_does(scripted, proxied):
    monolith = scripted(answering(plain(b"monolith")))
    port = free_port()
    entry = backend("catalog", f"http://127.0.0.1:{port}")
    entry += '\nhealth = "/healthz"\nhealth_interval_ms = 100\neject_ms = 100'
    proxy = proxied(config(monolith.url, entry, route("p", "/p/", "service")))
    proxy.await_said(r"is left out for 0\.1 s, then until its health check succeeds: health-check-unreachable")
    assert proxy.get("/p/").body == b"monolith"
    assert proxy.metric('strangler_backend_failures_total{backend="catalog",reason="ejected"}') == 1
    with server(port, "service"):
        proxy.await_said("is asked again", 5)
        assert proxy.get("/p/").body == b"service"


@pytest.mark.parametrize("status", ["404 Not Found", "301 Moved", "503 Service Unavailable"])
def test_a_health_check_is_a_plain_request_and_only_2xx_is_well(scripted, proxied, status):
    async def serve(reader, writer, backend):
        head = await backend.read_head(reader)
        writer.write(plain(b"", status if b"GET /healthz " in head else "200 OK"))

    catalog = scripted(serve)
    entry = backend("catalog", catalog.url) + '\nhealth = "/healthz?deep=1"\nhealth_interval_ms = 100'
    serve_ok = answering(plain(b"monolith"))
    proxy = proxied(config(scripted(serve_ok).url, entry.replace("?deep=1", ""), route("p", "/p/", "service")))
    proxy.await_said(rf"health-check-{status[:3]}")
    assert catalog.heads[0].startswith(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:")
    assert proxy.get("/p/").body == b"monolith"


def test_more_requests_than_connections_wait_and_then_are_told_or_fall_back(scripted, proxied):
    release = threading.Event()

    async def serve(reader, writer, backend):
        while True:
            await backend.read_head(reader)
            await asyncio.to_thread(release.wait, 10)
            writer.write(plain(b"service"))

    monolith, catalog = scripted(answering(plain(b"monolith"))), scripted(serve)
    entry = backend("catalog", catalog.url, 20_000) + "\nmax_connections = 2"
    proxy = proxied(
        config(monolith.url, entry, route("p", "/p/", "service"), route("r", "/r/", "retired")),
    )
    with proxy.client() as one, proxy.client() as two, proxy.client() as third:
        for client in (one, two):
            client.send(b"GET /r/ HTTP/1.1\r\nHost: a\r\n\r\n")
        await_true(lambda: len(catalog.heads) == 2)
        started = time.monotonic()
        refused = proxy.get("/r/")
        assert (refused.status, refused.header("retry-after")) == (503, "1")
        assert 0.9 < time.monotonic() - started < 2
        assert proxy.get("/p/").body == b"monolith"
        third.send(b"GET /r/ HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.2)
        release.set()
        assert [client.answer().body for client in (one, two, third)] == [b"service"] * 3
    assert catalog.connections == 2
    assert proxy.metric('strangler_backend_failures_total{backend="catalog",reason="busy"}') == 2


def test_a_client_that_leaves_the_queue_takes_no_place(scripted, proxied):
    release = threading.Event()

    async def serve(reader, writer, backend):
        while True:
            await backend.read_head(reader)
            await asyncio.to_thread(release.wait, 10)
            writer.write(plain(b"x"))

    monolith = scripted(serve)
    toml = config(monolith.url).replace("timeout_ms = 1000", "timeout_ms = 20000\nmax_connections = 1")
    proxy = proxied(toml)
    with proxy.client() as one:
        one.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await_true(lambda: monolith.heads)
        with proxy.client() as impatient:
            impatient.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
            time.sleep(0.1)
        with proxy.client() as patient:
            patient.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            time.sleep(0.1)
            release.set()
            assert one.answer().body == b"x"
            assert patient.answer().body == b"x"
    assert monolith.connections == 1
