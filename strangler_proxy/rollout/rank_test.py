"""Whether the answers of one side are slower than those of the other, by their ranks: Mann-Whitney with ties.

No shape of the distributions is assumed, and one answer of a minute weighs as one. The canary judge Kayenta decides by
the same test and its interval.

1. The statistic is the number of pairs, one answer of each side, in which the candidate's is the slower; a tie is half.
   Its mean and variance, with the ties, are those that it has while both sides are equally slow.
2. Buckets are a fixed share wide, so that to slow one side down by a factor is to move its counts by whole buckets. The
   factors that the test does not reject are the interval of the ratio, and the one in the middle is the estimate
   (Hodges-Lehmann). The width of a bucket is added to both ends.
3. To be looked at all the time, the interval is not that of a normal quantile but that of the boundary which a sum of
   independent terms crosses at any time with a chance of `error` (a normal mixture). This holds in the limit of many
   answers; below FEWEST there is no interval.

Source: H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the
other", Annals of Mathematical Statistics 18 (1947) 50-60; I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy,
A. Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52 (2024)
2613-2640, for the boundary.
"""

import math
from dataclasses import dataclass
from itertools import accumulate

from strangler_proxy.rollout.latency import WIDTH, Latencies

FEWEST = 20
"""Answers of each side below which nothing is said: the normal approximation is poor there."""

_TIGHTEST_AT = 250.0
"""The boundary is closest to that of a single look where the smaller side has some 500 answers of each: n1 n2/(n1 + n2)
is then 250. Elsewhere it is a little wider."""


@dataclass(frozen=True, slots=True)
class RankTest:
    """How the pairs came out while nothing is moved."""

    pairs_slower: float
    """Pairs in which the candidate is the slower one, a tie as half: the statistic U of the candidate."""
    z: float
    """Its distance from the mean in standard deviations; positive: the candidate is slower; 0 when all are ties."""

    @property
    def p_value(self) -> float:
        """Chance of a distance like this or more while both sides are equally slow; holds for one single look."""
        return math.erfc(abs(self.z) / math.sqrt(2))


@dataclass(frozen=True, slots=True)
class Ratio:
    """Between which multiples of the primary's answer time the candidate's lies."""

    low: float
    high: float


def mann_whitney(primary: Latencies, candidate: Latencies) -> RankTest:
    """The test of both sides as they are, without continuity correction. Both have at least one answer."""
    statistic, z = _Sides(primary, candidate).moved(0)
    return RankTest(statistic, z)


def ratio_between(primary: Latencies, candidate: Latencies, error: float) -> Ratio | None:
    """The ratio of the answer times with its interval; None: a side has fewer than FEWEST answers.

    The chance that the true ratio is ever outside, however often one looks, is about `error`.
    """
    first, second = primary.total, candidate.total
    if min(first, second) < FEWEST:
        return None
    sides, limit = _Sides(primary, candidate), boundary(first * second / (first + second), error)
    return Ratio(
        low=WIDTH ** (sides.shift_at(limit) - 1),
        high=WIDTH ** (sides.shift_at(-limit) + 1),
    )


def ratio_estimate(primary: Latencies, candidate: Latencies) -> float:
    """The ratio itself, to the width of a bucket. Both have at least one answer."""
    return float(WIDTH ** _Sides(primary, candidate).shift_at(0.0))


def boundary(information: float, error: float) -> float:
    """Standard deviations that a standardised sum of that much information is ever away with a chance of `error`.

    `information` is the number of terms, or for two sides n1 n2/(n1 + n2).
    """
    tightest = -2 * math.log(error)
    scale = (tightest + math.log(tightest) + 1) / _TIGHTEST_AT * information
    return math.sqrt((1 + 1 / scale) * (math.log1p(scale) - 2 * math.log(error)))


class _Sides:
    """The two histograms, laid out so that the statistic after a move takes one pass over the buckets."""

    def __init__(self, primary: Latencies, candidate: Latencies) -> None:
        self._candidate = sorted(candidate.counts.items())
        self._lowest, self._highest = min(primary.counts), max(primary.counts)
        self._at = [primary.counts.get(bucket, 0) for bucket in range(self._lowest, self._highest + 1)]
        self._up_to = list(accumulate(self._at))
        self._primary_total, self._candidate_total = primary.total, candidate.total
        self._primary_ties = sum(count**3 - count for count in primary.counts.values())

    def moved(self, buckets: int) -> tuple[float, float]:
        """The statistic and its z, the candidate made faster by that many buckets."""
        first, second = self._primary_total, self._candidate_total
        twice, ties = 0, self._primary_ties
        for bucket, count in self._candidate:
            at = bucket - buckets - self._lowest
            if at < 0:
                ties += count**3 - count
                continue
            if at >= len(self._at):
                twice += 2 * first * count
                ties += count**3 - count
                continue
            same = self._at[at]
            twice += (2 * self._up_to[at] - same) * count
            together = same + count
            ties += together**3 - together - (same**3 - same)
        both = first + second
        mean = first * second / 2
        variance = first * second / 12 * (both + 1 - ties / (both * (both - 1)))
        statistic = twice / 2
        return statistic, (statistic - mean) / math.sqrt(variance) if variance > 0 else 0.0

    def shift_at(self, z: float) -> float:
        """The move, in buckets, after which the distance is `z`: between the last move above and the first at or below.

        The statistic falls with the move.
        """
        low = self._candidate[0][0] - self._highest - 1
        high = self._candidate[-1][0] - self._lowest + 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.moved(middle)[1] > z:
                low = middle
            else:
                high = middle
        return (low + high) / 2
