"""A backend that fails is replaced as far as the request allows; a broken answer never looks whole."""

import asyncio
import socket
import time

import pytest
from proxy_harness import answering, await_true, backend, config, plain, route


def closed_port() -> str:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}"


async def hanging(reader, writer, backend):
    await backend.read_head(reader)
    await asyncio.sleep(30)


async def closing(reader, writer, backend):
    await backend.read_head(reader)


async def garbling(reader, writer, backend):
    await backend.read_head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx")
    await writer.drain()


FAILING = {
    "hanging": (hanging, "timeout", 504),
    "closing": (closing, "closed", 502),
    "garbling": (garbling, "broken-answer", 502),
    "server-error": (answering(plain(b"oops", "500 Internal Server Error")), "server-error", 500),
}


@pytest.mark.parametrize("kind", FAILING)
def test_a_failing_service_falls_back_to_the_monolith_for_what_is_safe(scripted, proxied, kind):
    serve, reason, status = FAILING[kind]
    monolith = scripted(answering(plain(b"monolith")))
    catalog = scripted(serve)
    proxy = proxied(config(monolith.url, backend("catalog", catalog.url, 300), route("p", "/p/<int:pk>/", "service")))
    answer = proxy.get("/p/1/")
    assert (answer.status, answer.body) == (200, b"monolith")
    assert answer.header("x-strangler") == "backend=monolith; route=p; stage=service; why=fallback"
    assert proxy.metric(f'strangler_fallbacks_total{{reason="{reason}",route="p"}}') == 1
    with proxy.client() as client:
        client.send(b"POST /p/1/ HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
        assert client.answer().status == status
    assert not any(head.startswith(b"POST") for head in monolith.heads)


def test_an_unreachable_service_falls_back_and_a_retired_route_does_not(scripted, proxied):
    monolith = scripted(answering(plain(b"monolith")))
    routes = route("p", "/p/", "service") + route("r", "/r/", "retired")
    proxy = proxied(config(monolith.url, backend("catalog", closed_port()), routes))
    assert proxy.get("/p/").body == b"monolith"
    assert proxy.get("/r/").status == 502


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/html,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/json", "application/json; charset=utf-8"),
        ("*/*", "text/plain; charset=utf-8"),
    ],
)
def test_an_unreachable_monolith_is_admitted_in_the_form_that_the_client_accepts(proxied, accept, content_type):
    proxy = proxied(config(closed_port()))
    with proxy.client() as client:
        for _ in range(2):
            answer = client.get("/", f"Accept: {accept}\r\n")
            assert (answer.status, answer.header("content-type")) == (502, content_type)
            assert b"can't be reached" in answer.body or b"can&#x27;t be reached" in answer.body


def test_a_monolith_that_does_not_answer_in_time_is_a_504(scripted, proxied):
    proxy = proxied(config(scripted(hanging).url))
    started = time.monotonic()
    assert proxy.get("/").status == 504
    assert 0.9 < time.monotonic() - started < 1.6


def test_the_next_url_is_asked_when_one_can_not_be_reached(scripted, proxied):
    monolith = scripted(answering(plain(b"ok")))
    proxy = proxied(config([closed_port(), monolith.url]))
    for _ in range(4):
        with proxy.client() as client:
            client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
            assert client.answer().status == 200


def test_urls_are_asked_in_turn(scripted, proxied):
    one, two = scripted(answering(plain(b"1"))), scripted(answering(plain(b"2")))
    proxy = proxied(config([one.url, two.url]))
    with proxy.client() as client:
        assert sorted(client.get("/").body for _ in range(10)) == [b"1"] * 5 + [b"2"] * 5


def test_a_kept_connection_that_closes_under_a_request_is_replaced_when_that_is_safe(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(plain(b"first"))
        await backend.read_head(reader)  # takes the second request, and closes without a byte

    monolith = scripted(serve)
    proxy = proxied(config(monolith.url))
    with proxy.client() as client:
        assert client.get("/").body == b"first"
        assert client.get("/").body == b"first"
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        assert client.answer().status == 502
    assert monolith.connections == 2
    assert sum(head.startswith(b"POST") for head in monolith.heads) == 1


@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n|zz\r\n",
    ],
)
@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_half_an_answer_never_looks_whole(scripted, proxied, start, version):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        for piece in start.split(b"|"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.1)

    proxy = proxied(config(scripted(serve).url))
    with proxy.client() as client:
        client.send(f"GET / HTTP/{version}\r\nHost: a\r\n\r\n".encode())
        answer = client.answer()
        assert not answer.whole
    assert '"ended":"backend-broke"' in await_true(lambda: (proxy.directory / "access.log").read_text())


def test_an_answer_that_nobody_asked_for_is_not_the_next_requests_answer(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(plain(b"asked") + plain(b"smuggled"))
        await writer.drain()
        await asyncio.sleep(5)

    monolith = scripted(serve)
    proxy = proxied(config(monolith.url))
    with proxy.client() as client:
        assert [client.get("/").body for _ in range(3)] == [b"asked"] * 3


def test_a_client_that_leaves_ends_the_backends_request(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        await reader.read()

    monolith = scripted(serve)
    proxy = proxied(config(monolith.url).replace("timeout_ms = 1000", "timeout_ms = 60000"))
    with proxy.client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        await_true(lambda: monolith.heads)
    await_true(lambda: monolith.open == 0, 1, "the end of the upload")
    with proxy.client() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await_true(lambda: len(monolith.heads) == 2)
    await_true(lambda: monolith.open == 0, 6, "the end of the request")


def test_a_client_that_ends_only_its_own_side_gets_its_answer(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        await asyncio.sleep(0.3)
        writer.write(plain(b"late"))
        await writer.drain()

    proxy = proxied(config(scripted(serve).url))
    with proxy.client() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.sock.shutdown(socket.SHUT_WR)
        assert client.answer().body == b"late"
