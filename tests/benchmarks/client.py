"""A plain client for large bodies: one connection, blocking, as fast as the system copies."""

import socket
import threading
from collections.abc import Callable

from tests.benchmarks.backend import BIG_FILES

_BODY = bytes(BIG_FILES["8mib"])


def download(connection: socket.socket, name: str = "8mib", rest: Callable[[int], None] | None = None) -> int:
    """Reads a big file to its end; gives its size. `rest` is called with the bytes read so far.

    Raises:
        RuntimeError: the answer is not the whole file.
    """
    connection.sendall(f"GET /big/{name} HTTP/1.1\r\nHost: shop.example.com\r\nAccept: */*\r\n\r\n".encode("ascii"))
    head, extra = read_head(connection)
    if b" 200 " not in head[:15] or f"content-length: {BIG_FILES[name]}".encode() not in head.lower():
        raise RuntimeError(f"not the file: {head!r}")
    left, buffer = BIG_FILES[name] - len(extra), bytearray(256 * 1024)
    while left:
        count = connection.recv_into(buffer, min(left, len(buffer)))
        if not count:
            raise RuntimeError("the answer was cut")
        left -= count
        if rest is not None:
            rest(BIG_FILES[name] - left)
    return BIG_FILES[name]


def upload(connection: socket.socket) -> int:
    """Sends a body of 8 MiB and reads the answer; gives its size.

    Raises:
        RuntimeError: it was not taken.
    """
    size = BIG_FILES["8mib"]
    start = f"PUT /uploads/{threading.get_ident()} HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: {size}\r\n\r\n"
    connection.sendall(start.encode("ascii"))
    connection.sendall(_BODY)
    head, extra = read_head(connection)
    if head[9:12] not in (b"201", b"204"):
        raise RuntimeError(f"not taken: {head!r}")
    if b"transfer-encoding: chunked" in head.lower():
        while not extra.endswith(b"0\r\n\r\n"):
            extra += connection.recv(65536)
    return size


def read_head(connection: socket.socket) -> tuple[bytes, bytes]:
    """An answer's head without its last empty line, and what came after it."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise RuntimeError("no answer came")
        data += piece
    head, _, extra = data.partition(b"\r\n\r\n")
    return head, extra
