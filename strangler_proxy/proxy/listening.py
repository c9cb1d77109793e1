"""Listening sockets: one a worker on one address, held by the supervisor: a worker's death loses nothing."""

import errno
import socket

from strangler_proxy.proxy.errors import CannotListen, PortTaken

_BACKLOG = 4096
"""Connections that wait for a worker; Linux cuts it to net.core.somaxconn, 4096 as well."""


def listen_on(listen: str, count: int, beside_orphans: bool) -> list[socket.socket]:
    """`count` sockets that listen on `listen`, among which the system shares out new connections.

    `beside_orphans`: workers of a supervisor that died may be listening there still, which is no error.

    Raises:
        PortTaken: another program listens there.
        CannotListen: the system says no for another reason.
    """
    host, port = split_address(listen)
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise CannotListen(listen, error.strerror or str(error)) from None
    sockets: list[socket.socket] = []
    try:
        if port and not beside_orphans:
            with socket.socket(family, socket.SOCK_STREAM) as probe:  # SO_REUSEPORT alone would share it silently
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        for _ in range(count):
            sockets.append(_listener(family, address))
            address = sockets[0].getsockname()
    except OSError as error:
        for one in sockets:
            one.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(listen) from None
        raise CannotListen(listen, error.strerror or str(error)) from None
    return sockets


def split_address(listen: str) -> tuple[str, int]:
    """Host without brackets, and port, of `host:port`."""
    host, _, port = listen.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """The address at which a person reaches it."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _listener(family: int, address: object) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        one.bind(address)  # type: ignore[arg-type]
        one.listen(_BACKLOG)
        one.setblocking(False)
    except OSError:
        one.close()
        raise
    return one
