"""A backend that says who it is and whose answer this is; as a program, it can be killed and stopped for real."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proxy_harness import free_port

PADDING = 2000
"""Spaces behind an answer's text, so that it has a middle to break in."""


async def read_request(reader: asyncio.StreamReader) -> tuple[str, int]:
    """Method and number of the next request, its body read."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    if length:
        await reader.readexactly(int(length[1]))
    number = re.search(rb"n=(\d+)", head)
    return head.split(b" ", 1)[0].decode(), int(number[1]) if number else 0


def answer_of(name: str, number: int) -> bytes:
    """The whole answer to request `number`."""
    body = f"{name} {number}".encode().ljust(PADDING)
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


@contextmanager
def named_backend(name: str, *, takes_seconds: float = 0.0) -> Iterator["NamedBackend"]:
    """One in a process of its own, ended with the block."""
    backend = NamedBackend(name, free_port(), takes_seconds)
    backend.start()
    try:
        yield backend
    finally:
        backend.process.kill()
        backend.process.wait()


class NamedBackend:
    """A process that can be killed, stopped, and started again on its port."""

    def __init__(self, name: str, port: int, takes_seconds: float = 0.0) -> None:
        self.port = port
        self._arguments = [name, str(port), str(takes_seconds)]
        self.url = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Starts it; it listens when this returns."""
        self.process = subprocess.Popen(
            [sys.executable, __file__, *self._arguments], stdout=subprocess.PIPE, env={"PYTHONPATH": _HERE}
        )
        stdout = self.process.stdout
        assert stdout is not None
        assert stdout.readline() == b"listens\n"
        stdout.close()

    def connections(self) -> int:
        """Connections that it holds open."""
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(words[1].endswith(f":{self.port:04X}") and words[3] == "01" for words in lines)


_HERE = str(Path(__file__).parent)


async def _serve(name: str, port: int, takes_seconds: float) -> None:
    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                _, number = await read_request(reader)
                await asyncio.sleep(takes_seconds)
                writer.write(answer_of(name, number))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", port, backlog=512)
    sys.stdout.write("listens\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
