"""A service that answers as the monolith does, until it is told to fall ill."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from named_backend import answer_of, read_request
from proxy_harness import ScriptedBackend

NAME = "shop"
"""Whom its answers are by: the same as the monolith's, as they are compared."""


class SickService:
    """Answers well while `illness` is empty; `slow`, `wrong` and `500s` are the others."""

    def __init__(self) -> None:
        self.illness = ""
        self.first_bad = 0.0
        """Monotonic seconds at which a user got the first bad answer; 0: none yet."""
        self.last_asked = 0.0
        """Monotonic seconds at which the last request came."""
        self.backend = ScriptedBackend(self._serve)

    @property
    def url(self) -> str:
        return self.backend.url

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _backend: ScriptedBackend
    ) -> None:
        while True:
            _, number = await read_request(reader)
            self.last_asked = time.monotonic()
            illness = self.illness
            answer = answer_of(NAME, number)
            if illness == "slow":
                await asyncio.sleep(0.6)
            elif illness == "wrong":
                answer = answer.replace(b"  ", b"!!", 1)
            elif illness == "500s":
                answer = answer.replace(b"200 OK", b"500 Oh")
            writer.write(answer)
            await writer.drain()
            if illness and not self.first_bad:
                self.first_bad = time.monotonic()


@contextmanager
def sick_service() -> Iterator[SickService]:
    """One in a thread of this process, that ends with the block."""
    service = SickService()
    with service.backend:
        yield service
