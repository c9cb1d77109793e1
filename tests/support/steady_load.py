"""A steady load that knows of every single request what its user saw, and which answer was whose."""

import asyncio
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one request."""

    client: int
    method: str
    what: str
    """`200 NAME` by which backend, another status, or `broken` (an answer that began and never ended), `dropped`
    (a kept connection that closed without a byte), `reset` (a new one that did), `refused`, `silent` (nothing in time),
    `mixed up` (somebody else's answer)."""
    asked: float
    """Monotonic seconds."""
    seconds: float

    @property
    def well(self) -> bool:
        return self.what.startswith("200 ")


class SteadyLoad:
    """`clients` that together send `per_second` requests, on kept connections unless `fresh`; who is answered late does
    not make up for it. Every second client sends POST when `posting`."""

    def __init__(
        self,
        address: tuple[str, int],
        *,
        clients: int = 8,
        per_second: int = 200,
        posting: bool = False,
        fresh: bool = False,
        patience: float = 15.0,
        path: str = "/p/",
    ) -> None:
        self.seen: list[Seen] = []
        self._address = address
        self._clients = clients
        self._pause = clients / per_second
        self._posting = posting
        self._fresh = fresh
        self._patience = patience
        self._path = path
        self._numbers = itertools.count(1)
        self._stopped = False
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> "SteadyLoad":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        self._thread.join(self._patience + 5)

    def failed(self, method: str | None = None) -> list[Seen]:
        """The requests that were not answered 200 by the backend that they were answered by."""
        return [one for one in list(self.seen) if not one.well and method in (None, one.method)]

    def counted(self, method: str | None = None) -> Counter[str]:
        """How often each thing was seen."""
        return Counter(one.what for one in list(self.seen) if method in (None, one.method))

    def since(self, when: float, method: str | None = None) -> list[Seen]:
        """What became of the requests sent after a moment."""
        return [one for one in list(self.seen) if one.asked >= when and method in (None, one.method)]

    def slowest(self) -> float:
        """Seconds of the request that took longest."""
        return max(one.seconds for one in list(self.seen))

    async def _run(self) -> None:
        await asyncio.gather(*(self._client(number) for number in range(self._clients)))

    async def _client(self, number: int) -> None:
        method = "POST" if self._posting and number % 2 else "GET"
        reader: asyncio.StreamReader | None = None
        writer: asyncio.StreamWriter | None = None
        await asyncio.sleep(self._pause * number / self._clients)
        while not self._stopped:
            asked = time.monotonic()
            kept = writer is not None
            what = "silent"
            try:
                async with asyncio.timeout(self._patience):
                    if writer is None or reader is None:
                        reader, writer = await asyncio.open_connection(*self._address)
                    what, keep = await _ask(reader, writer, f"{method} {self._path}", next(self._numbers), kept)
            except TimeoutError:
                keep = False
            except OSError as error:
                what, keep = ("refused" if isinstance(error, ConnectionRefusedError) else "reset"), False
            now = time.monotonic()
            self.seen.append(Seen(number, method, what, asked, now - asked))
            if writer is not None and (self._fresh or not keep):
                writer.close()
                writer = None
            await asyncio.sleep(max(asked + self._pause - now, 0.001))
        if writer is not None:
            writer.close()


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asks: str, number: int, kept: bool
) -> tuple[str, bool]:
    """What is seen, and whether the connection is kept; `asks` is the method and the path."""
    body = "Content-Length: 4\r\n\r\nbody" if asks.startswith("POST") else "\r\n"
    writer.write(f"{asks}?n={number} HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\n{body}".encode())
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return ("broken" if error.partial else "dropped" if kept else "reset"), False
    except OSError:
        return ("dropped" if kept else "reset"), False
    lower = head.lower()
    try:
        length = int(lower.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answer = await reader.readexactly(length)
    except (OSError, asyncio.IncompleteReadError):
        return "broken", False
    keep = b"\r\nconnection: close\r\n" not in lower
    status = head[9:12].decode()
    if status != "200":
        return status, keep
    name, _, whose = answer.decode().strip().partition(" ")
    return (f"200 {name}" if whose == str(number) else "mixed up"), keep


def lasted(seen: Iterable[Seen]) -> float:
    """Seconds from the first of these requests to the end of the last."""
    found = list(seen)
    return max(one.asked + one.seconds for one in found) - min(one.asked for one in found) if found else 0.0
