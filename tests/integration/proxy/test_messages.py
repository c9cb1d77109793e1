"""Requests and answers cross the proxy as the standard has them."""

import asyncio
import json
import time

import pytest
from proxy_harness import answering, await_true, config, plain


def test_a_request_reaches_the_monolith_with_what_django_needs_to_know(scripted, proxied):
    monolith = scripted(answering(plain(b"hello")))
    proxy = proxied(config(monolith.url))
    answer = proxy.get(
        "/a?b=c",
        "X-Forwarded-For: 6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\nConnection: x-forwarded-for, x-gone\r\nX-Gone: 1\r\n",
    )
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.header("x-strangler") == "backend=monolith; stage=monolith; why=no-route"
    head = monolith.heads[0].decode()
    assert head.startswith("GET /a?b=c HTTP/1.1\r\nHost: shop.test\r\n")
    assert "X-Forwarded-For: 127.0.0.1\r\n" in head
    assert "X-Forwarded-Host: shop.test\r\n" in head
    assert "X-Request-ID: " in head
    assert "traceparent: 00-" in head
    assert "6.6.6.6" not in head
    assert "gone" not in head.lower()


def test_a_trusted_proxy_is_believed_and_added_to_the_chain(scripted, proxied):
    monolith = scripted(answering(plain(b"")))
    proxy = proxied(config(monolith.url, proxy='trusted_proxies = ["127.0.0.0/8"]'))
    proxy.get("/", "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n")
    head = monolith.heads[0].decode()
    assert "X-Forwarded-For: 203.0.113.7, 127.0.0.1\r\n" in head
    assert "X-Forwarded-Proto: https\r\n" in head
    assert "X-Real-IP: 203.0.113.7\r\n" in head


def test_the_answer_header_can_be_turned_off(scripted, proxied):
    monolith = scripted(answering(plain(b"")))
    proxy = proxied(config(monolith.url, proxy="answer_header = false"))
    assert proxy.get("/").header("x-strangler") is None


def test_connections_are_kept_on_both_sides(scripted, proxied):
    monolith = scripted(answering(plain(b"x")))
    proxy = proxied(config(monolith.url))
    with proxy.client() as client:
        assert [client.get("/").status for _ in range(20)] == [200] * 20
    assert monolith.connections == 1


def test_pipelined_requests_are_answered_in_order(scripted, proxied):
    async def serve(reader, writer, backend):
        while True:
            head = await backend.read_head(reader)
            target = head.split()[1]
            await asyncio.sleep(0.05 if target == b"/0" else 0)
            writer.write(plain(target))

    monolith = scripted(serve)
    proxy = proxied(config(monolith.url))
    with proxy.client() as client:
        client.send(b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(5)))
        assert [client.answer().body for _ in range(5)] == [b"/0", b"/1", b"/2", b"/3", b"/4"]


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
        ("HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", b'HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\nETag: "a"\r\n\r\n'),
    ],
)
def test_an_answer_without_a_body_does_not_make_the_client_wait_for_one(scripted, proxied, method, answer):
    proxy = proxied(config(scripted(answering(answer)).url))
    with proxy.client() as client:
        for _ in range(3):
            got = client.get("/", method=method)
            assert got.status == int(answer.split()[1])
    if b"Content-Length" in answer:
        assert got.header("content-length") == "1000"


def test_a_body_that_ends_with_the_connection_reaches_the_client_in_chunks(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nthe whole")
        await writer.drain()

    proxy = proxied(config(scripted(serve).url))
    with proxy.client() as client:
        for _ in range(2):
            answer = client.get("/")
            assert (answer.body, answer.whole, answer.header("transfer-encoding")) == (b"the whole", True, "chunked")


def test_an_http_1_0_client_gets_a_body_without_chunks_and_may_keep_the_connection(scripted, proxied):
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
    monolith = scripted(answering(chunked))
    proxy = proxied(config(monolith.url))
    with proxy.client() as client:
        answer = client.send(b"GET / HTTP/1.0\r\n\r\n").answer()
        assert (answer.body, answer.header("transfer-encoding")) == (b"body", None)
    assert b"Host: 127.0.0.1:" in monolith.heads[0]


def test_an_http_1_0_client_that_asks_for_it_keeps_its_connection(scripted, proxied):
    proxy = proxied(config(scripted(answering(plain(b"x"))).url))
    with proxy.client() as client:
        for _ in range(3):
            answer = client.send(b"GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n").answer()
            assert answer.header("connection") == "keep-alive"


def test_chunks_cross_both_ways_with_their_trailers(scripted, proxied):
    got = []

    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        got.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-Sum: 2\r\n\r\n")
        await writer.drain()

    proxy = proxied(config(scripted(serve).url))
    with proxy.client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.send(b"5\r\nhello\r\n0\r\nX-Sum: 1\r\nContent-Length: 7\r\n\r\n")
        answer = client.answer()
    assert got == [b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"]
    assert (answer.body, answer.trailers) == (b"abc", b"X-Sum: 2\r\n")


def test_a_client_that_expects_100_gets_it_from_the_backend_before_it_sends(scripted, proxied):
    async def serve(reader, writer, backend):
        head = await backend.read_head(reader)
        assert b"Expect: 100-continue" in head
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(4)
        writer.write(plain(body))
        await writer.drain()

    proxy = proxied(config(scripted(serve).url))
    with proxy.client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        assert client.head().status == 100
        assert client.send(b"body").answer().body == b"body"


def test_an_answer_before_the_end_of_the_upload_arrives_and_ends_the_connection(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(plain(b"too large", "413 Content Too Large"))
        await writer.drain()
        await asyncio.sleep(1)

    proxy = proxied(config(scripted(serve).url))
    with proxy.client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1000)
        answer = client.answer()
        assert (answer.status, answer.body, answer.header("connection")) == (413, b"too large", "close")
        assert client.at_end()


def test_early_hints_are_passed_on(scripted, proxied):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    proxy = proxied(config(scripted(answering(hints + plain(b"x"))).url))
    with proxy.client() as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        interim = client.head()
        assert (interim.status, interim.header("link")) == (103, "</a.css>")
        assert client.answer().body == b"x"


def test_a_websocket_is_a_tunnel_of_bytes(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst")
        while data := await reader.read(100):
            writer.write(data.upper())

    monolith = scripted(serve)
    proxy = proxied(config(monolith.url))
    with proxy.client() as client:
        client.send(b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        assert client.head().status == 101
        assert client.read(5) == b"first"
        client.send(b"\x81\x05hello")
        assert client.read(7) == b"\x81\x05HELLO"
    assert b"Connection: Upgrade\r\nUpgrade: websocket\r\n" in monolith.heads[0]


def test_no_other_upgrade_gets_past_the_routes(scripted, proxied):
    monolith = scripted(answering(plain(b"")))
    proxy = proxied(config(monolith.url))
    assert proxy.get("/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n").status == 200
    assert b"pgrade" not in monolith.heads[0]
    assert b"HTTP2" not in monolith.heads[0]


def test_the_access_log_has_one_line_of_json_a_request(scripted, proxied, tmp_path):
    proxy = proxied(config(scripted(answering(plain(b"12345"))).url))
    proxy.get('/a"b?c=%22', "X-Request-ID: abc-1\r\n")
    with proxy.client() as client:
        client.send(b"nonsense\r\n\r\n").answer()
    proxy.stop()
    lines = [json.loads(line) for line in (tmp_path / "access.log").read_text().splitlines()]
    assert [line["status"] for line in lines] == [200, 400]
    first = lines[0]
    assert (first["path"], first["bytes"], first["request_id"]) == ('/a"b?c=%22', 5, "abc-1")
    assert (first["backend"], first["why"], first["client"]) == ("monolith", "no-route", "127.0.0.1")


def test_an_answer_without_a_date_gets_one_and_one_with_it_keeps_it(scripted, proxied):
    monolith = scripted(answering(plain(b"x")))
    proxy = proxied(config(monolith.url))
    assert proxy.get("/").header("date").endswith(" GMT")
    dated = scripted(answering(plain(b"x", extra=b"date: yesterday\r\n")))
    proxy.save(config(dated.url))
    await_true(lambda: proxy.get("/").header("date") == "yesterday")


def test_an_answer_without_content_is_not_framed(scripted, proxied):
    monolith = scripted(answering(b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"))
    with proxied(config(monolith.url)).client() as client:
        for _ in range(2):
            answer = client.get("/", method="DELETE")
            assert (answer.status, answer.header("transfer-encoding")) == (204, None)


def test_options_that_may_go_no_further_is_answered_by_the_proxy(scripted, proxied):
    monolith = scripted(answering(plain(b"x")))
    proxy = proxied(config(monolith.url))
    with proxy.client() as client:
        own = client.get("/", "Max-Forwards: 0\r\n", method="OPTIONS")
        assert (own.status, "OPTIONS" in own.header("allow")) == (204, True)
        assert client.get("/", "Max-Forwards: 1\r\n", method="OPTIONS").status == 200
    assert [b"Max-Forwards: 0\r\n" in head for head in monolith.heads] == [True]


def test_a_refused_head_request_gets_no_content(scripted, proxied):
    monolith = scripted(answering(plain(b"x")))
    with proxied(config(monolith.url)).client() as client:
        client.send(b"HEAD / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n")
        assert client.answer("HEAD").status == 400
        assert client.at_end()


def test_a_chunked_body_that_is_there_as_a_whole_goes_with_its_length(scripted, proxied):
    monolith = scripted(answering(plain(b"x")))
    with proxied(config(monolith.url)).client() as client:
        for trailers in ("", "X-Sum: 1\r\n"):
            head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            client.send(f"{head}5\r\nhello\r\n0\r\n{trailers}\r\n".encode())
            assert client.answer().status == 200
    assert b"Content-Length: 5\r\n" in monolith.heads[0]
    assert b"Transfer-Encoding: chunked\r\n" in monolith.heads[1]


def test_a_backend_that_leaves_chunks_unread_harms_no_other_request(scripted, proxied):
    async def serve(reader, writer, backend):
        chunked = b"chunked" in await backend.read_head(reader)
        await asyncio.sleep(0.5 if chunked else 0)
        writer.write(plain(b"x"))
        if chunked:
            await reader.readline()
            writer.write(b"HTTP/1.1 400 Not Yours\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    monolith = scripted(serve)
    with proxied(config(monolith.url)).client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        time.sleep(0.2)
        client.send(b"0\r\n\r\n")
        assert client.answer().status == 200
        assert client.get("/").status == 200
    assert monolith.connections == 2


def test_trailers_of_an_empty_chunked_body_arrive(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        writer.write(plain(await reader.readuntil(b"\r\n\r\n")))
        await reader.read()

    monolith = scripted(serve)
    with proxied(config(monolith.url)).client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 1\r\n\r\n")
        assert client.answer().body == b"0\r\nX-Sum: 1\r\n\r\n"
