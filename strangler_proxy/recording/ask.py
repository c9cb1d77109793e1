"""Asks a backend over HTTP, one request after the other on one connection for each thread."""

import http.client
import threading
from collections.abc import Callable, Sequence
from itertools import cycle
from urllib.parse import urlsplit

from strangler_proxy.compare.answer import Answer
from strangler_proxy.recording.question import Question

MOST_BODY_BYTES = 16 * 1024 * 1024
"""Of one answer that are read; a longer one is compared as far as that."""


class NoAnswer(Exception):
    """The backend gave no answer to one request; the message says why."""


class NotReached(NoAnswer):
    """There was no connection to the backend at all."""


Ask = Callable[[Question], Answer]
"""Gets the answer to a question, as it came. Raises `NoAnswer`."""


class Backend:
    """A backend under one or more base URLs, which are asked in turn."""

    def __init__(self, urls: Sequence[str], timeout_seconds: float) -> None:
        self.urls = tuple(urls)
        self._turns = cycle(self.urls)
        self._timeout = timeout_seconds
        self._mine = threading.local()
        self._all: list[http.client.HTTPConnection] = []

    def __call__(self, question: Question) -> Answer:
        """The answer; a connection that the backend had closed meanwhile is made anew, once."""
        kept: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if kept is not None and kept.sock is not None:
            try:
                return self._asked(kept, question)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                kept.close()
        connection = self._connected()
        try:
            return self._asked(connection, question)
        except TimeoutError:
            connection.close()
            raise NoAnswer(f"no answer within {self._timeout:g} seconds") from None
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise NoAnswer(f"the answer broke off: {type(error).__name__} {error}".rstrip()) from None

    def must_connect(self) -> None:
        """Makes sure that the backend accepts connections. Raises `NotReached` when it does not."""
        self._connected()

    def close(self) -> None:
        """Ends every connection."""
        for connection in self._all:
            connection.close()

    def _connected(self) -> http.client.HTTPConnection:
        url = next(self._turns)
        parts = urlsplit(url)
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = make(parts.hostname or "", parts.port, timeout=self._timeout)
        try:
            connection.connect()
        except OSError as error:
            raise NotReached(f"{url}: {error.strerror or error}") from None
        self._mine.connection = connection
        self._all.append(connection)
        return connection

    def _asked(self, connection: http.client.HTTPConnection, question: Question) -> Answer:
        connection.putrequest(question.method, question.target, skip_host=True, skip_accept_encoding=True)
        for name, value in question.headers:
            connection.putheader(name.decode("latin-1"), value)
        if question.body:
            connection.putheader("Content-Length", str(len(question.body)))
        connection.endheaders(question.body or None)
        response = connection.getresponse()
        body = response.read(MOST_BODY_BYTES + 1)
        cut = len(body) > MOST_BODY_BYTES
        if cut or response.will_close:
            connection.close()
        return Answer(
            status=response.status,
            headers=tuple(_field(name, value) for name, value in response.getheaders()),
            body=body[:MOST_BODY_BYTES],
            body_size=len(body) if cut else None,
        )


def _field(name: str, value: str) -> tuple[bytes, bytes]:
    return name.encode("latin-1"), value.encode("latin-1", "surrogateescape")
