"""Whether the service answers the same: the shares of comparisons that differ, differ gravely, or are failures."""

from collections.abc import Iterator

from strangler_proxy.config.model import Gate
from strangler_proxy.rollout.coverage import counted
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.finding import Finding, at_least, at_most, fails, number, passes, undecided
from strangler_proxy.rollout.sequence import (
    lower_bound,
    speaks_for_less,
    speaks_for_more,
    trials_needed,
    upper_bound,
)


def sameness(evidence: RouteEvidence, gate: Gate, *, pass_error: float, fail_error: float) -> Iterator[Finding]:
    """Hold the evidence against each limit of a share. There is at least one comparison.

    `pass_error` and `fail_error`, 0 to 1, are the chances of a wrong `pass` and a wrong `fail` of each limit.
    """
    judge = _Judge(counted(evidence, gate), evidence.comparisons, pass_error, fail_error)
    why = _failures_in_words(evidence)
    yield judge.share("differ", evidence.mismatches, evidence.mismatches, gate.max_mismatch_percent, why)
    if gate.max_high_percent is not None:
        grave = evidence.by_severity.get("high", 0)
        yield judge.share("differ gravely", grave, grave, gate.max_high_percent)
    if gate.max_error_percent is not None:
        low, high = failed_alone(evidence)
        yield judge.share("are failures of the service alone", high, low, gate.max_error_percent, why)


def failed_alone(evidence: RouteEvidence) -> tuple[int, int]:
    """Comparisons in which the service failed and the monolith did not: at least, and at most.

    Which of them are in one comparison is not recorded. As many failures of the service as there are of the monolith
    may be the same ones; and one of the service alone is a mismatch, so there are no more of them than mismatches.
    """
    failed = service_failures(evidence)
    return max(0, failed - evidence.primary_errors), min(failed, evidence.mismatches)


def service_failures(evidence: RouteEvidence) -> int:
    """Comparisons in which the service gave no answer, or 5xx."""
    return sum(evidence.candidate_failures.values()) + evidence.candidate_errors


class _Judge:
    """Holds one share after the other against its limit."""

    def __init__(self, counted: int, comparisons: int, pass_error: float, fail_error: float) -> None:
        self._counted, self._comparisons = counted, comparisons
        self._pass_error, self._fail_error = pass_error, fail_error
        self._which = " of other kinds of request" if counted < comparisons else ""

    def share(self, what: str, most: int, fewest: int, limit_percent: float, why: str = "") -> Finding:
        """Judge a share of which between `fewest` and `most` hits are known.

        1. A `pass` takes the most hits, among the comparisons that count: both make it harder.
        2. A `fail` takes the fewest hits among all.
        3. A limit of 0 is broken by one hit. It is kept by none, as no number of comparisons shows a share of nothing;
           and where hits may or may not be there, more comparisons do not tell either.
        """
        limit, may = limit_percent / 100, f"{limit_percent:g} percent may"
        seen = f"{number(most)} of {number(self._comparisons)} comparisons {what}"
        if speaks_for_more(self._comparisons, fewest, limit, self._fail_error):
            low = at_least(100 * lower_bound(self._comparisons, fewest, self._fail_error))
            return fails(f"{seen}, which shows a share of more than {low} percent; {may}.{why}")
        high = at_most(100 * upper_bound(self._counted, most, self._pass_error))
        if limit == 0 and most:
            return undecided(f"{seen} or are failures of both sides, which is not told apart; {may}.{why}")
        if limit in (0, 1) or speaks_for_less(self._counted, most, limit, self._pass_error):
            return passes(f"{seen}: the share is below {high} percent, and {may}.{why}")
        more = number(trials_needed(most, limit, self._pass_error) - self._counted)
        return undecided(
            f"{seen}: the share may still be up to {high} percent, and {may}. "
            f"{more} more comparisons{self._which} without one would do.{why}"
        )


def _failures_in_words(evidence: RouteEvidence) -> str:
    causes = [f"{number(count)} {cause}" for cause, count in evidence.candidate_failures.items() if count]
    without = f" Of some of them the service gave no answer: {', '.join(causes)}." if causes else ""
    errors = evidence.candidate_errors
    return without + (f" The service answered 5xx {number(errors)} times." if errors else "")
