"""What the proxy takes from its clients, and what becomes of those who want more."""

import resource
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from proxy_harness import answering, await_true, config, plain

OK = answering(plain(b"ok"))


def limits(text: str) -> str:
    return f"[proxy.limits]\n{text}"


def test_a_body_that_is_too_long_is_refused_before_a_backend_hears_of_it(scripted, proxied):
    monolith = scripted(OK)
    proxy = proxied(config(monolith.url, limits("body_bytes = 10")))
    with proxy.client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n")
        answer = client.answer()
        assert (answer.status, answer.header("connection")) == (413, "close")
        assert b"larger than 10 bytes" in answer.body
        assert client.at_end()
    assert monolith.connections == 0
    with proxy.client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789")
        assert client.answer().body == b"ok"


def test_a_body_of_untold_length_is_broken_off_when_it_is_too_long(scripted, proxied):
    async def serve(reader, writer, backend):
        await backend.read_head(reader)
        backend.heads.append(await reader.read())

    monolith = scripted(serve)
    proxy = proxied(config(monolith.url, limits("body_bytes = 10")))
    with proxy.client() as client:
        client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n")
        await_true(lambda: monolith.heads)
        client.send(b"5\r\n67890\r\n0\r\n\r\n")
        assert client.answer().status == 413
    await_true(lambda: len(monolith.heads) == 2)
    assert b"0\r\n\r\n" not in monolith.heads[1], "the backend must not take it for whole"


@pytest.mark.parametrize(
    ("text", "fits", "too_much"),
    [
        ("head_bytes = 1024", "X: " + "a" * 800, "X: " + "a" * 1100),
        ("header_count = 3", "A: 1\r\nB: 2", "A: 1\r\nB: 2\r\nC: 3"),
    ],
)
def test_a_head_beyond_the_limit_is_431(scripted, proxied, text, fits, too_much):
    proxy = proxied(config(scripted(OK).url, limits(text)))
    assert proxy.get("/", f"{fits}\r\n").status == 200
    assert proxy.get("/", f"{too_much}\r\n").status == 431


def test_slow_clients_are_let_go_by_the_configured_times_and_a_saved_change_acts(scripted, proxied):
    monolith = scripted(OK)
    toml = config(monolith.url, limits("idle_seconds = 0.3\nhead_seconds = 0.6\nprogress_seconds = 0.9"))
    proxy = proxied(toml)
    slow = {
        b"GET / HT": 0.6,
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab": 0.9,
    }
    for start, seconds in slow.items():
        with proxy.client() as client:
            started = time.monotonic()
            assert client.send(start).answer().status == 408
            assert seconds - 0.05 < time.monotonic() - started < seconds + 2
    with proxy.client() as idle:
        assert idle.get("/").status == 200
        started = time.monotonic()
        assert idle.at_end()
        assert 0.25 < time.monotonic() - started < 2.3
    proxy.save(toml.replace("idle_seconds = 0.3", "idle_seconds = 30"))
    proxy.await_said("config 2 is in force")
    with proxy.client() as idle:
        assert idle.get("/").status == 200
        time.sleep(0.6)
        assert idle.get("/").status == 200


def test_a_full_worker_lets_new_clients_wait_and_takes_them_when_others_leave(scripted, proxied):
    proxy = proxied(config(scripted(OK).url, limits("connections = 4")))
    with ExitStack() as stack:
        clients = [stack.enter_context(proxy.client()) for _ in range(4)]  # that have yet to ask: none is let go
        await_true(lambda: proxy.metric("strangler_open_connections") == 4, 10, "four connections")
        waiting = stack.enter_context(proxy.client())
        waiting.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        waiting.sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            waiting.sock.recv(1, socket.MSG_PEEK)
        assert clients[0].get("/").status == 200
        for client in clients:
            client.sock.shutdown(socket.SHUT_RDWR)
        waiting.sock.settimeout(5)
        assert waiting.answer().body == b"ok"
    assert proxy.metric("strangler_accept_pauses_total") == 1


def test_connections_that_rest_make_room_for_newcomers_in_a_full_worker(scripted, proxied):
    proxy = proxied(config(scripted(OK).url, limits("connections = 4\nidle_seconds = 60")))
    with ExitStack() as stack:
        clients = [stack.enter_context(proxy.client()) for _ in range(4)]
        assert [client.get("/").status for client in clients] == [200] * 4
        time.sleep(0.9)
        assert clients[3].get("/").status == 200
        assert stack.enter_context(proxy.client(timeout=5)).get("/").body == b"ok"
        assert clients[0].at_end(), "it rested longest"
        assert clients[3].get("/").status == 200


def test_used_up_file_descriptors_neither_kill_a_worker_nor_keep_it_busy(scripted, proxied):
    toml = config(scripted(OK).url)
    proxy = proxied(toml)
    (worker,) = proxy.workers()
    with proxy.client() as early:
        assert early.get("/").status == 200
        used = len(list(Path(f"/proc/{worker}/fd").iterdir()))
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (used + 20, used + 20))
        crowd = [socket.create_connection(proxy.address) for _ in range(60)]
        time.sleep(0.3)
        before = processor_seconds(worker)
        time.sleep(1)
        assert processor_seconds(worker) - before < 0.3
        assert early.get("/").status == 200
        for one in crowd:
            one.close()
        assert await_true(lambda: is_served(proxy), 5)
        assert proxy.workers() == [worker]
        assert proxy.metric("strangler_ejections_total") == 0, "our shortage is no fault of the backend"

        proxy.save(f"{toml}\n{limits('idle_seconds = 60')}")  # room is reckoned anew
        proxy.await_said("config 2 is in force")
        crowd = [socket.create_connection(proxy.address) for _ in range(60)]
        time.sleep(0.3)
        assert early.get("/").status == 200
        for one in crowd:
            one.close()
        assert await_true(lambda: is_served(proxy), 5)


def is_served(proxy) -> bool:
    try:
        return proxy.get("/").status == 200
    except (OSError, EOFError):  # those who left are not all forgotten yet
        return False


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
