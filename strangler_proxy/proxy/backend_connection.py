"""A connection to a backend: reads the answer to the one request that is under way on it.

It knows where an answer's head, body and end are, and tells its exchange; what is done about it is the exchange's to
decide.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from strangler_proxy.proxy.chunked import ChunkedReader
from strangler_proxy.proxy.failure import Failure
from strangler_proxy.proxy.grammar import BadMessage
from strangler_proxy.proxy.limits import HEAD_BYTES, WRITE_BUFFER_BYTES
from strangler_proxy.proxy.response_head import ResponseHead, parse_response_head


class Asker(Protocol):
    """What a backend connection tells the exchange that it serves."""

    def interim(self, head: ResponseHead) -> None:
        """A 1xx answer other than 101."""

    def answer(self, head: ResponseHead, payload: bytes, done: bool) -> None:
        """The final head, with what of the body came along; `done`: that was all of it."""

    def answer_more(self, payload: bytes, done: bool, trailers: bytes) -> None:
        """More of the body."""

    def upgraded(self, head: ResponseHead, data: bytes) -> None:
        """101: it is closed or made to `become_tunnel`; `data` came along with the head."""

    def backend_failed(self, failure: Failure, untouched: bool) -> None:
        """No answer will come; `untouched`: not one byte had come. The connection is closed already."""

    def backend_broke(self) -> None:
        """The answer ended before its end. The connection is closed already."""

    def backend_full(self) -> None:
        """The backend reads slowly: write no more."""

    def backend_drained(self) -> None:
        """Write on."""


class TunnelEnd(Protocol):
    """What an upgraded connection tells the tunnel that it became."""

    def backend_data(self, data: bytes) -> None:
        """Bytes, whatever they mean."""

    def backend_broke(self) -> None:
        """It has ended, and is closed already."""

    def backend_full(self) -> None:
        """The backend reads slowly: write no more."""

    def backend_drained(self) -> None:
        """Write on."""


class BackendConnection(asyncio.Protocol):
    """One connection; `begin` gives it an exchange, and it lets go of it when the answer is whole."""

    __slots__ = (
        "_asker",
        "_chunks",
        "_held",
        "_in_body",
        "_left",
        "_to_head",
        "_touched",
        "_transport",
        "_tunnel",
        "is_open",
        "on_lost",
        "reading_paused",
        "rests_since",
        "reusable",
        "write",
    )

    def __init__(self) -> None:
        self._transport: Any = None
        self._asker: Asker | None = None
        self._held = b""
        self._in_body = False
        self._tunnel: TunnelEnd | None = None
        self._to_head = False
        self._touched = False
        self._left: int | None = 0
        self._chunks: ChunkedReader | None = None
        self.reading_paused = False
        self.is_open = False
        self.on_lost: Callable[[], None] | None = None
        """Called once when the connection is gone, before its exchange hears of it."""
        self.reusable = True
        """Whether the backend keeps the connection after this answer; meaningful once the answer is whole."""
        self.rests_since = 0.0

    def begin(self, asker: Asker, to_head: bool) -> None:
        """The next answer belongs to `asker`; `to_head`: it answers a HEAD request and has no body."""
        self._asker = asker
        self._to_head = to_head
        self._in_body = False
        self._touched = False
        self.reusable = True

    write: Callable[[bytes], None]
    """Sends without waiting; `Asker.backend_full` says when it is too much. The transport's own method."""

    def become_tunnel(self, tunnel: TunnelEnd) -> None:
        """From now on all bytes are the tunnel's."""
        self._asker = None
        self._tunnel = tunnel

    def write_eof(self) -> None:
        """Ends the sending side of an upgraded connection."""
        if not self._transport.is_closing():
            self._transport.write_eof()

    def pause_reading(self) -> None:
        """Takes nothing from the backend until `resume_reading`."""
        if not self.reading_paused and self.is_open:
            self.reading_paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Takes from the backend again."""
        if self.reading_paused:
            self.reading_paused = False
            if self.is_open:
                self._transport.resume_reading()

    def close(self) -> None:
        """Closes at once and tells nobody."""
        self._asker = self._tunnel = None
        if self.is_open:
            self.is_open = False
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.write = transport.write
        self.is_open = True
        transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)

    def data_received(self, data: bytes) -> None:
        asker = self._asker
        if asker is None:
            if self._tunnel is not None:
                self._tunnel.backend_data(data)
            else:
                self.close()  # nobody asked: not to be taken for the next request's answer
        elif self._in_body:
            self._read_body(asker, data)
        else:
            try:
                self._read_head(asker, data)
            except BadMessage:
                self.close()
                asker.backend_failed(Failure.BROKEN, untouched=False)

    def eof_received(self) -> None:
        """The backend ended its side: the transport closes, and `connection_lost` tells what that means."""

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self.on_lost is not None:
            self.on_lost()
        asker, self._asker = self._asker, None
        if asker is None:
            tunnel, self._tunnel = self._tunnel, None
            if tunnel is not None:
                tunnel.backend_broke()
        elif self._in_body:
            if exc is None and self._left is None and self._chunks is None:
                self.reusable = False
                asker.answer_more(b"", True, b"")
            else:
                asker.backend_broke()
        else:
            asker.backend_failed(Failure.CLOSED, untouched=not self._touched)

    def pause_writing(self) -> None:
        told = self._asker or self._tunnel
        if told is not None:
            told.backend_full()

    def resume_writing(self) -> None:
        told = self._asker or self._tunnel
        if told is not None:
            told.backend_drained()

    # reading

    def _read_head(self, asker: Asker, data: bytes) -> None:
        self._touched = True
        if self._held:
            data = self._held + data
            self._held = b""
        while True:
            end = data.find(b"\r\n\r\n")
            if end < 0 or end > HEAD_BYTES:
                if len(data) > HEAD_BYTES or not b"HTTP/1.".startswith(data[:7]):
                    raise BadMessage("no head")
                self._held = data
                return
            head = parse_response_head(data[:end], self._to_head)
            data = data[end + 4 :]
            if head.status >= 200:
                break
            if head.status == 101:
                self.reusable = False
                asker.upgraded(head, data)
                return
            asker.interim(head)
            if not data:
                return
        self.reusable = head.fields.keep_alive
        self._left = left = head.body_length
        if left is not None:
            if len(data) > left:
                self.reusable = False
                data = data[:left]
            left -= len(data)
            if left:
                self._left = left
                self._in_body = True
                asker.answer(head, data, False)
            else:
                self._asker = None
                asker.answer(head, data, True)
            return
        self._in_body = True
        if not head.fields.chunked:
            self._chunks = None
            self.reusable = False
            asker.answer(head, data, False)
            return
        self._chunks = chunks = ChunkedReader()
        payload, rest = chunks.feed(data) if data else (b"", b"")
        if not chunks.done:
            asker.answer(head, payload, False)
            return
        asker.answer(head, payload, False)
        if self._asker is asker:
            self._end(asker, b"", chunks.trailers, rest)

    def _read_body(self, asker: Asker, data: bytes) -> None:
        chunks = self._chunks
        if chunks is not None:
            try:
                payload, rest = chunks.feed(data)
            except BadMessage:
                self.close()
                asker.backend_broke()
                return
            if chunks.done:
                self._end(asker, payload, chunks.trailers, rest)
            elif payload:
                asker.answer_more(payload, False, b"")
            return
        left = self._left
        if left is None:
            asker.answer_more(data, False, b"")
        elif len(data) < left:
            self._left = left - len(data)
            asker.answer_more(data, False, b"")
        else:
            self._end(asker, data[:left], b"", data[left:])

    def _end(self, asker: Asker, payload: bytes, trailers: bytes, rest: bytes) -> None:
        self._asker = None
        self._in_body = False
        self._chunks = None
        if rest:
            self.reusable = False
        asker.answer_more(payload, True, trailers)
