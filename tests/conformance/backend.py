"""A backend that serves many cases at once: what it does is written in the case that a request names."""

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.conformance.model import PLACE, Act, Await, Case, Observed, Pause, Received, Step
from tests.conformance.reading import Unreadable, fields_of

_MARK = re.compile(rb"c-[0-9]{4}")
PROBE_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nprobe"


def mark(number: int) -> bytes:
    """The mark of a case, as long as the `PLACE` that it takes."""
    return b"c-%04d" % number


class Backend:
    """Replies by the case whose mark stands in a request's head, and notes what it got."""

    def __init__(self) -> None:
        self.cases: dict[bytes, tuple[Case, Observed]] = {}
        self.port = 0
        self.busy = 0
        """Replies under way."""
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serves on a free port until the block ends."""
        server = await asyncio.start_server(self._on_connection, "127.0.0.1", 0, limit=1 << 21, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()

    async def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._serve(reader, writer):
                pass
        except asyncio.IncompleteReadError as error:
            self._note_stray(error.partial)
        except (OSError, Unreadable, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    def _note_stray(self, data: bytes) -> None:
        found = _MARK.search(data)
        if found and found[0] in self.cases:
            self.cases[found[0]][1].stray += data

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether the connection goes on."""
        head = await reader.readuntil(b"\r\n\r\n")
        found = _MARK.search(head)
        if not found or found[0] not in self.cases:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return True
        case, seen = self.cases[found[0]]
        line, *lines = head[:-4].split(b"\r\n")
        request = Received(head, line, fields_of(lines))
        if b"/probe" in line:
            writer.write(PROBE_ANSWER)
            return True
        seen.requests.append(request)
        steps = case.replies[min(len(seen.requests), len(case.replies)) - 1]
        if Act.READ_BODY not in steps and Act.AT_ONCE not in steps:
            await _read_body(reader, request)
        self.busy += 1
        try:
            for step in steps:
                if not await self._do(step, reader, writer, request, seen, found[0]):
                    return False
            await writer.drain()
        finally:
            self.busy -= 1
        return Act.HALF_CLOSE not in steps

    async def _do(
        self,
        step: Step,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        request: Received,
        seen: Observed,
        mark: bytes,
    ) -> bool:
        if isinstance(step, bytes):
            writer.write(step.replace(PLACE, mark))
        elif isinstance(step, Pause):
            await writer.drain()
            await asyncio.sleep(step.seconds)
        elif isinstance(step, Await):
            while step.text not in seen.tunnel:
                data = await reader.read(65536)
                if not data:
                    return False
                seen.tunnel += data
        elif step is Act.AT_ONCE:
            pass
        elif step is Act.READ_BODY:
            await _read_body(reader, request)
        elif step is Act.HALF_CLOSE:
            writer.write_eof()
        elif step is Act.RESET:
            await writer.drain()
            sock: socket.socket = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return False
        else:
            await writer.drain()
            return False
        return True


async def _read_body(reader: asyncio.StreamReader, request: Received) -> None:
    """Reads by the framing that the head states.

    Raises:
        Unreadable: no framing that a strict server would take.
    """
    lengths, codings = request.values(b"content-length"), [c.lower() for c in request.values(b"transfer-encoding")]
    if (lengths and codings) or len(lengths) > 1 or codings not in ([], [b"chunked"]):
        raise Unreadable("doubtful framing")
    if lengths:
        left = int(lengths[0])
        while left:
            data = await reader.read(min(left, 65536))
            if not data:
                return
            request.body += data
            left -= len(data)
    while codings:
        size = int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16)
        if size:
            request.body += (await reader.readexactly(size + 2))[:-2]
            continue
        while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
            request.trailers += line
        break
    request.whole = True
