"""A server in front of a service that changes some of its answers on purpose: what a comparison must find.

What it changes is data, in `PLANTS`: where, how, and the difference that has to be reported.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_OF_ONE_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True, slots=True)
class Served:
    """An answer on its way through."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wait_seconds: float = 0.0
    broken: bool = False
    """Whether the connection ends in the middle of the body."""

    def text(self, change: Callable[[str], str]) -> "Served":
        """With the body changed as text."""
        return replace(self, body=change(self.body.decode()).encode())

    def json(self, change: Callable[[Any], None]) -> "Served":
        """With the body changed as a JSON document, written as Django REST framework does."""
        document = json.loads(self.body)
        change(document)
        return replace(self, body=json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())

    def header(self, name: str, value: str | None) -> "Served":
        """With the header set, or taken out."""
        kept = tuple(line for line in self.headers if line[0].lower() != name.lower())
        return replace(self, headers=kept if value is None else (*kept, (name, value)))

    def cookie(self, change: Callable[[str], str]) -> "Served":
        """With each Set-Cookie line changed."""
        changed = ((name, change(value) if name.lower() == "set-cookie" else value) for name, value in self.headers)
        return replace(self, headers=tuple(changed))


@dataclass(frozen=True, kw_only=True, slots=True)
class Plant:
    """One deliberate difference."""

    name: str
    path: str
    """The one path, without query, whose answers are changed."""
    change: Callable[[Served], Served]
    found: tuple[str, str]
    """Path and kind of the difference group in which a comparison has to report it."""
    status: int = 200
    """Answers of another status are left alone."""
    request: Mapping[str, str] = field(default_factory=dict)
    """Headers of the request that shows it."""


class PlantingServer(ThreadingHTTPServer):
    """Asks `behind` for everything, and changes what a plant says while it is among `active`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        parts = urlsplit(behind)
        self.behind = (parts.hostname or "", parts.port or 80)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.active: tuple[Plant, ...] = ()

    def changed(self, path: str, served: Served) -> Served:
        """The answer as it is sent."""
        for plant in self.active:
            if plant.path == path and plant.status == served.status:
                served = plant.change(served)
        return served

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: PlantingServer

    def setup(self) -> None:
        super().setup()
        self._behind = http.client.HTTPConnection(*self.server.behind)

    def finish(self) -> None:
        self._behind.close()
        super().finish()

    def do_GET(self) -> None:
        served = self.server.changed(self.path.partition("?")[0], self._ask())
        time.sleep(served.wait_seconds)
        self.send_response_only(served.status)
        for name, value in served.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(served.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(served.body[: len(served.body) // 2] if served.broken else served.body)
        self.close_connection = self.close_connection or served.broken

    do_HEAD = do_GET

    def _ask(self) -> Served:
        try:
            answer = self._answer()
        except (http.client.HTTPException, OSError):
            self._behind.close()  # it had closed the kept connection
            answer = self._answer()
        body = answer.read()
        kept = tuple(line for line in answer.getheaders() if line[0].lower() not in _OF_ONE_HOP)
        return Served(answer.status, kept, body)

    def _answer(self) -> http.client.HTTPResponse:
        self._behind.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _OF_ONE_HOP:
                self._behind.putheader(name, value)
        self._behind.endheaders()
        return self._behind.getresponse()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def planting_server(behind: str) -> Iterator[PlantingServer]:
    """One that runs until the block ends, with nothing planted."""
    server = PlantingServer(behind)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
