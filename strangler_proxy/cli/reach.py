"""Whether a backend is there, asked before users are sent to it."""

import http.client
import socket
from urllib.parse import urlsplit

from strangler_proxy.config.model import Backend

CONNECT_SECONDS = 1.0
"""How long a backend may take to accept a connection, and again to answer its health path."""


def why_unreached(backend: Backend, host: str) -> str | None:
    """What speaks against sending users to the backend; None when each of its URLs accepts a connection, and answers
    the health path, where there is one, with 2xx. `host` is the Host header of that question.
    """
    for url in backend.urls:
        try:
            why = _why(url, backend.health, host)
        except TimeoutError:
            why = f"no answer within {CONNECT_SECONDS:g} second"
        except OSError as error:
            why = (error.strerror or str(error)).lower()
        except http.client.HTTPException as error:
            why = f"what answers there is no HTTP server: {type(error).__name__}"
        if why is not None:
            return f"{url}: {why}"
    return None


def _why(url: str, health: str | None, host: str) -> str | None:
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 80)
    if health is None:
        socket.create_connection(address, timeout=CONNECT_SECONDS).close()
        return None
    connection = http.client.HTTPConnection(*address, timeout=CONNECT_SECONDS)
    try:
        connection.request("GET", health, headers={"Host": host, "User-Agent": "strangler"})
        status = connection.getresponse().status
    finally:
        connection.close()
    return None if 200 <= status < 300 else f"{health} answers {status}"
