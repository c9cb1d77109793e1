"""Asks a backend once, for the comparer: one request, and what came of it within its time."""

import asyncio
from dataclasses import dataclass
from time import monotonic

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.capture_frame import read_headers
from strangler_proxy.proxy.backend_connection import BackendConnection
from strangler_proxy.proxy.failure import Failure
from strangler_proxy.proxy.limits import CAPTURE_BODY_BYTES
from strangler_proxy.proxy.pool import Busy, Connected, Origin, Pool, is_our_shortage
from strangler_proxy.proxy.response_head import ResponseHead
from strangler_proxy.shadow.record import CandidateFailure

COUNTED_BYTES = 16 * 1024 * 1024
"""Bytes of an answer's body that are read at least, so that its size is known; what is longer than that, and by as much
longer than the other side's, is cut off there: it differs."""

_UNREAD_SECONDS = 0.02
"""For what has come and is not read yet when the time is up."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one request."""

    answer: Answer | None
    failure: CandidateFailure | None
    milliseconds: float
    """From the request to the answer's last byte, opening a connection included: as a primary's are measured."""


_Outcome = tuple[CandidateFailure | None, Answer | None]


class _Reading:
    """The answer on its way; an `Asker` for the backend's connection."""

    def __init__(self, connection: BackendConnection, most_bytes: int) -> None:
        self.done: asyncio.Future[CandidateFailure | None] = asyncio.get_running_loop().create_future()
        self._connection = connection
        self._most_bytes = most_bytes
        self._head: ResponseHead | None = None
        self._pieces: list[bytes] = []
        self._size = 0

    def answer_read(self) -> Answer:
        """The answer; its body cut at a capture's cap."""
        assert self._head is not None
        body = b"".join(self._pieces)
        return Answer(
            status=self._head.status,
            headers=read_headers(self._head.fields_block),
            body=body,
            body_size=None if self._size == len(body) else self._size,
        )

    def interim(self, head: ResponseHead) -> None:
        """A 1xx answer is no answer."""

    def answer(self, head: ResponseHead, payload: bytes, done: bool) -> None:
        self._head = head
        self.answer_more(payload, done, b"")

    def answer_more(self, payload: bytes, done: bool, trailers: bytes) -> None:
        room = CAPTURE_BODY_BYTES - self._size
        if room > 0 and payload:
            self._pieces.append(payload if len(payload) <= room else payload[:room])
        self._size += len(payload)
        if done:
            self._end(None)
        elif self._size > self._most_bytes:
            self._connection.close()
            self._end(None)

    def upgraded(self, head: ResponseHead, data: bytes) -> None:
        self._connection.close()
        self._end(CandidateFailure.BROKEN)

    def backend_failed(self, failure: Failure, untouched: bool) -> None:
        closed = failure is Failure.CLOSED and untouched
        self._end(CandidateFailure.UNREACHABLE if closed else CandidateFailure.BROKEN)

    def backend_broke(self) -> None:
        self._end(CandidateFailure.BROKEN)

    def backend_full(self) -> None:
        """A request's body is a MiB at most: it may wait here."""

    def backend_drained(self) -> None:
        """Nothing waits to be told."""

    def _end(self, failure: CandidateFailure | None) -> None:
        if not self.done.done():
            self.done.set_result(failure)


async def ask(pool: Pool, request: bytes, *, to_head: bool, primary_bytes: int) -> Asked:
    """Sends the request and reads the whole answer within the backend's `timeout_ms`.

    A kept connection that the backend had closed meanwhile is replaced by a new one, as it is for users: GET and HEAD
    may be sent again.

    Raises:
        OSError: this side lacked what it takes to connect, e.g. file descriptors; the backend is not to blame.
    """
    started = monotonic()
    exchange = asyncio.ensure_future(_asked(pool, request, to_head, primary_bytes + COUNTED_BYTES))
    try:
        if not await _is_done(exchange, pool.timeout_seconds):
            return Asked(None, CandidateFailure.TIMED_OUT, (monotonic() - started) * 1000)
    finally:
        exchange.cancel()
    failure, answer = exchange.result()
    return Asked(answer, failure, (monotonic() - started) * 1000)


async def _is_done(exchange: "asyncio.Future[_Outcome]", seconds: float) -> bool:
    """Waits so long for it; where this process itself was late, so that what had come was not read yet, as long again.

    Timers run before sockets are read: after a second spent on comparing a large page, each answer would seem late.
    """
    due = monotonic() + seconds
    done, _ = await asyncio.wait((exchange,), timeout=seconds)
    if not done:
        late = max(monotonic() - due, 0.0)
        done, _ = await asyncio.wait((exchange,), timeout=min(late, seconds) + _UNREAD_SECONDS)
    return bool(done)


async def _asked(pool: Pool, request: bytes, to_head: bool, most_bytes: int) -> "_Outcome":
    order = pool.order()
    kept = order[0].take(cautious=False)
    failure: CandidateFailure | None = CandidateFailure.UNREACHABLE
    answer = None
    if kept is not None:
        failure, answer = await _exchange(pool, (kept, order[0]), request, to_head, most_bytes)
    if failure is CandidateFailure.UNREACHABLE and (connected := await _connect(pool, order)) is not None:
        failure, answer = await _exchange(pool, connected, request, to_head, most_bytes)
        if failure is CandidateFailure.UNREACHABLE:  # it took a new connection and closed it
            failure = CandidateFailure.BROKEN
    return failure, answer


async def _connect(pool: Pool, order: tuple[Origin, ...]) -> Connected | None:
    """A new connection; None: the backend takes none. Raises: OSError where this side is short of what it takes."""
    try:
        return await pool.connect(order)
    except Busy:
        return None
    except OSError as error:
        if is_our_shortage(error):
            raise
        return None


async def _exchange(
    pool: Pool, connected: Connected, request: bytes, to_head: bool, most_bytes: int
) -> tuple[CandidateFailure | None, Answer | None]:
    """One try on one connection; `UNREACHABLE`: it was closed before a byte of the answer came."""
    connection, origin = connected
    reading = _Reading(connection, most_bytes)
    connection.begin(reading, to_head)
    try:
        connection.write(request)
        failure = await reading.done
    except BaseException:
        connection.close()
        raise
    if failure is not None:
        connection.close()
        return failure, None
    if connection.is_open and connection.reusable:
        pool.give_back(connection, origin)
    else:
        connection.close()
    return None, reading.answer_read()
