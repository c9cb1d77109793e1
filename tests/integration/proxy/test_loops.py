"""A request that comes back through the proxy is known: a few times it may, a loop ends with 508."""

import asyncio
import json
import re

from proxy_harness import answering, await_true, backend, config, plain, route

HOP = re.compile(rb"\r\nX-Strangler-Hop: (\w+ \d+)\r\n")


def calling_back(turns):
    """A backend that asks the proxy for the same once more, headers copied, `turns` times before it answers itself."""

    async def serve(reader, writer, backend):
        while True:
            head = await backend.read_head(reader)
            if len(backend.heads) > turns:
                writer.write(plain(b"from the bottom"))
                continue
            inner_reader, inner_writer = await asyncio.open_connection(*backend.proxy)
            inner_writer.write(head)
            answer = await inner_reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", answer)[1])
            writer.write(answer + await inner_reader.readexactly(length))
            inner_writer.close()

    return serve


def test_a_loop_ends_after_eight_turns_with_508_and_is_counted(scripted, proxied):
    monolith = scripted(calling_back(1_000_000))
    proxy = proxied(config(monolith.url))
    monolith.proxy = proxy.address

    answer = proxy.get("/p/", "Accept: application/json\r\n")

    assert answer.status == 508
    assert "leads here again" in json.loads(answer.body)["detail"]
    assert len(monolith.heads) == 8
    assert [HOP.search(head)[1].split()[1] for head in monolith.heads] == [b"%d" % turn for turn in range(1, 9)]
    assert proxy.metric('strangler_loops_total{backend="monolith"}') == 1
    log = proxy.directory / "access.log"
    await_true(lambda: '"status":508' in log.read_text() and '"failure":"loop"' in log.read_text())


def test_a_monolith_that_calls_itself_with_copied_headers_is_served(scripted, proxied):
    monolith = scripted(calling_back(7))
    proxy = proxied(config(monolith.url))
    monolith.proxy = proxy.address

    assert proxy.get("/p/").body == b"from the bottom"
    assert len(monolith.heads) == 8


def test_a_loop_ends_for_a_request_with_a_body_too(scripted, proxied):
    monolith = scripted(calling_back(0))
    proxy = proxied(config(monolith.url))
    monolith.proxy = proxy.address
    with proxy.client() as client:
        client.get("/p/")
        token = HOP.search(monolith.heads[0])[1].split()[0].decode()
        client.send(
            b"POST /p/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nX-Strangler-Hop: %b 8\r\n\r\nabc" % token.encode()
        )
        assert client.answer("POST").status == 508
    assert len(monolith.heads) == 1


def test_marks_of_a_client_go_no_further(scripted, proxied):
    monolith = scripted(answering(plain(b"ok")))
    proxy = proxied(config(monolith.url))

    assert proxy.get("/", "X-Strangler-Hop: deadbeefdeadbeef 8\r\nX-Strangler-Shadow: 1\r\n").status == 200

    (head,) = monolith.heads
    assert b"deadbeef" not in head
    assert b"Shadow" not in head
    assert head.count(b"X-Strangler-Hop") == 1


def test_what_a_shadowed_service_asks_through_the_proxy_is_answered_marked_and_never_captured(scripted, proxied):
    monolith = scripted(answering(plain(b"ok")))
    toml = config(monolith.url, backend("catalog", monolith.url), route("p", "/p/", "shadow"))
    proxy = proxied(toml)
    with proxy.client() as client:
        assert client.get("/other/").status == 200
        own = HOP.search(monolith.heads[0])[1].decode()
        assert client.get("/p/", f"X-Strangler-Hop: {own}\r\nX-Strangler-Shadow: 1\r\n").status == 200
        assert b"\r\nX-Strangler-Shadow: 1\r\n" in monolith.heads[1]
        assert proxy.metric('strangler_captures_dropped_total{reason="loop"}') == 1
        assert client.get("/p/").status == 200  # an ordinary one is still taken, or dropped for another reason
    taken = proxy.metric("strangler_captures_total") + proxy.metric("strangler_captures_dropped_total")
    assert taken >= 1
    assert proxy.metric('strangler_captures_dropped_total{reason="loop"}') == 1


def test_the_name_for_via_changes_with_the_config_and_says_the_clients_version(scripted, proxied):
    monolith = scripted(answering(plain(b"ok")))
    proxy = proxied(config(monolith.url))
    with proxy.client() as client:
        client.get("/")
        proxy.save(config(monolith.url, proxy='via = "shop-proxy"'))
        proxy.await_said("config 2 is in force")
        client.get("/")
        client.get("/", "Via: 1.1 outer\r\n")
        client.send(b"GET / HTTP/1.0\r\nHost: x\r\n\r\n").answer()
    assert [re.findall(rb"\r\nVia: ([^\r]*)", head) for head in monolith.heads] == [
        [],
        [b"1.1 shop-proxy"],
        [b"1.1 outer", b"1.1 shop-proxy"],
        [b"1.0 shop-proxy"],
    ]
