"""Bodies beyond 2 GiB, where a 32-bit length would end, go through TLS whole, both ways, in bounded memory."""

import socket
import ssl
import struct
import threading
from contextlib import ExitStack

import pytest
import trustme
from proxy_harness import config, resident_kib

BLOCK = 1 << 20
BLOCKS = 2049
"""MiB of each body: one more than 2 GiB."""
GROWTH_KIB = 48 * 1024
"""What the worker may hold more afterwards: buffers of both connections, and OpenSSL's own."""

TLS = '[proxy.tls]\ncertificate = "chain.pem"\nkey = "key.pem"\n'
_FILLING = bytes(range(256)) * (BLOCK // 256)

pytestmark = pytest.mark.slow


def block(number: int) -> bytes:
    """The MiB at this place: no two are the same."""
    return struct.pack(">Q", number) + _FILLING[8:]


def send_body(sock: socket.socket) -> None:
    for number in range(BLOCKS):
        sock.sendall(block(number))


def read_body(sock: socket.socket) -> str:
    """What is wrong with the body that comes; empty when nothing is."""
    buffer = bytearray(BLOCK)
    for number in range(BLOCKS):
        view = memoryview(buffer)
        while view:
            size = sock.recv_into(view)
            if not size:
                return f"it ends in MiB {number}"
            view = view[size:]
        if buffer != block(number):
            return f"MiB {number} is another"
    return ""


def read_head(sock: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += sock.recv(1)
    return head


class LargeBackend:
    """Takes a large body on POST, gives one on GET; says what was wrong with the one that it got."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.got = "nothing came"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        sock, _ = self._listener.accept()
        with sock:
            head = read_head(sock)
            if head.startswith(b"POST "):
                self.got = read_body(sock)
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            else:
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (BLOCK * BLOCKS))
                send_body(sock)
            sock.recv(1)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def between(tmp_path, proxied):
    """A backend, a client's TLS connection to the proxy before it, and the worker's process id."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    (tmp_path / "chain.pem").write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
    context = ssl.create_default_context()
    authority.configure_trust(context)
    backend = LargeBackend()
    proxy = proxied(config(f"http://127.0.0.1:{backend.port}", TLS))
    with ExitStack() as stack:
        stack.callback(backend.close)
        sock = stack.enter_context(socket.create_connection(proxy.address, timeout=60))
        client = stack.enter_context(context.wrap_socket(sock, server_hostname="localhost"))
        yield backend, client, proxy.workers()[0]


def test_an_upload_of_more_than_2_gib_arrives_whole(between):
    backend, client, worker = between
    before = resident_kib(worker)
    client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (BLOCK * BLOCKS))
    send_body(client)
    assert read_head(client).startswith(b"HTTP/1.1 200 ")
    assert backend.got == ""
    assert resident_kib(worker) - before < GROWTH_KIB


def test_a_download_of_more_than_2_gib_arrives_whole(between):
    _, client, worker = between
    before = resident_kib(worker)
    client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"\r\nContent-Length: %d\r\n" % (BLOCK * BLOCKS) in read_head(client)
    assert read_body(client) == ""
    assert resident_kib(worker) - before < GROWTH_KIB
