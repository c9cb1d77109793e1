"""One request and the answer it gets: the one place where client, decision and backends meet.

1. The request is decided on, its head written anew, and sent to the chosen backend.
2. The body streams to the backend while it comes, the answer streams to the client; a slow reader slows the other.
3. A backend that fails before its answer began is replaced, as far as the request allows (`asking.py`).
4. A backend that fails later breaks the client's connection, so that nobody takes half an answer for a whole one.
"""

from time import monotonic, time
from typing import TYPE_CHECKING, Final

from strangler_proxy.proxy import forwarded
from strangler_proxy.proxy.answer_framing import KEEP_1_0, framing_of
from strangler_proxy.proxy.answers import allowed, answer
from strangler_proxy.proxy.asking import Asking
from strangler_proxy.proxy.chunked import encode_chunk, encode_end
from strangler_proxy.proxy.exchange_copy import Copy
from strangler_proxy.proxy.failure import Failure
from strangler_proxy.proxy.grammar import BadMessage
from strangler_proxy.proxy.http_date import date_line
from strangler_proxy.proxy.limits import HALF_CLOSED_SECONDS, SILENT_STREAM_SECONDS
from strangler_proxy.proxy.marks import LOOP
from strangler_proxy.proxy.plan import Plan
from strangler_proxy.proxy.request_body import body_of
from strangler_proxy.proxy.request_head import RequestHead
from strangler_proxy.proxy.response_head import ResponseHead
from strangler_proxy.proxy.tracing import trace
from strangler_proxy.proxy.tunnel import Tunnel
from strangler_proxy.routing.model import Request

if TYPE_CHECKING:
    from strangler_proxy.proxy.client_connection import ClientConnection

_METHODS: Final = {name.encode(): name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")}

_JOINED_BYTES: Final = 64 * 1024
"""Up to here head and body are copied into one write; beyond it two writes are cheaper."""


class Exchange(Asking):
    """One request under way. Its client feeds it, its backend connection answers it."""

    # Where an exchange starts; only what differs is set on each one.
    sent_bytes = 0
    to_chunks = False
    """The answer goes to the client in chunks."""
    keep = False
    """The client's connection lives on after the answer."""
    hops = 0
    """Times that the request has been here before, by its own telling."""
    address: str

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
            told += self._way_lines()
        else:
            address = client.peer
            if fields.hop is None and not head.http_1_0:
                told = client.told_lines(plan, head.host)
            else:
                told = forwarded.fresh_lines(address, head.host, client.port, client.scheme) + self._way_lines()
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
        route = decision.route
        if decision.captured and route is not None and not fields.upgrade:
            captures = client.site.captures
            why_not = LOOP if self.hops else captures.why_not
            if why_not:
                captures.drop(why_not, route.name)
            else:
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
        if self.hops and client.site.hops.too_many(self.hops):
            self._end_loop()
        elif not self.over:
            self.ask()

    def _way_lines(self) -> bytes:
        """The lines that say how the request came through this proxy."""
        head, hops = self.head, self.client.site.hops
        via = self.plan.via_1_0 if head.http_1_0 else self.plan.via
        if head.fields.hop is not None:
            self.hops = hops.count(head.fields.hop)
        return (hops.lines(self.hops, head.fields.shadow) if self.hops else hops.first_line) + via

    def _end_loop(self) -> None:
        """Answers a request that goes round."""
        if self.over:
            return
        self.failure = LOOP
        self.client.site.counters.count("loops", self.pool.backend.name)
        text = f"This request has come back to the same proxy {self.hops} times: its backend leads here again."
        self.answer_self(508, text, keep=True)

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
        self.drop_backend()
        if self.status:
            self.end("client-broke", monotonic())
            self.client.abort()
            return
        start = "can't be understood" if bad.status == 400 else "is refused"
        self.answer_self(bad.status, f"This request {start}: {bad.reason}.", keep=False)

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
            self.drop_backend()
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
            self.drop_backend()
            self.end("client-gone" if self.client.ended else "stalled", monotonic())
            self.client.abort()
        elif not self.request_done:
            self.drop_backend()
            self.answer_self(408, "The body of this request did not come in time.", keep=False)
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
        if status >= 500 and self.may_fall_back():
            if done:
                self.give_back()
            else:
                self.drop_backend()
            self.fall_back(Failure.STATUS)
            return
        client, fields = self.client, head.fields
        request = self.head
        may_keep = request.keep_alive and self.request_done and not client.ended and not client.site.draining
        framing, to_chunks, self.keep = framing_of(head, request, may_keep)
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
        if len(payload) > _JOINED_BYTES:
            client.write(b"%b%b%b%b\r\n" % (fields.start, fields.passed, self.labels.answer_line, framing))
            client.write(payload)
        else:
            client.write(b"%b%b%b%b\r\n%b" % (fields.start, fields.passed, self.labels.answer_line, framing, payload))
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
            return
        if self.origin.suspect and monotonic() - self.started > self.pool.timeout_seconds:
            self._prove_origin()  # a stream: it may go on for hours, and has done so long enough
        if client.writing_paused:
            return
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
            self.drop_backend()
            self.backend_failed(Failure.BROKEN, untouched=False)
            return
        self.status = 101
        if self.origin.suspect:
            self._prove_origin()
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

    def backend_broke(self) -> None:
        """The answer will not be whole: neither shall it look so."""
        self.backend = None
        self.pool.failed(self.origin, "broke-midway")
        counters, route = self.client.site.counters, self.decision.route
        counters.count("backend_failures", f"{self.pool.backend.name} broke-midway")
        counters.count("broken_answers", f"{'-' if route is None else route.name} {self.pool.backend.name}")
        self.end("backend-broke", monotonic())
        self.client.abort()

    def backend_full(self) -> None:
        """The backend reads slowly."""
        self.client.pause_reading()

    def backend_drained(self) -> None:
        """The backend has read."""
        self.client.resume_reading()

    # ending

    def _may_keep(self) -> bool:
        return self.request_done and not self.client.ended and not self.client.site.draining

    def answer_self(self, status: int, text: str, keep: bool) -> None:
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
            if self.origin.suspect:
                self._prove_origin()
            self.give_back()
        self.end("", now)
        self.client.exchange_over(self.keep, self.request_done, now)

    def _prove_origin(self) -> None:
        """A `suspect` origin gave a whole answer: its head alone proves nothing, as it may break off behind it."""
        if self.status < 500:
            self.pool.succeeded(self.origin)

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
                self.failure,
            )
        )
