"""Asks a WSGI application in this process, as a server would (PEP 3333)."""

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from strangler_proxy.compare.answer import Answer
from strangler_proxy.recording.ask import NoAnswer
from strangler_proxy.recording.question import Question

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_OWN_KEYS = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})


class WsgiBackend:
    """A WSGI application as a backend."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, question: Question) -> Answer:
        """The application's answer; what it raises goes through, so that a test shows its traceback."""
        started: list[tuple[str, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            started[:] = [(status, headers)]
            return written.append

        pieces = self._application(environ_of(question), start_response)
        try:
            written.extend(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        if not started:
            raise NoAnswer("the application called no start_response")
        status, headers = started[0]
        return Answer(
            status=int(status.split()[0]),
            headers=tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers),
            body=b"" if question.method == "HEAD" else b"".join(written),
        )


def environ_of(question: Question) -> dict[str, Any]:
    """The environment that a server makes of the request."""
    path, _, query = question.target.partition("?")
    headers: dict[str, str] = {}
    for name, value in question.headers:
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in _OWN_KEYS else f"HTTP_{key}"
        text = value.decode("latin-1")
        joint = "; " if key == "HTTP_COOKIE" else ","
        headers[key] = f"{headers[key]}{joint}{text}" if key in headers else text
    host, _, port = headers.get("HTTP_HOST", "localhost").partition(":")
    return {
        "REQUEST_METHOD": question.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(question.body)) if question.body else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(question.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }
