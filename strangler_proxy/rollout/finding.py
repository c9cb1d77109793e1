"""What one part of the evidence says, and how its numbers are put into words."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from strangler_proxy.rollout.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One limit of a gate, held against the evidence."""

    verdict: Verdict
    reason: str
    """One or more plain sentences with the numbers."""


def passes(reason: str) -> Finding:
    """The limit is kept."""
    return Finding(Verdict.PASS, reason)


def fails(reason: str) -> Finding:
    """The limit is broken."""
    return Finding(Verdict.FAIL, reason)


def undecided(reason: str) -> Finding:
    """Too little is known."""
    return Finding(Verdict.NOT_ENOUGH_EVIDENCE, reason)


def number(count: int) -> str:
    """`12,345`."""
    return f"{count:,}"


def at_most(value: float) -> str:
    """Three digits that count, rounded up: a bound must not look lower than it is."""
    return _rounded(value, math.ceil)


def at_least(value: float) -> str:
    """Three digits that count, rounded down."""
    return _rounded(value, math.floor)


def _rounded(value: float, to_whole: Callable[[float], int]) -> str:
    if value == 0 or math.isinf(value):
        return "0" if value == 0 else "any number"
    scale = 10.0 ** (2 - math.floor(math.log10(value)))
    # What only the last bits of a float add is no reason to round on.
    return f"{to_whole(round(value * scale, 6)) / scale:g}"
