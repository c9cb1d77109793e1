"""An ASGI application behind uvicorn: lower-case heads, chunked answers, bodies of every framing."""

import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from proxy_harness import await_true, config, free_port, running_proxy

APP = """
import asyncio, hashlib

async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    taken = hashlib.sha256()
    while True:
        message = await receive()
        taken.update(message.get("body", b""))
        if not message.get("more_body"):
            break
    host = dict(scope["headers"])[b"host"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-host", host)]})
    for piece in (scope["method"].encode(), b" ", taken.hexdigest().encode()):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})
"""
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    directory = tmp_path_factory.mktemp("uvicorn")
    (directory / "app.py").write_text(APP)
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--port",
        str(port),
        "--timeout-keep-alive",
        "1",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen([*command, "app:application"], cwd=directory)

    def answers():
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).status == 200
        except (urllib.error.URLError, OSError):
            return False

    try:
        await_true(answers, 30, "uvicorn")
        with running_proxy(directory, config(f"http://127.0.0.1:{port}", workers=1)) as running:
            yield running
    finally:
        process.terminate()
        process.wait(10)


def test_answers_in_chunks_arrive_whole_on_one_connection(proxy):
    with proxy.client() as client:
        for _ in range(20):
            answer = client.get("/")
            assert (answer.status, answer.header("x-host")) == (200, "shop.test")
            assert answer.header("transfer-encoding") == "chunked"
            assert answer.body.decode() == f"GET {EMPTY}"


@pytest.mark.parametrize(
    ("framing", "wire"),
    [
        ("Content-Length: 5", [b"hello"]),
        ("Content-Length: 5", [b"he", b"llo"]),
        ("Transfer-Encoding: chunked", [b"5\r\nhello\r\n0\r\n\r\n"]),
        ("Transfer-Encoding: chunked", [b"2\r\nhe\r\n", b"3\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n"]),
        ("Content-Length: 5\r\nExpect: 100-continue", [b"hello"]),
    ],
)
def test_a_body_arrives_however_it_is_framed(proxy, framing, wire):
    with proxy.client() as client:
        client.send(f"POST / HTTP/1.1\r\nHost: shop.test\r\n{framing}\r\n\r\n".encode())
        if "Expect" in framing:
            assert client.head().status == 100
        for piece in wire:
            client.send(piece)
        assert client.answer().body.decode() == f"POST {HELLO}"


def test_a_head_request_is_answered_without_content(proxy):
    with proxy.client() as client:
        assert client.get("/", method="HEAD").status == 200
        assert client.get("/").body.decode() == f"GET {EMPTY}"
