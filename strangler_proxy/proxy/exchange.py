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
from strangler_proxy.proxy.answer_framing import KEEP_1_0, framing_of
from strangler_proxy.proxy.answers import allowed, answer
from strangler_proxy.proxy.backend_connection import BackendConnection
from strangler_proxy.proxy.chunked import encode_chunk, encode_end
from strangler_proxy.proxy.exchange_copy import Copy
from strangler_proxy.proxy.failure import Failure
from strangler_proxy.proxy.grammar import BadMessage
from strangler_proxy.proxy.http_date import date_line
from strangler_proxy.proxy.limits import HALF_CLOSED_SECONDS, SILENT_STREAM_SECONDS
from strangler_proxy.proxy.plan import Labels, Plan
from strangler_proxy.proxy.pool import Busy, Origin, Pool
from strangler_proxy.proxy.request_body import RequestBody, body_of
from strangler_proxy.proxy.request_head import RequestHead
from strangler_proxy.proxy.response_head import ResponseHead
from strangler_proxy.proxy.tracing import trace
from strangler_proxy.proxy.tunnel import Tunnel
from strangler_proxy.routing.model import Decision, Request, Why

if TYPE_CHECKING:
    from strangler_proxy.proxy.client_connection import ClientConnection

_SAFE = frozenset({b"GET", b"HEAD", b"OPTIONS"})
_IDEMPOTENT = _SAFE | {b"PUT", b"DELETE"}
"""Source: RFC 9110 section 9.2."""

_METHODS = {name.encode(): name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")}

_JOINED_BYTES = 64 * 1024
"""Up to here head and body are copied into one write; beyond it two writes are cheaper."""

_NEVER = float("inf")


class Exchange:
    """One request under way. Its client feeds it, its backend connection answers it."""

    # Where an exchange starts; only what differs is set on each one.
    backend: BackendConnection | None = None
    body: RequestBody | None = None
    """None when the request has none."""
    copy: Copy | None = None
    request_done = True
    """The whole request has come from the client."""
    reused = False
    asked_another = False
    """A second URL was asked after the first had closed the connection without a byte."""
    status = 0
    """Of the head that went to the client; 0 before it."""
    sent_bytes = 0
    to_chunks = False
    """The answer goes to the client in chunks."""
    keep = False
    over = False
    opening: asyncio.Task[None] | None = None

    decision: Decision
    labels: Labels
    fallback: str | None
    pool: Pool
    origin: Origin
    address: str
    head_bytes: bytes
    """The head as a backend gets it; up to the lines of the body's framing when there is a body."""

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
        fields = head.fields
        if plan.trusted and client.is_trusted(plan):
            address = forwarded.client_address(client.peer, fields.forwarding, plan.trusted)
            told = forwarded.continued_lines(
                client.peer, address, head.host, client.port, fields.forwarding, client.scheme
            )
        else:
            address = client.peer
            told = client.told_lines(head.host)
        self.address = address
        if head.stops_here:
            self._answer_for_whom_it_stops()
            return
        override = None if fields.override is None else client.site.verified_override(fields.override, self.received)
        request = Request(
            _METHODS.get(head.method) or head.method.decode("ascii"),
            head.target,
            head.host.decode("latin-1"),
            head.get,
            address,
            self.request_id,
            self.received,
        )
        self.decision = decision = client.site.decide(plan, request, override)
        self.pool, self.labels, self.fallback = plan.first_choice(decision)
        if decision.captured and not fields.upgrade:
            self.copy = Copy()
        tail = b"\r\n"
        if fields.chunked or fields.has_length or fields.upgrade:
            tail = self._tail()
        self.head_bytes = b"%b %b HTTP/1.1\r\nHost: %b\r\n%b%b%b%b" % (
            head.method,
            head.target,
            head.host or self.pool.authority,
            head.passed,
            told,
            self._trace_lines,
            tail,
        )
        if self.over:
            return
        if rest:
            self.client_data(rest)
        if not self.over:
            self._ask()

    def _tail(self) -> bytes:
        """The last lines of the head; those of a request with a body are left to the body."""
        fields = self.head.fields
        try:
            self.body = body_of(fields, self.head.http_1_0, self.client.site.limits.body_bytes)
        except BadMessage as bad:
            self.request_done = False
            self._client_broke(bad)
            return b""
        if self.body is not None:
            self.request_done = False
            return b""
        if fields.upgrade and not self.head.http_1_0:
            return b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        return b"Content-Length: 0\r\n\r\n" if fields.has_length else b"\r\n"

    # asking

    def _ask(self, only_new: bool = False) -> None:
        """Sends the request on a free connection, or opens one."""
        pool = self.pool
        order = pool.order_in_trouble(not self._may_fall_back()) if pool.in_trouble else pool.order()
        if not order:
            self.backend_failed(Failure.EJECTED, untouched=True)
            return
        if not only_new:
            cautious = self.body is not None or self.head.method not in _IDEMPOTENT
            connection = order[0].take(cautious)
            if connection is not None:
                self.reused = True
                self._send(connection, order[0])
                return
        self._ask_on_new(order)

    def _ask_on_new(self, order: tuple[Origin, ...]) -> None:
        self.reused = False
        self.client.deadline = _NEVER
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
        connection.write(self.head_bytes if self.body is None else self.head_bytes + self.body.begin())
        if self.request_done:
            self.client.deadline = monotonic() + self.pool.timeout_seconds
        else:
            self.client.deadline = monotonic() + self.client.site.limits.progress_seconds
            self.client.resume_reading()

    # from the client

    def client_data(self, data: bytes) -> None:
        """Bytes from the client: of the body, or of its next request."""
        body = self.body
        if body is None or body.done:
            self.client.hold(data)
            return
        try:
            payload, rest = body.feed(data)
        except BadMessage as bad:
            self._client_broke(bad)
            return
        self.request_done = body.done
        if self.copy is not None:
            self.copy.request(payload)
        if self.backend is not None:
            wire = body.wire(payload)
            if wire:
                self.backend.write(wire)
                self.client.deadline = monotonic() + self.client.site.limits.progress_seconds
        elif payload and body.wait(payload):
            self.client.pause_reading()
        if body.done and self.backend is not None and not self.status:
            self.client.deadline = monotonic() + self.pool.timeout_seconds
        if rest:
            self.client.hold(rest)

    def _client_broke(self, bad: BadMessage) -> None:
        """The body is not what its head said."""
        self._drop_backend()
        if self.status:
            self.end("client-broke", monotonic())
            self.client.abort()
            return
        start = "can't be understood" if bad.status == 400 else "is refused"
        self._answer_self(bad.status, f"This request {start}: {bad.reason}.", keep=False)

    def client_eof(self) -> None:
        """The client ended its side: with a whole request it may still listen, else the request is over."""
        if not self.request_done:
            self.client_gone()
            self.client.abort()
            return
        self.keep = False
        self.client.deadline = min(self.client.deadline, monotonic() + HALF_CLOSED_SECONDS)

    def client_gone(self) -> None:
        """The client's connection is lost."""
        if not self.over:
            self._drop_backend()
            self.end("client-gone", monotonic())

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
        if self.status or self.client.ended:
            self._drop_backend()
            self.end("client-gone" if self.client.ended else "stalled", monotonic())
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
            self.client.write(b"%b%b\r\n" % (head.fields.start, head.fields.passed))

    def answer(self, head: ResponseHead, payload: bytes, done: bool) -> None:
        """The final head, with what of the body came along."""
        status = head.status
        if status >= 500:
            self.pool.failed(self.origin, Failure.STATUS.word)
        elif self.origin.suspect:
            self.pool.succeeded(self.origin)
        if status >= 500 and self._may_fall_back():
            if done:
                self._give_back(monotonic())
            else:
                self._drop_backend()
            self._fall_back(Failure.STATUS)
            return
        client, fields = self.client, head.fields
        framing, to_chunks, self.keep = framing_of(head, self.head, self._may_keep() and self.head.keep_alive)
        self.status = status
        if not fields.has_date:
            framing += date_line(time())
        if self.copy is not None:
            self.copy.answered(head, payload)
        self.sent_bytes = len(payload)
        if to_chunks:
            self.to_chunks = True
            if payload:
                payload = encode_chunk(payload)
        start = b"%b%b%b%b\r\n" % (fields.start, fields.passed, self.labels.answer_line, framing)
        if len(payload) > _JOINED_BYTES:
            client.write(start)
            client.write(payload)
        else:
            client.write(start + payload)
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
        backend, client = self.backend, self.client
        if (
            backend is None
            or not self.head.fields.upgrade
            or self.head.http_1_0
            or head.fields.upgrade.lower() != b"websocket"
        ):
            self._drop_backend()
            self.backend_failed(Failure.BROKEN, untouched=False)
            return
        self.status = 101
        client.write(
            b"%b%b%bConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            % (head.fields.start, head.fields.passed, self.labels.answer_line)
        )
        client.exchange = tunnel = Tunnel(self, client, backend)
        backend.become_tunnel(tunnel)
        if data:
            tunnel.backend_data(data)
        held = client.take_held()
        if held:
            tunnel.client_data(held)
        client.resume_reading()

    def backend_failed(self, failure: Failure, untouched: bool) -> None:
        """No answer will come from this connection: someone else is asked, or the user told."""
        self.backend = None
        site, pool = self.client.site, self.pool
        closed = failure is Failure.CLOSED
        may_repeat = closed and untouched and self.body is None
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
        self.pool.failed(self.origin, "broke-midway")
        self.client.site.counters.count("backend_failures", f"{self.pool.backend.name} broke-midway")
        self.end("backend-broke", monotonic())
        self.client.abort()

    def backend_full(self) -> None:
        """The backend reads slowly."""
        self.client.pause_reading()

    def backend_drained(self) -> None:
        """The backend has read."""
        self.client.resume_reading()

    # falling back, ending

    def _may_fall_back(self) -> bool:
        return self.fallback is not None and self.body is None and self.head.method in _SAFE and not self.status

    def _fall_back(self, failure: Failure) -> None:
        route = self.decision.route
        self.client.site.counters.count("fallbacks", f"{'-' if route is None else route.name} {failure.word}")
        fallback = self.fallback
        assert fallback is not None
        self.copy = None
        self.pool, self.labels, self.fallback = self.plan.choice(self.decision, fallback, Why.FALLBACK)
        self._ask()

    def _may_keep(self) -> bool:
        return self.request_done and not self.client.ended and not self.client.site.draining

    def _answer_self(self, status: int, text: str, keep: bool) -> None:
        """Answers in a backend's place."""
        client, head = self.client, self.head
        self.keep = keep and head.keep_alive and self._may_keep()
        self.status = status
        self.copy = None
        extra = self.labels.answer_line
        if self.keep and head.http_1_0:
            extra += KEEP_1_0
        data, self.sent_bytes = answer(
            status,
            text,
            now=time(),
            accept=head.get("accept") or "",
            request_id=self.request_id,
            extra=extra,
            close=not self.keep,
            head=head.method == b"HEAD",
        )
        client.write(data)
        self._complete()

    def _answer_for_whom_it_stops(self) -> None:
        """Answers OPTIONS itself, since `Max-Forwards` makes the proxy the final recipient."""
        self.labels = self.client.site.own_labels
        self.keep = self.head.keep_alive and self._may_keep() and body_of(self.head.fields, False, None) is None
        self.status = 204
        self.client.write(allowed(time(), close=not self.keep))
        self._complete()

    def _complete(self) -> None:
        """The answer is whole."""
        now = monotonic()
        if self.backend is not None:
            self._give_back(now)
        self.end("", now)
        self.client.exchange_over(self.keep, self.request_done, now)

    def _give_back(self, now: float) -> None:
        backend, self.backend = self.backend, None
        if backend is None:
            return
        backend.resume_reading()
        if backend.reusable and self.request_done and (self.body is None or not self.body.leaves_doubt):
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

    def end(self, ended: str, now: float) -> None:
        """Counts and logs, once."""
        self.over = True
        site = self.client.site
        seconds = now - self.started
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
