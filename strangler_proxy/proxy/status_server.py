"""The page for machines: `/metrics` and `/healthz`, served by the supervisor, away from users' traffic."""

import asyncio
from collections.abc import Awaitable, Callable

_READ_SECONDS = 5.0
_HEAD_BYTES = 8192

Page = Callable[[], Awaitable[tuple[int, str, bytes]]]
"""Gives status, content type and body."""


class StatusServer:
    """A small HTTP server of fixed pages; one request a connection."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self._pages = pages
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listens; gives the port. Raises `OSError` when it can't."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=_HEAD_BYTES)
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stops listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_READ_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                status, content_type, body = await self._answer(head)
                writer.write(
                    b"HTTP/1.1 %d %b\r\nContent-Type: %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                    % (status, b"OK" if status == 200 else b"Error", content_type.encode(), len(body))
                )
                writer.write(b"" if head.startswith(b"HEAD ") else body)
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a scraper that goes away or sends no request gets no answer
        finally:
            writer.close()

    async def _answer(self, head: bytes) -> tuple[int, str, bytes]:
        method, _, rest = head.partition(b" ")
        page = self._pages.get(rest.partition(b" ")[0].partition(b"?")[0].decode("latin-1"))
        if method not in (b"GET", b"HEAD"):
            return 405, "text/plain", b"GET or HEAD only\n"
        if page is None:
            return 404, "text/plain", ("Here are: " + ", ".join(self._pages) + "\n").encode()
        return await page()
