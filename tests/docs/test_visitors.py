"""The tutorial's visitors say who answered, and what was no success."""

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

VISITORS = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "visitors"


class Service(BaseHTTPRequestHandler):
    """Answers every request with the status of its server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(int(getattr(self.server, "status", 200)))
        self.send_header("X-Strangler", "backend=rates; why=stage")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (200, 0, "6 requests: 6 by the rates; none failed\n"),
        (404, 0, "6 requests: 6 by the rates; none failed; 6 answered 404\n"),
        (503, 1, "6 requests: no answer; 6 failed\n"),
    ],
)
def test_an_answer_is_told_by_who_gave_it_and_whether_it_was_one(
    status: int, code: int, said: str, server: ThreadingHTTPServer
) -> None:
    server.status = status  # type: ignore[attr-defined]
    url = f"http://127.0.0.1:{server.server_address[1]}"
    done = subprocess.run([sys.executable, VISITORS, url, "rates", "6"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code, said)
