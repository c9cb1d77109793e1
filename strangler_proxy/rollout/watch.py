"""A route under watch: from sums that only grow to the windows of the last seconds that an alarm is decided from.

1. Each reading is kept with its time; one that says nothing new is not.
2. A window is the newest reading less the last one that is as old as the window is long.
3. There are several windows: in a short one what breaks at once shows at once, in a long one what breaks a little.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from strangler_proxy.config.model import Gate
from strangler_proxy.rollout.alarm import Alarm, Usual, Window, alarm
from strangler_proxy.rollout.evidence import RouteEvidence

WINDOWS_SECONDS = (2.0, 30.0)
"""Lengths of the windows. The short one bounds how long a good past hides a bad present."""

KNOWN_FROM = 50
"""Comparisons from which on their share of mismatches says what was known of the service when the watch began."""

WORSE = 2.0
"""How many times the share of mismatches that was known then is borne: who sent users to a service in spite of it did
so on purpose."""

MOST_BORNE_PERCENT = 20.0
"""But no more than this: beyond it, what was known cannot be told from a service that has broken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What was counted of one route's service by a moment; all but the gauges only grows."""

    good: int = 0
    """Whole answers below 500."""
    gone: int = 0
    """Requests whose client left before an answer: nobody's fault, as far as one knows."""
    errors: int = 0
    failures: int = 0
    """As in `Window`."""
    durations: tuple[int, ...] = ()
    """Answers by the bucket of their duration; one bucket more than there are bounds."""
    comparisons: int = 0
    mismatches: int = 0
    waiting: tuple[int, ...] = ()
    """Gauge: requests that wait for an answer now, by how long, in the same buckets."""
    left_out: bool = False
    """Gauge: every URL of the service is left out."""


NOTHING = Reading()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """An alarm, and the window that rang it."""

    alarm: Alarm
    window: Window
    seconds: float
    """The length of the window."""


@dataclass(slots=True)
class Watch:
    """The readings of one route, for as long as it is in one stage with one service."""

    bounds_ms: Sequence[float]
    """Upper bounds of the buckets of durations, in milliseconds."""
    _kept: deque[tuple[float, Reading]] = field(default_factory=deque)
    _bad_in_a_row: int = 0
    _left_out_since: float | None = None
    _now: float = 0.0
    _newest: Reading = NOTHING
    _first: Reading | None = None

    def add(self, now: float, reading: Reading) -> None:
        """Takes the reading of the moment `now`, in monotonic seconds."""
        before = self._kept[-1][1] if self._kept else None
        self._now, self._newest = now, reading
        self._first = self._first or reading
        if not reading.left_out:
            self._left_out_since = None
        elif self._left_out_since is None:
            self._left_out_since = now
        sums = replace(reading, waiting=(), left_out=False)
        if sums == before:
            return
        if before is not None:
            bad = (sums.errors - before.errors) + (sums.failures - before.failures)
            self._bad_in_a_row = 0 if sums.good > before.good else self._bad_in_a_row + max(bad, 0)
        self._kept.append((now, sums))
        while len(self._kept) > 1 and self._kept[1][0] <= now - max(WINDOWS_SECONDS):
            self._kept.popleft()

    @property
    def answers(self) -> int:
        """Answers of the service since the watch began."""
        return 0 if self._first is None else _asked(self._newest) - _asked(self._first)

    def rung(self, gate: Gate, known: Usual, at_first: RouteEvidence | None = None) -> Rung | None:
        """The alarm that rings now, from the shortest window that rings; None: none does. `at_first` is the evidence
        when the watch began."""
        for seconds in WINDOWS_SECONDS:
            window = self.window(seconds, known)
            found = alarm(window, _as_known(gate, at_first), known)
            if found is not None:
                return Rung(alarm=found, window=window, seconds=seconds)
        return None

    def window(self, seconds: float, known: Usual) -> Window:
        """What happened in the last `seconds`."""
        if not self._kept:
            return Window()
        then = next((one for at, one in reversed(self._kept) if at <= self._now - seconds), self._kept[0][1])
        since = _less(self._newest, then)
        slow = waiting = 0
        if known.slow_from_ms is not None:
            first = self._first_slow(known.slow_from_ms)
            slow, waiting = sum(since.durations[first:]), sum(self._newest.waiting[first:])
        return Window(
            answers=_asked(since),
            errors=since.errors,
            failures=since.failures,
            bad_in_a_row=self._bad_in_a_row,
            slow=min(slow, _asked(since)),
            waiting=waiting,
            comparisons=since.comparisons,
            mismatches=min(since.mismatches, since.comparisons),
            left_out_seconds=0.0 if self._left_out_since is None else self._now - self._left_out_since,
        )

    def _first_slow(self, slow_from_ms: float) -> int:
        """The first bucket all of whose durations are slow."""
        return bisect_left(self.bounds_ms, slow_from_ms) + 1


def _as_known(gate: Gate, at_first: RouteEvidence | None) -> Gate:
    """The gate, with as many mismatches allowed as were known when the watch began, and some."""
    if at_first is None or at_first.comparisons < KNOWN_FROM:
        return gate
    borne = min(MOST_BORNE_PERCENT, WORSE * 100 * at_first.mismatches / at_first.comparisons)
    return replace(gate, max_mismatch_percent=max(gate.max_mismatch_percent, borne))


def _asked(reading: Reading) -> int:
    return reading.good + reading.gone + reading.errors + reading.failures


def _less(newer: Reading, older: Reading) -> Reading:
    """What was added; never less than nothing, as a counter that seems to fall began anew."""
    return Reading(
        good=max(newer.good - older.good, 0),
        gone=max(newer.gone - older.gone, 0),
        errors=max(newer.errors - older.errors, 0),
        failures=max(newer.failures - older.failures, 0),
        durations=tuple(_added(newer.durations, older.durations)),
        comparisons=max(newer.comparisons - older.comparisons, 0),
        mismatches=max(newer.mismatches - older.mismatches, 0),
    )


def _added(newer: Sequence[int], older: Sequence[int]) -> Iterator[int]:
    for index, count in enumerate(newer):
        yield max(count - (older[index] if index < len(older) else 0), 0)
