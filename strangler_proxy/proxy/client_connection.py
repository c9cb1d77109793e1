"""A client's connection: finds where each request begins, keeps requests in order, and knows when to close."""

import asyncio
import socket
import struct
from collections.abc import Callable
from time import monotonic, time
from typing import TYPE_CHECKING, Any

from strangler_proxy.proxy import forwarded
from strangler_proxy.proxy.answers import answer
from strangler_proxy.proxy.exchange import Exchange
from strangler_proxy.proxy.grammar import BadMessage
from strangler_proxy.proxy.limits import HEADER_COUNT, LINGER_SECONDS, WRITE_BUFFER_BYTES
from strangler_proxy.proxy.plan import Plan
from strangler_proxy.proxy.request_head import parse_request_head
from strangler_proxy.proxy.tunnel import Tunnel

if TYPE_CHECKING:
    from strangler_proxy.proxy.site import Site

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class ClientConnection(asyncio.Protocol):
    """One connection from a client; has an exchange while a request is under way."""

    def __init__(self, site: "Site") -> None:
        self.site = site
        self.peer = ""
        self.port = 0
        self.scheme = b"http"
        self.exchange: Exchange | Tunnel | None = None
        self.deadline = float("inf")
        """Monotonic seconds at which waiting ends; what that means depends on what is waited for."""
        self.ended = False
        """The client has ended its side."""
        self.writing_paused = False
        self._transport: Any = None
        self._held = b""
        self._reading_paused = False
        self._lingers = False
        self._rests = False
        """It was answered once, and may ask again."""
        self._told: tuple[Plan, bytes, bytes] | None = None
        self._trust: tuple[Plan, bool] | None = None
        self._unsent = 0

    # what an exchange asks of its client

    write: Callable[[bytes], None]
    """Sends without waiting; `Exchange.client_full` says when it is too much. The transport's own method, as each call
    through another costs."""

    def hold(self, data: bytes) -> None:
        """Keeps bytes of the next request until this one is over, and reads no more."""
        self._held += data
        self.pause_reading()

    def take_held(self) -> bytes:
        """The bytes kept by `hold`, no longer kept."""
        held, self._held = self._held, b""
        return held

    def pause_reading(self) -> None:
        """Takes nothing from the client until `resume_reading`."""
        if not self._reading_paused and not self._transport.is_closing():
            self._reading_paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Takes from the client again."""
        if self._reading_paused:
            self._reading_paused = False
            if not self._transport.is_closing():
                self._transport.resume_reading()

    def close(self) -> None:
        """Closes once all is sent."""
        self._transport.close()

    def abort(self) -> None:
        """Resets the connection, so that the client can't take what it got for a whole answer."""
        sock = self._transport.get_extra_info("socket")
        if sock is not None and not self._transport.is_closing():
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    def exchange_over(self, keep: bool, clean: bool, now: float) -> None:
        """The answer is sent; `clean`: the whole request had been read."""
        self.exchange = None
        if self._reading_paused:
            self.resume_reading()
        if not keep:
            if clean and not self._held:
                self._lingers = True
                self._transport.close()
            else:
                self._linger()
            return
        self._rests = True
        self.deadline = now + self.site.limits.idle_seconds
        if self._held:
            self._begin(self.take_held())

    def is_trusted(self, plan: Plan) -> bool:
        """Whether the peer is one of the plan's trusted proxies."""
        if self._trust is None or self._trust[0] is not plan:
            self._trust = (plan, forwarded.is_trusted(self.peer, plan.trusted))
        return self._trust[1]

    def told_lines(self, plan: Plan, host: bytes) -> bytes:
        """What a backend is told of this peer, when it is not trusted, and of the way through the proxy."""
        told = self._told
        if told is None or told[1] != host or told[0] is not plan:
            lines = forwarded.fresh_lines(self.peer, host, self.port, self.scheme)
            self._told = told = (plan, host, lines + self.site.hops.first_line + plan.via)
        return told[2]

    def drain(self, idle_seconds: float) -> None:
        """Gives an idle connection `idle_seconds` for a last request; one under way says `Connection: close`."""
        if self.exchange is None:
            self.deadline = min(self.deadline, monotonic() + idle_seconds)

    def rested_seconds(self, now: float) -> float:
        """How long it has been kept for its next request; 0 where it has yet to ask, or asks."""
        if not self._rests or self._held or self._lingers or self.exchange is not None:
            return 0.0
        return now - (self.deadline - self.site.limits.idle_seconds)

    def let_go(self) -> None:
        """Ends a connection that rests, as its time would have done."""
        self._transport.abort()

    def deadline_passed(self) -> None:
        """Waiting has ended."""
        self.deadline = float("inf")
        if self.writing_paused and self.exchange is not None:
            unsent = self._transport.get_write_buffer_size()
            if unsent < self._unsent:  # slow, but it reads
                self._unsent = unsent
                self.exchange.client_full()
                return
        if self.exchange is not None:
            self.exchange.deadline_passed()
        elif self._held and not self._lingers:
            self._refuse(BadMessage("the head did not come in time", 408), self._held.startswith(b"HEAD "))
        else:
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.write = transport.write
        peer = transport.get_extra_info("peername")
        self.peer = forwarded.plain_address(peer[0]) if peer else "0.0.0.0"
        name = transport.get_extra_info("sockname")
        self.port = name[1] if name else 0
        if transport.get_extra_info("sslcontext") is not None:
            self.scheme = b"https"
        transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)
        self.deadline = monotonic() + self.site.limits.head_seconds
        self.site.connected(self)

    def data_received(self, data: bytes) -> None:
        exchange = self.exchange
        if exchange is not None:
            exchange.client_data(data)
        elif not self._lingers:
            if self._held:
                data = self.take_held() + data
            self._begin(data)

    def eof_received(self) -> bool:
        self.ended = True
        if self.exchange is None:
            return False
        self.exchange.client_eof()
        return self.scheme != b"https"  # TLS knows no connection that is half closed

    def connection_lost(self, exc: Exception | None) -> None:
        self.deadline = float("inf")
        self.site.disconnected(self)
        exchange, self.exchange = self.exchange, None
        if exchange is not None:
            exchange.client_gone()

    def pause_writing(self) -> None:
        self.writing_paused = True
        self._unsent = self._transport.get_write_buffer_size()
        if self.exchange is not None:
            self.exchange.client_full()

    def resume_writing(self) -> None:
        self.writing_paused = False
        if self.exchange is not None:
            self.exchange.client_drained()

    # reading

    def _begin(self, data: bytes) -> None:
        """Starts the exchange of the request that `data` begins with, once its head is whole."""
        end = data.find(b"\r\n\r\n")
        if data.startswith(b"\r"):
            while data.startswith(b"\r\n"):  # RFC 9112 section 2.2: empty lines before a request are passed over
                data = data[2:]
            end = data.find(b"\r\n\r\n")
        try:
            limits = self.site.limits
            if end < 0 or end > limits.head_bytes:
                self._wait_for_head(data)
                return
            if limits.header_count < HEADER_COUNT and data.count(b"\r\n", 0, end) > limits.header_count:
                raise BadMessage(f"more than {limits.header_count} headers", 431)
            head = parse_request_head(data[:end])
        except BadMessage as bad:
            self._refuse(bad, data.startswith(b"HEAD "))
            return
        self.exchange = exchange = Exchange(self, head, self.site.plan)
        exchange.start(data[end + 4 :])

    def _wait_for_head(self, data: bytes) -> None:
        """Keeps an unfinished head, unless it can't become a good one.

        Raises:
            BadMessage: it is too long, or not HTTP.
        """
        limits = self.site.limits
        if len(data) > limits.head_bytes:
            raise BadMessage(f"its head is larger than {limits.head_bytes} bytes", 431)
        if data.count(b"\n") != data.count(b"\r\n"):
            raise BadMessage("line that does not end in CRLF")
        if data:
            self.deadline = min(self.deadline, monotonic() + limits.head_seconds)
        self._held = data

    def _refuse(self, bad: BadMessage, to_head: bool) -> None:
        """Answers what is no proper request, and closes; `to_head`: it may be a HEAD request."""
        text = f"This request can't be understood: {bad.reason}."
        data, size = answer(bad.status, text, now=time(), close=True, head=to_head)
        self.write(data)
        self.site.refused(self, bad.status, size)
        self._linger()

    def _linger(self) -> None:
        """Ends this side, and throws away what still comes for a moment, so that the answer arrives."""
        self._held = b""
        self._lingers = True
        if self.ended or self.scheme == b"https":  # closing TLS lingers by itself
            self._transport.close()
            return
        self._transport.write_eof()
        self.deadline = monotonic() + LINGER_SECONDS
