"""All that a report of one route says, as data; what it adds up to, and how it is said in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.difference import Difference, Kind, Severity, encodable
from strangler_proxy.compare.ignore_use import IgnoreWarning
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.report.shares import share_text

REASONS: Mapping[str, str] = {
    "no-comparer": "the comparer was not there",
    "queue-full": "the comparer did not take them in time",
    "backlog": "the service answers slower than requests come",
    "lost": "lost with a comparer that was killed",
    "unreadable": "unreadable when they came",
    "method": "neither GET nor HEAD",
    "loop": "shadow requests themselves",
    "route-gone": "the route was not compared any more",
    "stopped": "the comparer was stopping",
    "unfinished": "the answer was not whole: the user left, or the monolith broke off",
    "unrecorded": "the store could not be written",
    "request-cut": "the request's body is longer than a capture holds",
    "fault": "a fault of the comparer; its log has it",
    "not-seen": "compared, but something in the answer cannot be read here",
}
"""Why captures were not compared, in words."""


class Finding(Enum):
    """What a report adds up to."""

    NOTHING = "nothing was compared"
    EQUAL = "no difference that counts"
    TOO_FEW = "no difference so far, but too few comparisons"
    DIFFERENT = "differences"


EXIT_CODES: Mapping[Finding, int] = {
    Finding.EQUAL: 0,
    Finding.DIFFERENT: 1,
    Finding.NOTHING: 3,
    Finding.TOO_FEW: 3,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedSample:
    """One kept exchange, what is private taken out of it."""

    at: float
    """Unix time in seconds."""
    label: str
    """Method and address."""
    primary: Answer
    candidate: Answer | None
    """None: the service gave no answer."""
    differences: tuple[Difference, ...]
    """By the route's rules as they are now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedGroup:
    """One difference group."""

    number: int
    """From 1, by which `--sample` names it."""
    path: str
    kind: Kind
    severity: Severity
    count: int
    share: float
    """Of the comparisons, 0 to 1."""
    noise_count: int
    is_noise: bool
    first_seen: float
    last_seen: float
    kept: int
    """Samples that are stored."""
    samples: tuple[ReportedSample, ...] = ()
    """Those of them that were read."""

    @property
    def hint(self) -> str | None:
        """A rule that may be what is wanted instead of an ignore; None: none comes to mind."""
        if self.kind is Kind.ORDER and self.path.startswith("body:"):
            return f'if the order means nothing: compare.unordered = ["{self.path}"]'
        return None

    def document(self) -> dict[str, Any]:
        """The form that others build on."""
        return {
            "number": self.number,
            "path": encodable(self.path),
            "kind": self.kind.value,
            "severity": self.severity.value,
            "count": self.count,
            "share": self.share,
            "noise": self.is_noise,
            "noise_count": self.noise_count,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
            "samples": self.kept,
            "hint": self.hint,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Latency:
    """Answer times of one side in milliseconds; None: none was timed."""

    median_ms: float | None
    p99_ms: float | None

    @property
    def text(self) -> str:
        """`12.1 ms, of 99 % at most 80.4 ms`."""
        if self.median_ms is None or self.p99_ms is None:
            return "not timed"
        return f"{self.median_ms:.1f} ms, of 99 % at most {self.p99_ms:.1f} ms"


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteReport:
    """What is known of one route since its service or its rules last changed."""

    route: str
    stage: Stage
    service: str | None
    at: float
    """Unix time in seconds at which it was read."""
    epoch: str
    comparisons: int
    mismatches: int
    needed: int
    """Comparisons that the route's gate asks for; 1 without a gate."""
    failures: Mapping[str, int]
    """Comparisons in which the service gave no answer, by cause."""
    not_compared: Mapping[str, int]
    primary: Latency
    candidate: Latency
    groups: tuple[ReportedGroup, ...]
    """Those that count first, noise last."""
    ignored: tuple[str, ...] = ()
    """Paths of groups that an ignore hides which was written after they were compared."""
    ignores: tuple[IgnoreWarning, ...]
    """What there is to say of the route's ignores."""

    @property
    def counting(self) -> tuple[ReportedGroup, ...]:
        """The groups that are not noise."""
        return tuple(group for group in self.groups if not group.is_noise)

    @property
    def noise(self) -> tuple[ReportedGroup, ...]:
        """The groups in which the monolith differs from itself."""
        return tuple(group for group in self.groups if group.is_noise)

    @property
    def dropped(self) -> int:
        """Captures that were not compared, whatever the reason."""
        return sum(self.not_compared.values())

    @property
    def finding(self) -> Finding:
        """What it adds up to. What was not compared is never equal."""
        if self.mismatches:
            return Finding.DIFFERENT
        if not self.comparisons:
            return Finding.NOTHING
        return Finding.EQUAL if self.comparisons >= self.needed else Finding.TOO_FEW

    @property
    def headline(self) -> str:
        """One sentence that says so, with the numbers."""
        of = f"{self.comparisons} comparison{'' if self.comparisons == 1 else 's'}"
        if self.finding is Finding.NOTHING:
            return f"nothing was compared{self._why_nothing()}"
        if self.finding is Finding.DIFFERENT:
            return f"{self.mismatches} of {of} differ ({share_text(self.mismatches / self.comparisons)})"
        few = f", and the gate asks for {self.needed}" if self.finding is Finding.TOO_FEW else ""
        return f"no difference that counts in {of}{few}"

    def _why_nothing(self) -> str:
        if self.dropped:
            return f": of {self.dropped} captures none came to a comparison"
        if self.stage not in (Stage.SHADOW, Stage.CANARY):
            return f": in stage {self.stage} nothing is captured"
        return ": no request has come by since its service or its rules last changed"

    def document(self) -> dict[str, Any]:
        """The form that others build on: what `diff --json` prints."""
        return {
            "route": self.route,
            "stage": self.stage.value,
            "service": self.service,
            "finding": self.finding.name.lower().replace("_", "-"),
            "comparisons": self.comparisons,
            "mismatches": self.mismatches,
            "dropped": self.dropped,
            "not_compared": dict(self.not_compared),
            "failures": dict(self.failures),
            "needed": self.needed,
            "epoch": self.epoch,
            "groups": [group.document() for group in self.counting],
            "noise": [group.document() for group in self.noise],
            "ignored_since": list(self.ignored),
            "ignores": [
                {"rule": one.rule, "concern": one.concern.value, "what": one.what, "remedy": one.remedy}
                for one in self.ignores
            ],
            "latency_ms": {
                side: {"median": latency.median_ms, "p99": latency.p99_ms}
                for side, latency in (("primary", self.primary), ("candidate", self.candidate))
            },
        }


def reason_text(reason: str) -> str:
    """Why captures were not compared, in words; a reason of another version as it is."""
    return REASONS.get(reason, reason)
