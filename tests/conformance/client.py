"""A client whose every byte is the case's own."""

import asyncio
import time
from collections.abc import Callable

from tests.conformance.backend import PROBE_ANSWER
from tests.conformance.model import PLACE, Act, Await, Case, Ending, Observed, Pause
from tests.conformance.reading import Unreadable, read_answers

_PROBE = b"GET /{case}/probe HTTP/1.1\r\nHost: a\r\n\r\n"


class _Line(asyncio.Protocol):
    """Gathers what comes."""

    def __init__(self) -> None:
        self.raw = bytearray()
        self.ending = Ending.OPEN
        self.news = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.raw += data
        self.news.set()

    def eof_received(self) -> bool:
        self.ending = Ending.CLOSED
        self.news.set()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None and self.ending is Ending.OPEN:
            self.ending = Ending.RESET
        self.news.set()

    async def wait(self, enough: Callable[[], bool], until: float) -> bool:
        """Whether it became enough before the monotonic second `until`, or the connection's end."""
        while not enough():
            left = until - time.monotonic()
            if left <= 0 or self.ending is not Ending.OPEN:
                return enough()
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), left)
            except TimeoutError:
                return enough()
        return True


async def converse(
    case: Case, mark: bytes, address: tuple[str, int], seen: Observed, *, probes: bool, awaits_end: bool
) -> None:
    """Plays the client's part and notes what it saw.

    `probes`: asks whether the connection serves another request; `awaits_end`: waits for the proxy to end it.
    """
    transport, line = await asyncio.get_running_loop().create_connection(_Line, *address)
    until = time.monotonic() + case.seconds
    try:
        for step in case.send:
            if isinstance(step, bytes):
                transport.write(step.replace(PLACE, mark))
            elif isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            elif isinstance(step, Await):
                await line.wait(_has_come(line, step.text.replace(PLACE, mark)), until)
            elif step is Act.HALF_CLOSE:
                transport.write_eof()
            else:
                transport.abort()
                return
        await line.wait(lambda: _answered(case, line), until)
        if probes:
            before = len(line.raw)
            transport.write(_PROBE.replace(PLACE, mark))
            await line.wait(lambda: line.raw.endswith(b"\r\n\r\nprobe"), until)
            tail = bytes(line.raw[before:])
            if tail.endswith(b"probe") and tail.startswith(PROBE_ANSWER[:12]):
                line.ending = Ending.KEPT
                del line.raw[before:]
        elif awaits_end:
            await line.wait(lambda: False, until)
    finally:
        seen.raw, seen.ending = bytes(line.raw), line.ending
        try:
            seen.answers, seen.interims, rest = read_answers(seen.raw, case.methods, seen.ending)
            if rest and not (seen.answers and (seen.answers[-1].status == 101 or not seen.answers[-1].whole)):
                seen.fault = f"{rest[:80]!r} after the last answer"
        except Unreadable as error:
            seen.fault = str(error)
        transport.abort()


def _has_come(line: _Line, text: bytes) -> Callable[[], bool]:
    return lambda: text in line.raw


def _answered(case: Case, line: _Line) -> bool:
    try:
        finals, _, _ = read_answers(bytes(line.raw), case.methods, line.ending)
    except Unreadable:
        return True
    return len(finals) == len(case.methods) and all(answer.whole for answer in finals[-1:])
