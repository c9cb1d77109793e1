"""One health check of one origin, on a connection of its own: it costs no user's connection, and finds no stale one."""

import asyncio
import re
from typing import Final
from urllib.parse import urlsplit

from strangler_proxy.proxy.limits import HEALTH_CHECK_SECONDS
from strangler_proxy.proxy.pool import Origin, Pool, is_our_shortage

_STATUS_LINE: Final = re.compile(rb"HTTP/1\.[01] ([0-9]{3})[ \r]")


async def check(pool: Pool, origin: Origin) -> None:
    """Asks for the backend's `health` path, and tells the pool what came of it. Raises nothing that I/O can raise."""
    backend = pool.backend
    seconds = min(HEALTH_CHECK_SECONDS, backend.health_interval_ms / 1000, pool.timeout_seconds)
    try:
        async with asyncio.timeout(seconds):
            status = await _ask(origin, backend.health or "/")
    except TimeoutError:
        pool.checked(origin, "health-check-timeout")
    except (OSError, ValueError) as error:
        if not is_our_shortage(error):
            pool.checked(origin, "health-check-unreachable")
    else:
        pool.checked(origin, "" if 200 <= status < 300 else f"health-check-{status}")


async def _ask(origin: Origin, path: str) -> int:
    """The status of the answer.

    Raises:
        OSError: no connection, or it broke.
        ValueError: what came is no HTTP.
    """
    reader, writer = await asyncio.open_connection(origin.host, origin.port, limit=4096)
    try:
        writer.write(
            b"GET %b HTTP/1.1\r\nHost: %b\r\nUser-Agent: strangler-health\r\nAccept: */*\r\n"
            b"X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
            % (path.encode("ascii"), urlsplit(origin.url).netloc.encode("ascii"))
        )
        match = _STATUS_LINE.match(await reader.readline())
        if match is None:
            raise ValueError("no status line")
        return int(match[1])
    finally:
        writer.transport.abort()
