"""Between which answer times a quantile lies, at every moment at once.

How many of n answers stay within the true quantile of `share` is a count of trials with that very rate. So a confidence
sequence for a rate (`sequence`) says which ranks the quantile lies between, whatever the distribution is: no shape of
it is assumed.

1. The lower rank: the most answers that may stay below, before "a share of `share` or more stays below" is given up.
2. The upper rank: the fewest answers of which "a share of `share` or less stays below" is given up.
3. The edges of the buckets that hold these ranks, outwards, so that the width of a bucket is in the bound.

Source: S. R. Howard, A. Ramdas, "Sequential estimation of quantiles with applications to A/B testing and best-arm
identification", Bernoulli 28 (2022) 1704-1728, section 3 (one fixed quantile).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from strangler_proxy.rollout.latency import Latencies, lower_edge, upper_edge
from strangler_proxy.rollout.sequence import speaks_for_less, speaks_for_more


@dataclass(frozen=True, slots=True)
class Between:
    """Milliseconds that a quantile lies between."""

    low_ms: float
    """0: no bound."""
    high_ms: float
    """Infinite: too few answers for a bound."""


def quantile_between(latencies: Latencies, share: float, error: float) -> Between:
    """Bounds of the quantile `share`, 0 to 1; the chance that it is ever outside of them is at most `error`."""
    low_rank, high_rank = ranks_around(latencies.total, share, error)
    low_ms, high_ms, count = 0.0, math.inf, 0
    for bucket in sorted(latencies.counts):
        before, count = count, count + latencies.counts[bucket]
        if before <= low_rank < count:
            low_ms = lower_edge(bucket) if bucket else 0.0
        if before < high_rank <= count:
            high_ms = upper_edge(bucket)
            break
    return Between(low_ms, high_ms)


@lru_cache(65_536)
def ranks_around(answers: int, share: float, error: float) -> tuple[int, int]:
    """The answers, in order of their time, that the quantile lies between: so many are below it for certain, and so
    many reach it for certain. -1, and one more than there are answers: there is no such bound."""
    half = error / 2
    below = _first(answers, lambda count: not speaks_for_less(answers, count, share, half))
    above = _first(answers, lambda count: speaks_for_more(answers, count, share, half))
    return below - 1, above


def answers_needed(share: float, error: float) -> int:
    """Answers from which on the quantile `share` has an upper bound at all."""
    low, high = 0, 1
    while ranks_around(high, share, error)[1] > high:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if ranks_around(middle, share, error)[1] > middle:
            low = middle
        else:
            high = middle
    return high


def _first(most: int, holds: Callable[[int], bool]) -> int:
    """The first count from 0 to `most` from which on it holds; one more when it never does."""
    low, high = -1, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high
