"""Whether the service is fast enough: the typical answer and the slowest twentieth, each by the bound of its interval.

Both sides answered the same requests, but which time belongs to which is not recorded: they are taken as two samples of
their own. As a request that is slow on one side mostly is on the other, this errs towards `not enough evidence`.
"""

import math
from collections.abc import Callable, Iterator

from strangler_proxy.config.model import Gate
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.finding import Finding, at_least, at_most, fails, number, passes, undecided
from strangler_proxy.rollout.quantile import Between, answers_needed, quantile_between
from strangler_proxy.rollout.rank_test import FEWEST, ratio_between

SLOWEST = 0.95
"""The quantile at which the slowest answers begin: of a page that asks twenty times, one is among them."""


def speed(evidence: RouteEvidence, gate: Gate, *, pass_error: float, fail_error: float) -> Iterator[Finding]:
    """Hold the answer times of both sides against the gate.

    1. Too few for bounds: undecided.
    2. The service's slowest begin below `fast_enough_ms` for certain: passed, whatever the ratio is.
    3. The ratio of the typical answers, then that of the slowest: passed or failed once their interval is on one side
       of `max_latency_ratio`. None fails while the slowest may still begin below `fast_enough_ms`.
    """
    primary, candidate = evidence.primary_latencies, evidence.candidate_latencies
    needed, known = max(FEWEST, answers_needed(SLOWEST, pass_error)), min(primary.total, candidate.total)
    if known < needed:
        yield undecided(
            f"The answer times of {number(known)} comparisons are known of both sides, and {needed} are needed."
        )
        return
    theirs, ours = (quantile_between(side, SLOWEST, pass_error) for side in (candidate, primary))
    if theirs.high_ms <= gate.fast_enough_ms:
        yield passes(
            f"95 percent of the service's answers come within {at_most(theirs.high_ms)} ms: "
            f"within {gate.fast_enough_ms:g} ms the ratio does not matter."
        )
        return
    may_fail = quantile_between(candidate, SLOWEST, fail_error).low_ms > gate.fast_enough_ms
    yield _judged(
        "The service's typical answer takes",
        _typical(evidence, pass_error),
        lambda: _typical(evidence, fail_error)[0] if may_fail else 0.0,
        gate,
    )
    yield _judged(
        f"The service's slowest 5 percent begin {_between(theirs)}, the monolith's {_between(ours)}:",
        _ratio(theirs, ours),
        lambda: _slowest(evidence, fail_error)[0] if may_fail else 0.0,
        gate,
    )


def _judged(what: str, passing: tuple[float, float], failing: Callable[[], float], gate: Gate) -> Finding:
    """Judge a ratio. `passing` is its interval with the confidence of a pass; `failing` gives the lower end with that
    of a fail, and is asked only where the ratio does not pass."""
    most, may = gate.max_latency_ratio, f"{gate.max_latency_ratio:g} times may be"
    said = f"{what} {at_least(passing[0])} to {at_most(passing[1])} times as long, and {may}."
    if passing[1] <= most:
        return passes(said)
    low = failing()
    if low > most:
        return fails(f"{what} more than {at_least(low)} times as long, and {may}.")
    return undecided(f"{said} More comparisons make this closer.")


def _typical(evidence: RouteEvidence, error: float) -> tuple[float, float]:
    """The bounds of the ratio of all answers."""
    between = ratio_between(evidence.primary_latencies, evidence.candidate_latencies, error)
    return (0.0, math.inf) if between is None else (between.low, between.high)


def _slowest(evidence: RouteEvidence, error: float) -> tuple[float, float]:
    """The bounds of the ratio of the slowest."""
    sides = (evidence.candidate_latencies, evidence.primary_latencies)
    return _ratio(*(quantile_between(side, SLOWEST, error) for side in sides))


def _ratio(candidate: Between, primary: Between) -> tuple[float, float]:
    """The bounds of the ratio of two quantiles."""
    high = candidate.high_ms / primary.low_ms if primary.low_ms else math.inf
    return candidate.low_ms / primary.high_ms, high


def _between(bounds: Between) -> str:
    return f"between {at_least(bounds.low_ms)} and {at_most(bounds.high_ms)} ms"
