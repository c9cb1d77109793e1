"""What a worker counts: plain numbers, cheap to add to, and a report of them that the supervisor adds up."""

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from strangler_proxy.proxy.limits import SERIES

BOUNDS: Final[tuple[float, ...]] = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the duration histogram, in seconds: from a cached page to gunicorn's worker timeout."""

SeriesKey = tuple[str, str, str]
"""Route (`-` without one), stage, backend."""

_OTHER: Final[SeriesKey] = ("other", "other", "other")

_STATUSES: Final = 6
_SECONDS: Final = _STATUSES + len(BOUNDS) + 1
"""Where in a series' sums the buckets and the seconds begin."""


class Series:
    """The requests of one route, stage and backend.

    All sums lie in one piece of memory: with thousands of routes the processor has to fetch nearly every object that
    a request needs, which costs more than to count in it.
    """

    __slots__ = ("_sums",)

    def __init__(self) -> None:
        self._sums = array("d", bytes(8 * (_SECONDS + 1)))

    def add(self, status: int, seconds: float) -> None:
        """Counts one request; a status of 499 or none counts as `no answer`."""
        sums = self._sums
        sums[0 if status == 499 else status // 100] += 1.0
        sums[_STATUSES + bisect_left(BOUNDS, seconds)] += 1.0
        sums[_SECONDS] += seconds

    @property
    def statuses(self) -> list[int]:
        """Requests by hundreds of their status; the first counts those whose client left without an answer."""
        return [int(count) for count in self._sums[:_STATUSES]]

    @property
    def buckets(self) -> list[int]:
        """Requests by duration, each in the one bucket it falls in."""
        return [int(count) for count in self._sums[_STATUSES:_SECONDS]]

    @property
    def seconds(self) -> float:
        """Their durations, added up."""
        return self._sums[_SECONDS]


@dataclass(slots=True)
class Report:
    """The counters of one worker, or of several added up. Sums only grow, gauges are of now."""

    series: dict[SeriesKey, tuple[list[int], list[int], float]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    """(counter, label) → count; the counters are the fields of `Counters`."""
    open_connections: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    """Backend → URLs that are left out now."""
    urls: dict[str, int] = field(default_factory=dict)
    """Backend → URLs that it has, counted once by each worker."""
    waiting: dict[SeriesKey, list[int]] = field(default_factory=dict)
    """Requests that wait for the head of an answer now, by how long they have waited; the buckets of the durations."""

    def add(self, other: "Report") -> None:
        """Adds another report's sums and gauges to this one."""
        for key, (statuses, buckets, seconds) in other.series.items():
            mine = self.series.get(key, ([0] * len(statuses), [0] * len(buckets), 0.0))
            self.series[key] = (
                [a + b for a, b in zip(mine[0], statuses, strict=True)],
                [a + b for a, b in zip(mine[1], buckets, strict=True)],
                mine[2] + seconds,
            )
        for count_key, count in other.counts.items():
            self.counts[count_key] = self.counts.get(count_key, 0) + count
        self.open_connections += other.open_connections
        for mine_of, theirs_of in ((self.left_out, other.left_out), (self.urls, other.urls)):
            for backend, urls in theirs_of.items():
                mine_of[backend] = mine_of.get(backend, 0) + urls
        for key, waits in other.waiting.items():
            self.waiting[key] = [a + b for a, b in zip(self.waiting.get(key, [0] * len(waits)), waits, strict=True)]


class Counters:
    """All counters of one worker."""

    def __init__(self, most_series: int = SERIES) -> None:
        self._most_series = most_series
        self.series: dict[SeriesKey, Series] = {}
        self.counts: dict[tuple[str, str], int] = {}
        self.open_connections = 0

    def series_of(self, route: str, stage: str, backend: str) -> Series:
        """The series of these labels; beyond `most_series` different ones they all share one named `other`."""
        key = (route, stage, backend)
        series = self.series.get(key)
        if series is None:
            if len(self.series) >= self._most_series:
                key = _OTHER
            series = self.series.setdefault(key, Series())
        return series

    def count(self, counter: str, label: str) -> None:
        """Adds one to `counter` at `label`; labels come from the config and from fixed words, never from clients."""
        key = (counter, label)
        self.counts[key] = self.counts.get(key, 0) + 1

    def report(self) -> Report:
        """A copy to send away."""
        series = {key: (one.statuses, one.buckets, one.seconds) for key, one in self.series.items()}
        return Report(series, dict(self.counts), self.open_connections)
