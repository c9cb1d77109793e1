"""Takes captures, compares each in its turn, and sees to it that each is accounted for.

A capture goes through the backlog to its service's lane, which compares `shadow_concurrency` at a time; what comes of
it goes to the writer. Whatever else becomes of it has a reason (`NotCompared`), and goes there too.
"""

import asyncio
import sys
from time import monotonic

from strangler_proxy.compare.capture_frame import decode, route_in
from strangler_proxy.config.model import Config
from strangler_proxy.proxy.counters import Counters
from strangler_proxy.shadow.backlog import Backlog, Waiting
from strangler_proxy.shadow.candidate_request import ASKED_TWICE, is_marked
from strangler_proxy.shadow.comparing import Seen, compared
from strangler_proxy.shadow.fault import told
from strangler_proxy.shadow.plan import Plan
from strangler_proxy.shadow.record import Compared, NotCompared
from strangler_proxy.shadow.writer import Writer

UNKNOWN_ROUTE = "-"


class Comparer:
    """The part of the process that is not sockets."""

    def __init__(self, writer: Writer, counters: Counters, redaction_key: bytes) -> None:
        """`redaction_key` makes the marks that stand for private data; see `compare.redact.Redactor`."""
        self._redaction_key = redaction_key
        self._writer = writer
        self._counters = counters
        self._plan: Plan | None = None
        self._backlog = Backlog(0, 0)
        self._seen = Seen()
        self._lanes: dict[str, set[asyncio.Task[None]]] = {}
        self._under_way: dict[asyncio.Task[None], Waiting] = {}
        self._stopping = False

    def act_by(self, config: Config) -> None:
        """Replaces the config. What waits is compared by the new one. Raises whatever is wrong with it."""
        previous, self._plan = self._plan, Plan(config, self._redaction_key, self._plan)
        if previous is not None:
            self._plan.replaces(previous)
        self._backlog.most = config.comparer.queue_captures
        self._backlog.most_bytes = config.comparer.queue_bytes
        self._seen = Seen()
        for service in config.backends:
            self._pump(service)

    def take(self, frame: bytes, connection: str) -> None:
        """A capture has come.

        Raises:
            ValueError: what came is no capture.
        """
        route = route_in(frame)
        self._counters.count("captures_received", route)
        self._writer.received(connection)
        shadowed = None if self._plan is None else self._plan.shadowed(route)
        waiting = Waiting(route, connection, monotonic(), frame)
        if self._stopping:
            self._leave(waiting, NotCompared.STOPPED)
        elif shadowed is None:
            self._leave(waiting, NotCompared.ROUTE_GONE)
        else:
            service = shadowed.candidate.backend.name
            for gone in self._backlog.put(service, waiting):
                self._leave(gone, NotCompared.BACKLOG)
            self._pump(service)

    def sweep(self) -> None:
        """Closes what rests; to be called now and then."""
        if self._plan is not None:
            self._plan.sweep(monotonic())

    async def stop(self, seconds: float) -> None:
        """What is under way gets so long; what waits, or takes longer, is not compared."""
        self._stopping = True
        for waiting in self._backlog.empty():
            self._leave(waiting, NotCompared.STOPPED)
        if self._under_way:
            await asyncio.wait(list(self._under_way), timeout=seconds)
        for task in list(self._under_way):
            task.cancel()
        if self._under_way:
            await asyncio.wait(list(self._under_way), timeout=1)

    def _pump(self, service: str) -> None:
        """Begins as many comparisons as the service's lane has room for."""
        if self._plan is None or (reach := self._plan.reaches.get(service)) is None:
            return
        lane = self._lanes.setdefault(service, set())
        while len(lane) < reach.backend.shadow_concurrency and (waiting := self._backlog.take(service)) is not None:
            if monotonic() - waiting.arrived > self._plan.config.comparer.wait_seconds:
                self._leave(waiting, NotCompared.BACKLOG)
                continue
            task = asyncio.get_running_loop().create_task(self._compare(waiting))
            lane.add(task)
            self._under_way[task] = waiting
            task.add_done_callback(lambda done: self._ended(service, done))

    def _ended(self, service: str, task: "asyncio.Task[None]") -> None:
        waiting = self._under_way.pop(task)
        self._lanes[service].discard(task)
        if task.cancelled():
            self._leave(waiting, NotCompared.STOPPED)
        self._pump(service)

    async def _compare(self, waiting: Waiting) -> None:
        """One capture, to its end; only cancellation is raised."""
        try:
            outcome = await self._outcome(waiting)
        except Exception as error:
            print(told(error), file=sys.stderr, flush=True)
            self._counters.count("faults", "comparer")
            outcome = NotCompared.FAULT
        if isinstance(outcome, NotCompared):
            self._leave(waiting, outcome)
        else:
            self._count(outcome)
            self._writer.compared(outcome, waiting.connection)

    async def _outcome(self, waiting: Waiting) -> Compared | NotCompared:
        plan = self._plan
        shadowed = None if plan is None else plan.shadowed(waiting.route)
        if shadowed is None:
            return NotCompared.ROUTE_GONE
        try:
            capture = decode(waiting.frame)
        except ValueError:
            return NotCompared.UNREADABLE
        if capture.method not in ASKED_TWICE:
            return NotCompared.METHOD
        if is_marked(capture):
            return NotCompared.LOOP
        return await compared(capture, shadowed, self._seen)

    def _leave(self, waiting: Waiting, reason: NotCompared) -> None:
        self._writer.left(waiting.route, reason, waiting.connection)

    def _count(self, record: Compared) -> None:
        route = record.route
        if record.failure is not None:
            result = "failed"
            self._counters.count("candidate_failures", f"{route} {record.failure}")
        else:
            result = "different" if record.differences else "not-seen" if record.not_seen else "equal"
        self._counters.count("comparisons", f"{route} {result}")
        if record.rechecked:
            self._counters.count("rechecked", route)
        if record.noise is not None:
            self._counters.count("asked_twice", f"{route} {'different' if record.noise else 'equal'}")
