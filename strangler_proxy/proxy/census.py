"""What all processes have counted together, so that no counter falls when one hangs or dies."""

import asyncio
from collections.abc import Iterable

from strangler_proxy.proxy.child import Child
from strangler_proxy.proxy.control import Count, Counted
from strangler_proxy.proxy.counters import Report

_SECONDS = 1.0
"""That a process has for reporting its counters; a hung one is left out, with its sums of last time."""


class Census:
    """Asks the processes for their counters, and remembers those of the dead."""

    def __init__(self) -> None:
        self._number = 0
        self._waiting: dict[int, tuple[set[Child], Report, asyncio.Event]] = {}
        self._last: dict[Child, Report] = {}
        self._of_the_dead = Report()

    async def count(self, children: Iterable[Child]) -> Report:
        """The sums of these processes, and of all that died."""
        self._number += 1
        number, total, done = self._number, Report(), asyncio.Event()
        asked = {child for child in children if child.channel is not None}
        self._waiting[number] = (asked, total, done)
        for child in list(asked):
            if child.channel is not None:
                child.channel.send(Count(number))
        try:
            async with asyncio.timeout(_SECONDS):
                if asked:
                    await done.wait()
        except TimeoutError:
            pass  # the page shows what the others said
        del self._waiting[number]
        total.add(self._of_the_dead)
        for child in asked:
            total.add(self._last.get(child, Report()))
        return total

    def counted(self, child: Child, message: Counted) -> None:
        """A process has reported, asked or by its heartbeat."""
        self._last[child] = message.report
        waiting = self._waiting.get(message.number)
        if waiting is not None and child in waiting[0]:
            waiting[1].add(message.report)
            self._no_longer_awaited(child, waiting)

    def died(self, child: Child) -> None:
        """Its sums are kept; its gauges went with it."""
        self._of_the_dead.add(self._last.pop(child, Report()))
        self._of_the_dead.open_connections = 0
        for gauges in (self._of_the_dead.left_out, self._of_the_dead.urls, self._of_the_dead.waiting):
            gauges.clear()
        for waiting in self._waiting.values():
            self._no_longer_awaited(child, waiting)

    @staticmethod
    def _no_longer_awaited(child: Child, waiting: tuple[set[Child], Report, asyncio.Event]) -> None:
        children, _, done = waiting
        children.discard(child)
        if not children:
            done.set()
