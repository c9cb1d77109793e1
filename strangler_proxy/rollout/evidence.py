"""What is known of a route since its service or its rules last changed: the numbers that a verdict is reached from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from strangler_proxy.rollout.latency import NOT_TIMED, Latencies


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteEvidence:
    """Counts of one route in one epoch (a version of the service under one set of rules). Noise is out already."""

    route: str
    epoch: str
    """Names the epoch; another one begins anew from nothing."""
    comparisons: int = 0
    mismatches: int = 0
    """Comparisons in which something counts: at least one difference that is neither ignored nor noise, or a candidate
    that failed."""
    by_severity: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Mismatches by their gravest difference: `high`, `medium`, `low`; adds up to `mismatches`."""
    candidate_failures: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Comparisons whose candidate gave no answer, by cause (`CandidateFailure`); each is a mismatch too."""
    candidate_errors: int = 0
    """Comparisons whose candidate answered 5xx."""
    primary_errors: int = 0
    """Comparisons whose primary was 5xx."""
    not_compared: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Captures that were not compared, by reason (`NotCompared`)."""
    primary_latencies: Latencies = NOT_TIMED
    candidate_latencies: Latencies = NOT_TIMED
    shapes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Kind of request (parameter shape, anonymous or logged in, status) → comparisons of that kind."""
    addresses: int = 0
    """Different paths that were compared, the query left out; counted up to 1,000."""
