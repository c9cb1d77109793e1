"""`strangler replay` against real servers."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from strangler_proxy.recording.exchange import Exchange
from strangler_proxy.recording.har import har_text
from tests.unit.recording.examples import HOST, answer, exchange

STRANGLER = Path(sys.executable).with_name("strangler")
SECRET = "4111111111111111"


class Service(BaseHTTPRequestHandler):
    """Answers by the server's table of path → JSON; what is not there is 404."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]
        body = self.server.table.get(self.path)  # type: ignore[attr-defined]
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


Serving = Callable[[dict[str, bytes]], ThreadingHTTPServer]


@pytest.fixture
def serving() -> Iterator[Serving]:
    servers: list[ThreadingHTTPServer] = []

    def start(table: dict[str, bytes]) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
        server.table, server.asked = table, []  # type: ignore[attr-defined]
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def url(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def record(folder: Path, *exchanges: Exchange) -> str:
    (folder / "traffic.har").write_text(har_text(exchanges))
    return "traffic.har"


def replay(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [STRANGLER, "replay", *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def product(number: int, body: bytes | None = None) -> Exchange:
    return exchange(f"/p/{number}/", answer=answer(body or b'{"id": %d}' % number), route="p")


TABLE = {f"/p/{number}/": b'{"id": %d}' % number for number in range(20)}


def test_equal_answers_end_with_0(tmp_path: Path, serving: Serving) -> None:
    har = record(tmp_path, *map(product, range(20)))
    done = replay(tmp_path, har, "--against", url(serving(TABLE)), "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["comparisons"], document["mismatches"], document["groups"]) == (20, 0, [])


def test_differences_end_with_1_and_are_grouped(tmp_path: Path, serving: Serving) -> None:
    har = record(tmp_path, *map(product, range(22)))
    server = serving({**TABLE, "/p/3/": b'{"id": "3"}'})
    done = replay(tmp_path, har, "--against", url(server), "--json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["mismatches"] == 3
    found = {(group["path"], group["kind"]): group["count"] for group in document["groups"]}
    assert found[("body:$.id", "type")] == 1
    assert found[("status", "value")] == 2
    text = replay(tmp_path, har, "--against", url(server)).stdout
    assert text.startswith("different: 22 exchanges asked, 3 (13.6 %) not equal")
    assert "body:$.id" in text


def test_the_other_backend_s_answers_can_be_compared_instead(tmp_path: Path, serving: Serving) -> None:
    har = record(tmp_path, product(1, b'{"id": "old"}'))
    monolith, catalog = serving(TABLE), serving(TABLE)
    (tmp_path / "strangler.toml").write_text(
        f'[backends.monolith]\nurls = ["{url(monolith)}"]\n[backends.catalog]\nurls = ["{url(catalog)}"]\n'
        '[[routes]]\nname = "p"\npath = "/p/<int:pk>/"\nservice = "catalog"\nstage = "shadow"\n'
    )
    assert replay(tmp_path, har, "--against", "catalog").returncode == 1
    assert replay(tmp_path, har, "--against", "catalog", "--compare-with", "monolith").returncode == 0
    (tmp_path / "strangler.toml").write_text(
        (tmp_path / "strangler.toml").read_text() + 'compare.ignore = ["body:$.id"]\n'
    )
    done = replay(tmp_path, har, "--against", "catalog", "--route", "p")
    assert (done.returncode, "excused by body:$.id: 1" in done.stdout) == (0, True)


def test_fresh_credentials_are_sent_and_redacted_ones_never(tmp_path: Path, serving: Serving) -> None:
    secret = ((b"Authorization", b"Bearer redacted-01234567"), (b"Cookie", b"sessionid=redacted-01234567"))
    har = record(tmp_path, exchange("/p/1/", answer=answer(b'{"id": 1}'), request_headers=(HOST, *secret)))
    server = serving(TABLE)
    assert replay(tmp_path, har, "--against", url(server)).returncode == 0
    words = ("-H", "Authorization: Bearer new", "--cookie", "sessionid=s", "--cookie", "a=b")
    assert replay(tmp_path, har, "--against", url(server), *words).returncode == 0
    (_, first), (_, second) = server.asked  # type: ignore[attr-defined]
    assert (first.get("Authorization"), first.get("Cookie"), first["Host"]) == (None, None, "shop.example")
    assert (second["Authorization"], second["Cookie"]) == ("Bearer new", "sessionid=s; a=b")


def test_a_secret_in_an_answer_is_no_difference_and_is_not_shown(tmp_path: Path, serving: Serving) -> None:
    har = record(tmp_path, product(1, b'{"id": 1, "card": "redacted-01234567"}'))
    server = serving({"/p/1/": b'{"id": 1, "card": "%s"}' % SECRET.encode()})
    assert replay(tmp_path, har, "--against", url(server)).returncode == 0
    other = serving({"/p/1/": b'{"id": "%s", "card": "x"}' % SECRET.encode()})
    done = replay(tmp_path, har, "--against", url(other), "--json")
    assert done.returncode == 1
    assert SECRET not in done.stdout + done.stderr


def test_a_backend_that_is_not_there_ends_with_4(tmp_path: Path) -> None:
    done = replay(tmp_path, record(tmp_path, product(1)), "--against", "http://127.0.0.1:1", "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (4, "STR625")


def test_nothing_to_ask_ends_with_3_and_says_why(tmp_path: Path, serving: Serving) -> None:
    har = record(tmp_path, exchange(method="POST"))
    done = replay(tmp_path, har, "--against", url(serving({})))
    assert done.returncode == 3
    assert "1 neither GET nor HEAD (--unsafe asks them)" in done.stderr


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("traffic.har", "--against", "catalog"), "STR100"),
        (("gone.har", "--against", "http://127.0.0.1:1"), "STR620"),
        (("bad.har", "--against", "http://127.0.0.1:1"), "STR621"),
        (("traffic.har", "--against", "http://127.0.0.1:1/path"), "STR001"),
        (("traffic.har", "--against", "http://127.0.0.1:1", "-H", "none"), "STR001"),
        (("traffic.har", "--against", "http://127.0.0.1:1", "--cookie", "none"), "STR001"),
        (("traffic.har",), "Name the backend with --against"),
    ],
)
def test_wrong_usage_is_told_with_its_remedy(words: tuple[str, ...], what: str, tmp_path: Path) -> None:
    record(tmp_path, product(1))
    (tmp_path / "bad.har").write_text("{}")
    done = replay(tmp_path, *words)
    assert done.returncode in (2, 4)
    assert what in done.stderr
