"""What the evidence says about a step up, and who is asked for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from strangler_proxy.config.model import Gate, Route


class Verdict(StrEnum):
    """What the comparisons of a route add up to."""

    PASS = "pass"
    FAIL = "fail"
    NOT_ENOUGH_EVIDENCE = "not enough evidence"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reasons."""

    verdict: Verdict
    reasons: tuple[str, ...]
    """Plain sentences for a person, at least one."""
    comparisons: int = 0
    mismatches: int = 0
    mismatch_upper_bound: float = 1.0
    """Share, 0 to 1, below which the true share of mismatches lies, with the gate's confidence and however often one
    looks; 1: nothing is known."""
    addresses: int = 0
    """Different paths that were compared, counted up to 1,000."""

    @property
    def document(self) -> dict[str, Any]:
        """Its JSON form."""
        return {
            "verdict": self.verdict.value,
            "reasons": list(self.reasons),
            "comparisons": self.comparisons,
            "mismatches": self.mismatches,
            "mismatch_upper_bound": self.mismatch_upper_bound,
            "addresses": self.addresses,
        }


class Evidence(Protocol):
    """Who can judge a route by what is known of it."""

    def __call__(self, route: Route, gate: Gate) -> Judgement:
        """Hold the evidence about `route` against `gate`."""
