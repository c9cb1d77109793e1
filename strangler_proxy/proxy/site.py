"""What all connections of one worker share: its plan, its counters, its log, its way to the comparer."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Coroutine
from pathlib import Path
from time import monotonic, time
from typing import TYPE_CHECKING, Any, Final

from strangler_proxy.compare.capture_frame import frame
from strangler_proxy.proxy.acceptor import most_connections
from strangler_proxy.proxy.access_log import AccessLog
from strangler_proxy.proxy.capture_sender import CaptureSender
from strangler_proxy.proxy.counters import BOUNDS, Counters, Report, SeriesKey
from strangler_proxy.proxy.exchange_copy import Copy
from strangler_proxy.proxy.health_check import check
from strangler_proxy.proxy.hops import Hops
from strangler_proxy.proxy.journal import Journal
from strangler_proxy.proxy.limits import CAPTURE_BODY_BYTES, STALL_SECONDS, SWEEP_SECONDS
from strangler_proxy.proxy.plan import Labels, Plan
from strangler_proxy.proxy.tunnel import Tunnel
from strangler_proxy.routing.model import Decision, Request
from strangler_proxy.routing.override import Override, verify
from strangler_proxy.routing.table import NO_ROUTE

if TYPE_CHECKING:
    from strangler_proxy.proxy.client_connection import ClientConnection
    from strangler_proxy.proxy.exchange import Exchange

_OWN_LABELS: Final = '"route":null,"stage":"-","backend":"proxy","why":"max-forwards"'
_LINE_BYTES: Final = len(b"  HTTP/1.1\r\n")
"""Of a request's first line, besides method and target."""
_REFUSED_LABELS: Final = '"route":null,"stage":"-","backend":"proxy","why":"bad-request"'


class Site:
    """One worker's shared state. A config change replaces `plan` between two requests."""

    def __init__(
        self, plan: Plan, counters: Counters, access_log: AccessLog, capture_path: Path, secret: bytes, hops: Hops
    ) -> None:
        self.plan = plan
        self.hops = hops
        self.limits = plan.config.proxy.limits
        self.counters = counters
        self.access_log = access_log
        self.journal = Journal(access_log, plan.config.redact)
        self.captures = CaptureSender(capture_path)
        self.draining = False
        self.most_connections = most_connections(plan.config)
        self.on_full: Callable[[], None] = lambda: None
        """Called with each connection that is the last one, or beyond it."""
        self.connections: set[ClientConnection] = set()
        self._secret = secret
        self._tasks: set[asyncio.Task[None]] = set()
        self._refused = Labels(b"", _REFUSED_LABELS, counters.series_of("-", "-", "proxy"))
        self.own_labels = Labels(b"", _OWN_LABELS, counters.series_of("-", "-", "proxy"))
        """Of a proper request that the proxy answers itself."""

    def act_by(self, plan: Plan) -> None:
        """Replaces the plan for every request that begins from now on."""
        previous, self.plan = self.plan, plan
        self.limits = plan.config.proxy.limits
        self.most_connections = most_connections(plan.config)
        self.journal.act_by(plan.config.redact)
        plan.replaces(previous)

    def decide(self, plan: Plan, request: Request, override: Override | None) -> Decision:
        """Where the request goes. Should deciding itself fail, the monolith answers: our fault is not the user's."""
        try:
            return plan.table.decide(request, override)
        except Exception:
            self.counters.count("faults", "decide")
            return NO_ROUTE

    def verified_override(self, value: bytes, now: float) -> Override | None:
        """What a tester's header asks for, when it is signed with this proxy's secret."""
        if not self._secret:
            return None
        return verify(self._secret, value.decode("latin-1"), now)

    def hand_over(self, exchange: "Exchange", copy: Copy, route: str, ended: str, seconds: float) -> None:
        """Gives a finished exchange to the comparer, or counts why not."""
        captures, head = self.captures, copy.head
        if ended or head is None:
            captures.drop("unfinished", route)
        elif copy.request_size > CAPTURE_BODY_BYTES:
            captures.drop("request-cut", route)
        else:
            asked = exchange.head
            after_first_line = len(asked.method) + len(asked.target) + _LINE_BYTES
            captures.send(
                frame(
                    route=route.encode(),
                    request_id=exchange.request_id.encode("ascii"),
                    started=exchange.received,
                    method=asked.method,
                    target=asked.target,
                    request_fields=exchange.head_bytes[after_first_line : -2 if exchange.body is None else None],
                    request_body=copy.request_pieces,
                    status=head.status,
                    response_fields=head.fields_block,
                    response_body=copy.response_pieces,
                    response_body_size=copy.response_size,
                    duration_ms=seconds * 1000,
                ),
                route,
            )

    def refused(self, client: "ClientConnection", status: int, size: int) -> None:
        """Counts and logs what was no proper request."""
        self.journal.add((self._refused, time(), b"-", b"-", status, size, 0.0, "", "-", "-", client.peer, ""))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs a coroutine of an exchange, kept from being collected while it runs."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def connected(self, client: "ClientConnection") -> None:
        """A client has come."""
        self.connections.add(client)
        self.counters.open_connections += 1
        if len(self.connections) >= self.most_connections:
            self.on_full()

    def disconnected(self, client: "ClientConnection") -> None:
        """A client has gone."""
        if client in self.connections:
            self.connections.discard(client)
            self.counters.open_connections -= 1

    def report(self) -> Report:
        """The worker's counters, with those that others keep."""
        self.journal.flush()
        report = self.counters.report()
        report.left_out = {name: pool.left_out for name, pool in self.plan.pools.items()}
        report.urls = {name: len(pool.origins) for name, pool in self.plan.pools.items()}
        report.waiting = self._waiting(monotonic())
        report.counts.update(self.captures.books.counts())
        if self.access_log.dropped:
            report.counts["log_lines_dropped", "access"] = self.access_log.dropped
        return report

    def _waiting(self, now: float) -> dict[SeriesKey, list[int]]:
        """Requests that are whole and have no answer yet: a backend that hangs is seen before a timeout says so."""
        waiting: dict[SeriesKey, list[int]] = {}
        for client in self.connections:
            exchange = client.exchange
            if exchange is not None and not isinstance(exchange, Tunnel) and exchange.waits:
                key = exchange.series_key
                waits = waiting.get(key)
                if waits is None:
                    waits = waiting[key] = [0] * (len(BOUNDS) + 1)
                waits[bisect_left(BOUNDS, now - exchange.started)] += 1
        return waiting

    async def sweep_forever(self) -> None:
        """Ends what has waited for too long, and flushes the log, every `SWEEP_SECONDS`.

        Where the sweep itself comes late, the worker stood still, and has yet to read what came meanwhile: timers run
        before sockets are read. That time is nobody's.
        """
        while True:
            slept = monotonic()
            await asyncio.sleep(SWEEP_SECONDS)
            now = monotonic()
            stall = now - slept - SWEEP_SECONDS
            if stall > STALL_SECONDS:
                for client in self.connections:
                    client.deadline += stall
                continue
            late = [client for client in self.connections if client.deadline < now]
            for client in late:
                client.deadline_passed()
            for pool in self.plan.pools.values():
                pool.sweep(now)
                if pool.next_check <= now:
                    pool.next_check = now + pool.check_interval_seconds()
                    for origin in pool.origins:
                        self.spawn(check(pool, origin))
            self.captures.sweep(now)
            self.journal.flush()
