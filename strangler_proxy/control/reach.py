"""Whether a backend is there, asked before users are sent to it."""

import http.client
import socket
from pathlib import Path
from urllib.parse import urlsplit

from strangler_proxy.config.load import parse
from strangler_proxy.config.model import Backend, Config
from strangler_proxy.control.toggle import Rewrite
from strangler_proxy.proxy.listening import split_address
from strangler_proxy.rollout.errors import ServiceUnreached

ANY_ADDRESS = frozenset({"0.0.0.0", "::", ""})
"""Hosts to listen on that nobody visits by that name."""

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


def must_answer(planned: Rewrite, path: Path) -> None:
    """Raise `ServiceUnreached` when users would be sent to a service that does not answer."""
    config = parse(planned.edit.after, path)
    for change in planned.changes:
        service = change.after.service
        if service is None or not change.gives_more_to_the_service:
            continue
        why = why_unreached(config.backends[service], visited_host(config))
        if why is not None:
            raise ServiceUnreached(
                f"the service {service} does not answer, and {change.after.name} would send users to it: {why}.",
                where=str(path),
                remedy=f"Start it, or correct [backends.{service}]; or go on all the same with --force --reason WHY.",
            )


def visited_host(config: Config) -> str:
    """The Host header of a browser on this machine that visits the proxy."""
    host, port = split_address(config.proxy.listen)
    return f"localhost:{port}" if host in ANY_ADDRESS else config.proxy.listen


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
