"""Applications that note and echo what they understood of each request: WSGI, ASGI, and a Django project in a file.

The note is a JSON line in the file that `ECHO_LOG` names; the answer's body is the same line.
"""

import json
import os
from collections.abc import Awaitable, Callable, Iterable
from typing import Any


def _note(request_id: str, method: str, path: bytes, query: bytes, body: bytes) -> bytes:
    line = json.dumps(
        {
            "id": request_id,
            "method": method,
            "path": path.decode("latin-1"),
            "query": query.decode("latin-1"),
            "body": body.decode("latin-1"),
        }
    ).encode()
    log = os.open(os.environ["ECHO_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, line + b"\n")
    os.close(log)
    return line


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """For gunicorn."""
    body = environ["wsgi.input"].read()
    line = _note(
        environ.get("HTTP_X_REQUEST_ID", ""),
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"].encode("latin-1"),
        environ["QUERY_STRING"].encode("latin-1"),
        body,
    )
    start_response("200 OK", [("Content-Length", str(len(line))), ("X-Echo", "1")])
    return [line]


async def asgi(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """For uvicorn."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
    names = dict(scope["headers"])
    line = _note(
        names.get(b"x-request-id", b"").decode("latin-1"),
        scope["method"],
        scope["path"].encode("utf-8", "surrogateescape"),
        scope["query_string"],
        body,
    )
    headers = [(b"content-length", b"%d" % len(line)), (b"x-echo", b"1")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": line})
