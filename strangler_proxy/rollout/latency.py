"""Answer times, counted in buckets that are a fixed share wide: bounded memory, and quantiles exact to that share."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

WIDTH = 1.02
"""Upper edge of a bucket over its lower one: a quantile is told to 2 percent, finer than two runs agree."""

FLOOR_MS = 0.01
"""Milliseconds of the lowest edge; what is faster counts as this fast."""

_LOG_WIDTH = math.log(WIDTH)


def bucket_of(milliseconds: float) -> int:
    """The bucket, from 0, that an answer time belongs to."""
    if milliseconds <= FLOOR_MS:
        return 0
    return int(math.log(milliseconds / FLOOR_MS) / _LOG_WIDTH)


def middle_of(bucket: int) -> float:
    """Milliseconds in the (geometric) middle of the bucket."""
    return float(FLOOR_MS * WIDTH ** (bucket + 0.5))


def lower_edge(bucket: int) -> float:
    """Milliseconds above which the answer times of the bucket lie; of the first one they may be less."""
    return float(FLOOR_MS * WIDTH**bucket)


def upper_edge(bucket: int) -> float:
    """Milliseconds that the answer times of the bucket stay within."""
    return float(FLOOR_MS * WIDTH ** (bucket + 1))


@dataclass(frozen=True, slots=True)
class Latencies:
    """How often each bucket was met; equal when the counts are."""

    counts: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, milliseconds: Iterable[float]) -> "Latencies":
        """From single answer times."""
        counts: dict[int, int] = {}
        for one in milliseconds:
            bucket = bucket_of(one)
            counts[bucket] = counts.get(bucket, 0) + 1
        return cls(MappingProxyType(counts))

    @property
    def total(self) -> int:
        """How many answers were timed."""
        return sum(self.counts.values())

    def quantile(self, share: float) -> float | None:
        """Milliseconds that `share` (0 to 1) of the answers stay within; None: nothing was timed."""
        remaining = math.ceil(share * self.total)
        for bucket in sorted(self.counts):
            remaining -= self.counts[bucket]
            if remaining <= 0:
                return middle_of(bucket)
        return None


NOT_TIMED = Latencies()
"""No answer at all."""
