"""Whether a service that answers users must go back to the monolith now: decided from the last few seconds alone.

The gate asks whether a route may climb, and takes its time. The alarm asks whether something broke, and must be certain
within a few answers. Its limits lie far from what is usual, so that a service that is as good as its gate asks for does
not ring, however often one looks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from strangler_proxy.config.model import Gate
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.sequence import speaks_for_more

SLOWEST = 0.95
TIMED_FROM = 20
"""Answers of the monolith from which on its times say what is usual."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """What the service did for users of one route in the last few seconds. All zero: there was no traffic."""

    answers: int = 0
    """Requests that ended at the service, however they ended."""
    errors: int = 0
    """Of these, answers of 5xx."""
    failures: int = 0
    """Of these, requests without a whole answer: no connection, too late, broken; also when a fallback saved the user.
    """
    bad_in_a_row: int = 0
    """Errors and failures since the last good answer, be it before the window."""
    slow: int = 0
    """Answers that took longer than `slow_from_ms`."""
    waiting: int = 0
    """Requests that have no answer yet and have waited longer than that."""
    comparisons: int = 0
    """Comparisons of the monolith's share."""
    mismatches: int = 0
    """Of these, mismatches."""
    left_out_seconds: float = 0.0
    """For how long every URL of the service has been left out, by failures or by its health check; 0: one is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tolerance:
    """How much is borne before a route goes back."""

    bad_in_a_row: int = 5
    """Bad answers in a row; default 5, as the proxy ejects a URL after: one bad answer is no dead service."""
    bad_percent: float = 5.0
    """Share of answers that are bad, in percent, on top of the monolith's own usual share; default 5: ten times what a
    gate lets pass."""
    slow_percent: float = 25.0
    """Share of answers that are slow, in percent; default 25: slower than 95 percent of the monolith's answers with all
    that the gate forgives, which 5 percent may be at any time."""
    left_out_seconds: float = 10.0
    """Seconds for which nobody may be able to ask the service; default 10: a restart is over by then mostly."""
    error: float = 0.001
    """Chance that one window at a limit rings; default 1 in 1000."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why the route must go back."""

    cause: str
    """`in-a-row`, `bad`, `slow`, `mismatches` or `health`: for counters and tests."""
    reason: str
    """A plain sentence with the numbers, for the audit log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """What the evidence says is usual for the route, on the monolith."""

    error_share: float = 0.0
    """Share of the monolith's answers that are 5xx, 0 to 1."""
    slow_from_ms: float | None = None
    """Milliseconds from which on an answer of the service is slow; None: nothing was timed, and nothing is slow."""


def usual(evidence: RouteEvidence, gate: Gate) -> Usual:
    """What is usual by the evidence: the monolith's slowest 5 percent, as long as the gate's ratio allows.

    The quantile is taken as it is, without a bound: what makes up for few answers is that a quarter of the service's
    must be slower than 5 percent of the monolith's.
    """
    latencies = evidence.primary_latencies
    slowest = latencies.quantile(SLOWEST) if latencies.total >= TIMED_FROM else None
    return Usual(
        error_share=evidence.primary_errors / evidence.comparisons if evidence.comparisons else 0.0,
        slow_from_ms=None if slowest is None else max(gate.fast_enough_ms, slowest * gate.max_latency_ratio),
    )


def alarm(window: Window, gate: Gate, known: Usual, tolerance: Tolerance | None = None) -> Alarm | None:
    """Return why the route must go back now, or None. Without traffic only its health speaks: else nothing is known."""
    borne = tolerance or Tolerance()
    rung = (check(window, gate, known, borne) for check in CHECKS)
    return next((one for one in rung if one is not None), None)


Check = Callable[[Window, Gate, Usual, Tolerance], Alarm | None]


def _in_a_row(window: Window, gate: Gate, known: Usual, borne: Tolerance) -> Alarm | None:
    """Bad answers in a row: the service is gone. Rings soonest, and by itself says nothing about a share."""
    if not window.answers or window.bad_in_a_row < borne.bad_in_a_row:
        return None
    return Alarm("in-a-row", f"The last {window.bad_in_a_row} answers of the service were 5xx or none at all.")


def _bad(window: Window, gate: Gate, known: Usual, borne: Tolerance) -> Alarm | None:
    """Bad answers in total: the service is there, and fails some."""
    bad, limit = window.errors + window.failures, min(1.0, borne.bad_percent / 100 + known.error_share)
    if not speaks_for_more(window.answers, bad, limit, borne.error):
        return None
    return Alarm(
        "bad",
        f"{bad} of the last {window.answers} answers of the service were bad: "
        f"{window.errors} of 5xx, {window.failures} without an answer.",
    )


def _slow(window: Window, gate: Gate, known: Usual, borne: Tolerance) -> Alarm | None:
    """Slow answers, and those that are waited for: a service that hangs is known before a timeout says so."""
    asked, slow = window.answers + window.waiting, window.slow + window.waiting
    if known.slow_from_ms is None or not speaks_for_more(asked, slow, borne.slow_percent / 100, borne.error):
        return None
    return Alarm("slow", f"{slow} of the last {asked} requests to the service took over {known.slow_from_ms:.0f} ms.")


def _mismatches(window: Window, gate: Gate, known: Usual, borne: Tolerance) -> Alarm | None:
    """Wrong answers, as the comparisons of the monolith's share see them."""
    if not speaks_for_more(window.comparisons, window.mismatches, gate.max_mismatch_percent / 100, borne.error):
        return None
    return Alarm("mismatches", f"{window.mismatches} of the last {window.comparisons} comparisons differ.")


def _health(window: Window, gate: Gate, known: Usual, borne: Tolerance) -> Alarm | None:
    """A service that nobody can ask, be there traffic or not."""
    if window.left_out_seconds < borne.left_out_seconds:
        return None
    return Alarm("health", f"No URL of the service could be asked for {window.left_out_seconds:.0f} seconds.")


CHECKS: tuple[Check, ...] = (_in_a_row, _bad, _slow, _mismatches, _health)
"""In this order; the first that rings gives the reason."""
