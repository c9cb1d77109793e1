"""What a count of hits says about the rate behind it, at every moment at once: an anytime-valid confidence sequence.

Whoever looks at a fixed-sample bound after each comparison, and acts the first time that it looks good, is wrong far
more often than the bound says. The bounds here hold for all looks together: the chance that the true rate is *ever*
outside of one is at most `error`, however often and whenever one looks, and one may stop because of what one saw.

How. Of a supposed rate p, rival rates are those whose odds are k times the odds of p. After n trials with m hits the
likelihood of the rival over that of p is k^m / (1 + p(k - 1))^n. While p is true that ratio is a martingale that begins
at 1, and so is any average of such ratios over several k with weights that add up to 1. It exceeds 1/error at some
moment with a chance of at most `error` (Ville's inequality), and then p is given up.

1. All k < 1 (lower rates are the rivals): the average grows with p, so the p that are not given up end in one point,
   the upper bound. It is a supermartingale for every true rate above p too, so "the rate is at least p" is given up.
2. All k > 1: the mirror image, the lower bound.
3. k = 0 is the rival "it never happens", which one hit refutes. Its weight is such that without any hit a bound takes
   a quarter more trials than an exact fixed-sample test (Clopper-Pearson) where `error` is 0.05.

The trials are taken as independent with one rate. Traffic is that only by and large, see
docs/explanation/statistics.md.

Source: H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of Mathematical
Statistics 41 (1970) 1397-1409 (mixtures of likelihood ratios); S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon,
"Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49 (2021) 1055-1080.
"""

import math
from functools import lru_cache

_NEVER_WEIGHT = 0.3
"""The weight of k = 0. See 3 above."""

_LOWER_RIVALS = {0.125: 0.2, 0.25: 0.15, 0.5: 0.1, 0.75: 0.1, 0.875: 0.08, 0.9375: 0.05, 0.96875: 0.02}
"""Odds ratio k → weight. More of it is on low rates: few mismatches should cost few comparisons more. The last tells
a rate from a limit that lies two percent above it."""

_HIGHER_RIVALS = {
    **{1 / odds: weight for odds, weight in _LOWER_RIVALS.items()},
    **dict.fromkeys((32.0, 128.0, 1024.0, 2.0**15, 2.0**20), 0.06),
}
"""The same upwards, and far up: a service that answers nothing right is known by its first answers."""

_Mixture = tuple[tuple[float, float, float], ...]
"""For each rival: log of its weight, log of its odds ratio k, and k - 1."""


def _mixture(rivals: dict[float, float]) -> _Mixture:
    return tuple((math.log(weight), math.log(odds), odds - 1) for odds, weight in rivals.items())


_BELOW = _mixture(_LOWER_RIVALS)
_ABOVE = _mixture(_HIGHER_RIVALS)

_STEPS = 60
"""Halvings of the interval of p, at most: beyond the last digit of a float."""
_CACHED = 65_536
"""Bounds that are remembered: each route of a large file, several times over. An entry is some 200 bytes."""


def speaks_for_less(trials: int, hits: int, rate: float, error: float) -> bool:
    """Whether "the true rate is `rate` or more" is given up: the whole of the evidence for a `pass`."""
    return _log_evidence_below(trials, hits, rate) >= -math.log(error)


def speaks_for_more(trials: int, hits: int, rate: float, error: float) -> bool:
    """Whether "the true rate is `rate` or less" is given up: the whole of the evidence for a `fail`."""
    return _log_evidence_above(trials, hits, rate) >= -math.log(error)


@lru_cache(_CACHED)
def upper_bound(trials: int, hits: int, error: float) -> float:
    """The smallest rate, 0 to 1, of which it is given up that the true rate is that high; 1: none is.

    `error` is the chance, 0 to 1, that the true rate ever lies above. `speaks_for_less` holds from this rate on.
    """
    wanted = -math.log(error)
    if hits >= trials:
        return 1.0
    low, high = hits / trials, 1.0
    for _ in range(_STEPS):
        # The middle of the odds, not of the rates, as rates are small here.
        middle = (low + high) / 2 if low == 0 or high == 1 else math.sqrt(low * high)
        if not low < middle < high or high - low < 1e-6 * high:
            break
        if _log_evidence_below(trials, hits, middle) >= wanted:
            high = middle
        else:
            low = middle
    return high


@lru_cache(_CACHED)
def lower_bound(trials: int, hits: int, error: float) -> float:
    """The largest rate, 0 to 1, of which it is given up that the true rate is that low; 0: none is."""
    wanted = -math.log(error)
    if not hits:
        return 0.0
    low, high = 0.0, hits / trials
    for _ in range(_STEPS):
        middle = (low + high) / 2 if low == 0 else math.sqrt(low * high)
        if not low < middle < high or high - low < 1e-6 * high:
            break
        if _log_evidence_above(trials, hits, middle) >= wanted:
            low = middle
        else:
            high = middle
    return low


@lru_cache(_CACHED)
def trials_needed(hits: int, rate: float, error: float) -> int:
    """Trials, with these hits among them, from which on `speaks_for_less`. `rate` is above 0 and at most 1."""
    if rate >= 1:
        return hits + 1
    low, high = hits, max(hits + 1, 16)
    while not speaks_for_less(high, hits, rate, error):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if speaks_for_less(middle, hits, rate, error):
            high = middle
        else:
            low = middle
    return high


def _log_evidence_below(trials: int, hits: int, rate: float) -> float:
    """Log of the mixture over the lower rivals. Grows with `trials` and `rate`, falls with `hits`."""
    if rate >= 1:
        return math.inf if hits < trials else 0.0
    terms = [weight + hits * odds - trials * math.log1p(rate * difference) for weight, odds, difference in _BELOW]
    if not hits:
        terms.append(math.log(_NEVER_WEIGHT) - trials * math.log1p(-rate))
    return _log_of_sum(terms)


def _log_evidence_above(trials: int, hits: int, rate: float) -> float:
    """Log of the mixture over the higher rivals. Grows with `hits`, falls with `trials` and `rate`."""
    if rate <= 0:
        return math.inf if hits else 0.0
    return _log_of_sum(
        [weight + hits * odds - trials * math.log1p(rate * difference) for weight, odds, difference in _ABOVE]
    )


def _log_of_sum(logs: list[float]) -> float:
    highest = max(logs)
    return highest + math.log(sum([math.exp(one - highest) for one in logs]))
