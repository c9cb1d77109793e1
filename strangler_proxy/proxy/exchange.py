"""One request and the answer it gets: the one place where client, decision and backends meet.

1. The request is decided on, its head written anew, and sent to the chosen backend.
2. The body streams to the backend while it comes, the answer streams to the client; a slow reader slows the other.
3. A backend that fails before its answer began is replaced, as far as the request allows: by a new connection where
   the old one had been closed meanwhile, by the next URL where none could be opened, by the fallback that was decided.
4. A backend that fails later breaks the client's connection, so that nobody takes half an answer for a whole one.
"""

import asyncio
from time import monotonic, time
from typing import TYPE_CHECKING

from strangler_proxy.proxy import forwarded
from strangler_proxy.proxy.answers import answer
from strangler_proxy.proxy.backend_connection import BackendConnection
from strangler_proxy.proxy.chunked import ChunkedReader, encode_chunk, encode_end
from strangler_proxy.proxy.exchange_copy import Copy
from strangler_proxy.proxy.failure import Failure
from strangler_proxy.proxy.grammar import BadMessage
from strangler_proxy.proxy.limits import (
    HALF_CLOSED_SECONDS,
    PENDING_BODY_BYTES,
    SILENT_STREAM_SECONDS,
)
from strangler_proxy.proxy.plan import Labels, Plan
from strangler_proxy.proxy.pool import Busy, Origin, Pool
from strangler_proxy.proxy.request_head import RequestHead
from strangler_proxy.proxy.response_head import ResponseHead
from strangler_proxy.proxy.tracing import trace
from strangler_proxy.routing.model import Decision, Request, Why

if TYPE_CHECKING:
    from strangler_proxy.proxy.client_connection import ClientConnection

_SAFE = frozenset({b"GET", b"HEAD", b"OPTIONS"})
_IDEMPOTENT = _SAFE | {b"PUT", b"DELETE"}
"""Source: RFC 9110 section 9.2."""

_JOINED_BYTES = 64 * 1024
"""Up to here head and body are copied into one write; beyond it two writes are cheaper."""


class Exchange:
    """One request under way. Its client feeds it, its backend connection answers it."""

    # Where an exchange starts; only what differs is set on each one.
    backend: BackendConnection | None = None
    chunks: ChunkedReader | None = None
    copy: Copy | None = None
    body_left = 0
    received_bytes = 0
    """Of a body whose length was not told."""
    has_body = False
    request_done = True
    """The whole request has come from the client."""
    body_sent = False
    """Some of the body went to a backend: it can't be sent again."""
    reused = False
    asked_another = False
    """A second URL was asked after the first had closed the connection without a byte."""
    status = 0
    """Of the head that went to the client; 0 before it."""
    sent_bytes = 0
    to_chunks = False
    """The answer goes to the client in chunks."""
    keep = False
    tunnel = False
    over = False
    opening: asyncio.Task[None] | None = None
    pending: list[bytes] | None = None
    """Body that waits for a backend connection, as it goes on the wire."""
    ended = ""

    decision: Decision
    labels: Labels
    fallback: str | None
    pool: Pool
    origin: Origin
    head_bytes: bytes

    def __init__(self, client: "ClientConnection", head: RequestHead, plan: Plan) -> None:
        self.client = client
        self.head = head
        self.plan = plan
        self.started = monotonic()
        self.received = time()
        fields = head.fields
        self.request_id, self.trace_id, self._trace_lines = trace(
            fields.request_id, fields.traceparent, fields.tracestate
        )

    def start(self, rest: bytes) -> None:
        """Decides and asks; `rest` is what followed the head."""
        head, client, plan = self.head, self.client, self.plan
        fields, site = head.fields, client.site
        method = head.method.decode("ascii")
        if plan.trusted and client.is_trusted(plan):
            address = forwarded.client_address(client.peer, fields.forwarding, plan.trusted)
            told = forwarded.continued_lines(
                client.peer, address, head.host, client.port, fields.forwarding, client.scheme
            )
        else:
            address = client.peer
            told = client.told_lines(head.host)
        self.address = address
        override = site.verified_override(fields.override, self.received)
        request = Request(
            method, head.target, head.host.decode("latin-1"), fields.get, address, self.request_id, self.received
        )
        self.decision = decision = site.decide(plan, request, override)
        self.pool, self.labels, self.fallback = plan.first_choice(decision)
        if decision.captured and not fields.upgrade:
            self.copy = Copy()
        self.head_bytes = b"%b %b HTTP/1.1\r\nHost: %b\r\n%b%b%b%b\r\n" % (
            head.method,
            head.target,
            head.host or self.pool.authority,
            fields.passed,
            told,
            self._trace_lines,
            self._framing(),
        )
        if self.has_body and self._is_too_large(self.body_left):
            return
        if rest:
            self.client_data(rest)
        if not self.over:
            self._ask()

    def _is_too_large(self, body_bytes: int) -> bool:
        """Whether a body of this length is more than what is taken; it is answered, then."""
        most = self.client.site.limits.body_bytes
        if most is None or body_bytes <= most:
            return False
        self._client_broke(BadMessage(f"its body is larger than {most} bytes", 413))
        return True

    def _framing(self) -> bytes:
        """The lines that say how the request ends; sets up the reading of its body."""
        fields = self.head.fields
        lines = b""
        if fields.chunked:
            self.chunks = ChunkedReader()
            lines = b"Transfer-Encoding: chunked\r\n"
        elif fields.has_length:
            self.body_left = fields.body_length
            lines = b"Content-Length: %d\r\n" % fields.body_length
        self.has_body = fields.chunked or self.body_left > 0
        self.request_done = not self.has_body
        if fields.expects_continue and self.has_body and not self.head.http_1_0:
            lines += b"Expect: 100-continue\r\n"
        if fields.upgrade and not self.has_body and not self.head.http_1_0:
            lines += b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
        return lines

    # asking

    def _ask(self, only_new: bool = False) -> None:
        """Sends the request on a free connection, or opens one."""
        pool = self.pool
        order = pool.order_in_trouble(not self._may_fall_back()) if pool.in_trouble else pool.order()
        if not order:
            self.backend_failed(Failure.EJECTED, untouched=True)
            return
        if not only_new:
            cautious = self.has_body or self.head.method not in _IDEMPOTENT
            connection = order[0].take(cautious)
            if connection is not None:
                self.reused = True
                self._send(connection, order[0])
                return
        self._ask_on_new(order)

    def _ask_on_new(self, order: tuple[Origin, ...]) -> None:
        self.reused = False
        self.client.deadline = float("inf")
        self.opening = self.client.site.spawn(self._open(order))

    async def _open(self, order: tuple[Origin, ...]) -> None:
        failure = Failure.UNREACHABLE
        try:
            connection, origin = await self.pool.connect(order)
        except (OSError, Busy) as error:
            if isinstance(error, Busy):
                failure = Failure.BUSY
            self.opening = None
            if not self.over:
                self.backend_failed(failure, untouched=True)
            return
        self.opening = None
        if self.over:
            self.pool.give_back(connection, origin)
        else:
            self._send(connection, origin)

    def _send(self, connection: BackendConnection, origin: Origin) -> None:
        self.backend = connection
        self.origin = origin
        connection.begin(self, self.head.method == b"HEAD")
        data = self.head_bytes
        if self.pending:
            data += b"".join(self.pending)
            self.pending = None
            self.body_sent = True
        connection.write(data)
        if self.request_done:
            self.client.deadline = monotonic() + self.pool.timeout_seconds
        else:
            self.client.deadline = monotonic() + self.client.site.limits.progress_seconds
            self.client.resume_reading()

    # from the client

    def client_data(self, data: bytes) -> None:
        """Bytes from the client: of the body, of an upgraded connection, or of its next request."""
        if self.tunnel:
            if self.backend is not None:
                self.backend.write(data)
                self.client.deadline = monotonic() + SILENT_STREAM_SECONDS
            return
        if self.request_done:
            self.client.hold(data)
            return
        rest = b""
        if self.chunks is not None:
            try:
                payload, rest = self.chunks.feed(data)
            except BadMessage as bad:
                self._client_broke(bad)
                return
            self.received_bytes += len(payload)
            if self._is_too_large(self.received_bytes):
                return
            self.request_done = self.chunks.done
            wire = encode_chunk(payload) if payload else b""
            if self.request_done:
                wire += encode_end(self.chunks.trailers)
        else:
            payload = wire = data
            if len(data) > self.body_left:
                payload = wire = data[: self.body_left]
                rest = data[self.body_left :]
            self.body_left -= len(payload)
            self.request_done = not self.body_left
        if self.copy is not None:
            self.copy.request(payload)
        if wire:
            self._forward(wire)
        if self.request_done and self.backend is not None and not self.status:
            self.client.deadline = monotonic() + self.pool.timeout_seconds
        if rest:
            self.client.hold(rest)

    def _forward(self, wire: bytes) -> None:
        if self.backend is not None:
            self.body_sent = True
            self.backend.write(wire)
            self.client.deadline = monotonic() + self.client.site.limits.progress_seconds
            return
        if self.pending is None:
            self.pending = []
        self.pending.append(wire)
        if sum(map(len, self.pending)) > PENDING_BODY_BYTES:
            self.client.pause_reading()

    def _client_broke(self, bad: BadMessage) -> None:
        """The body is not what its head said."""
        self._drop_backend()
        if self.status:
            self._end("client-broke")
            self.client.abort()
            return
        start = "can't be understood" if bad.status == 400 else "is refused"
        self._answer_self(bad.status, f"This request {start}: {bad.reason}.", keep=False)

    def client_eof(self) -> None:
        """The client ended its side: with a whole request it may still listen, else the request is over."""
        if self.tunnel:
            if self.backend is not None:
                self.backend.write_eof()
        elif not self.request_done:
            self.client_gone()
            self.client.abort()
            return
        self.keep = False
        self.client.deadline = min(self.client.deadline, monotonic() + HALF_CLOSED_SECONDS)

    def client_gone(self) -> None:
        """The client's connection is lost."""
        if not self.over:
            self._drop_backend()
            self._end("client-gone")

    def client_full(self) -> None:
        """The client reads slowly."""
        if self.backend is not None:
            self.backend.pause_reading()
        self.client.deadline = monotonic() + self.client.site.limits.progress_seconds

    def client_drained(self) -> None:
        """The client has read."""
        if self.backend is not None:
            self.backend.resume_reading()
        self.client.deadline = monotonic() + SILENT_STREAM_SECONDS

    def deadline_passed(self) -> None:
        """What was waited for did not come in time."""
        if self.tunnel or self.status or self.client.ended:
            self._drop_backend()
            self._end("client-gone" if self.client.ended else "stalled")
            self.client.abort()
        elif not self.request_done:
            self._drop_backend()
            self._answer_self(408, "The body of this request did not come in time.", keep=False)
        else:
            if self.backend is not None:
                self.backend.close()
            self.backend_failed(Failure.TIMEOUT, untouched=False)

    # from the backend

    def interim(self, head: ResponseHead) -> None:
        """Passes a 1xx answer on; an HTTP/1.0 client has no such thing."""
        if not self.head.http_1_0:
            self.client.write(b"%b%b\r\n" % (head.start, head.passed))

    def answer(self, head: ResponseHead, payload: bytes, done: bool) -> None:
        """The final head, with what of the body came along."""
        if head.status >= 500:
            self.pool.failed(self.origin, Failure.STATUS.word)
        elif self.origin.suspect:
            self.pool.succeeded(self.origin)
        if head.status >= 500 and self._may_fall_back():
            if done:
                self._give_back()
            else:
                self._drop_backend()
            self._fall_back(Failure.STATUS)
            return
        client, request = self.client, self.head
        if head.chunked or head.body_length is None:
            self.to_chunks = not request.http_1_0
            framing = b"Transfer-Encoding: chunked\r\n" if self.to_chunks else b""
            keep = self.to_chunks or request.method == b"HEAD"
        else:
            keep = True
            length = head.length
            framing = b"" if length is None or head.status == 204 else b"Content-Length: %d\r\n" % length
        keep = keep and request.keep_alive and self.request_done and not client.ended and not client.site.draining
        self.keep = keep
        if not keep:
            framing += b"Connection: close\r\n"
        elif request.http_1_0:
            framing += b"Connection: keep-alive\r\n"
        self.status = head.status
        start = b"%b%b%b%b\r\n" % (head.start, head.passed, self.labels.answer_line, framing)
        if self.copy is not None:
            self.copy.answered(head, payload)
        if payload:
            self.sent_bytes = len(payload)
            if self.to_chunks:
                payload = encode_chunk(payload)
            if len(payload) > _JOINED_BYTES:
                client.write(start)
                client.write(payload)
            else:
                client.write(start + payload)
        else:
            client.write(start)
        if done:
            self._complete()
        elif not client.writing_paused:
            client.deadline = monotonic() + (HALF_CLOSED_SECONDS if client.ended else SILENT_STREAM_SECONDS)

    def answer_more(self, payload: bytes, done: bool, trailers: bytes) -> None:
        """More of the body."""
        client = self.client
        self.sent_bytes += len(payload)
        if self.copy is not None:
            self.copy.response(payload)
        if self.to_chunks:
            payload = encode_chunk(payload) if payload else b""
            if done and self.head.method != b"HEAD":
                payload += encode_end(trailers)
        if payload:
            client.write(payload)
        if done:
            self._complete()
        elif not client.writing_paused:
            client.deadline = monotonic() + (HALF_CLOSED_SECONDS if client.ended else SILENT_STREAM_SECONDS)

    def upgraded(self, head: ResponseHead, data: bytes) -> None:
        """Makes a tunnel of both connections, if the client had asked for it."""
        if not self.head.fields.upgrade or self.head.http_1_0 or head.upgrade.lower() != b"websocket":
            self._drop_backend()
            self.backend_failed(Failure.BROKEN, untouched=False)
            return
        self.tunnel = True
        self.status = 101
        self.client.write(
            b"%b%b%bConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n%b"
            % (head.start, head.passed, self.labels.answer_line, data)
        )
        self.client.deadline = monotonic() + SILENT_STREAM_SECONDS
        held = self.client.take_held()
        if held and self.backend is not None:
            self.backend.write(held)
        self.client.resume_reading()

    def tunnel_data(self, data: bytes) -> None:
        """Bytes from the backend on an upgraded connection."""
        self.sent_bytes += len(data)
        self.client.write(data)
        self.client.deadline = monotonic() + SILENT_STREAM_SECONDS

    def backend_failed(self, failure: Failure, untouched: bool) -> None:
        """No answer will come from this connection: someone else is asked, or the user told."""
        self.backend = None
        site, pool = self.client.site, self.pool
        closed = failure is Failure.CLOSED
        may_repeat = closed and untouched and not self.has_body
        if may_repeat and self.reused and self.head.method in _IDEMPOTENT:
            self._ask(only_new=True)
            return
        if failure.blames_origin and not (closed and self.reused):
            pool.failed(self.origin, failure.word)
        if may_repeat and self.head.method in _SAFE and not self.asked_another:
            others = pool.other_than(self.origin)
            if others:
                self.asked_another = True
                self._ask_on_new(others)
                return
        site.counters.count("backend_failures", f"{pool.backend.name} {failure.word}")
        if self._may_fall_back():
            self._fall_back(failure)
        else:
            self._answer_self(failure.status, failure.text, keep=True)

    def backend_broke(self) -> None:
        """The answer will not be whole: neither shall it look so."""
        self.backend = None
        if self.tunnel:
            self._end("")
            self.client.close()
            return
        self.pool.failed(self.origin, "broke-midway")
        self.client.site.counters.count("backend_failures", f"{self.pool.backend.name} broke-midway")
        self._end("backend-broke")
        self.client.abort()

    def backend_full(self) -> None:
        """The backend reads slowly."""
        self.client.pause_reading()

    def backend_drained(self) -> None:
        """The backend has read."""
        self.client.resume_reading()

    # falling back, ending

    def _may_fall_back(self) -> bool:
        return self.fallback is not None and not self.has_body and self.head.method in _SAFE and not self.status

    def _fall_back(self, failure: Failure) -> None:
        route = self.decision.route
        self.client.site.counters.count("fallbacks", f"{'-' if route is None else route.name} {failure.word}")
        fallback = self.fallback
        assert fallback is not None
        self.copy = None
        self.pool, self.labels, self.fallback = self.plan.choice(self.decision, fallback, Why.FALLBACK)
        self._ask()

    def _answer_self(self, status: int, text: str, keep: bool) -> None:
        """Answers in a backend's place."""
        client, head = self.client, self.head
        self.keep = keep and self.request_done and head.keep_alive and not client.ended and not client.site.draining
        self.status = status
        self.copy = None
        extra = self.labels.answer_line
        if self.keep and head.http_1_0:
            extra += b"Connection: keep-alive\r\n"
        data, self.sent_bytes = answer(
            status,
            text,
            accept=head.fields.get("accept") or "",
            request_id=self.request_id,
            extra=extra,
            close=not self.keep,
            head=head.method == b"HEAD",
        )
        client.write(data)
        self._complete()

    def _complete(self) -> None:
        """The answer is whole."""
        self._give_back()
        self._end("")
        self.client.exchange_over(self.keep, clean=self.request_done)

    def _give_back(self) -> None:
        backend, self.backend = self.backend, None
        if backend is None:
            return
        backend.resume_reading()
        if backend.reusable and self.request_done:
            self.pool.give_back(backend, self.origin)
        else:
            backend.close()

    def _drop_backend(self) -> None:
        if self.opening is not None:
            self.opening.cancel()
            self.opening = None
        backend, self.backend = self.backend, None
        if backend is not None:
            backend.close()

    def _end(self, ended: str) -> None:
        """Counts and logs, once."""
        self.over = True
        site = self.client.site
        seconds = monotonic() - self.started
        if self.copy is not None and self.decision.route is not None:
            site.hand_over(self, self.copy, self.decision.route.name, ended, seconds)
        head = self.head
        site.journal.add(
            (
                self.labels,
                self.received,
                head.method,
                head.target,
                self.status or 499,
                self.sent_bytes,
                seconds,
                ended,
                self.request_id,
                self.trace_id,
                self.address,
            )
        )
