"""From what all workers have counted to what is watched of one route. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from strangler_proxy.config.model import MONOLITH
from strangler_proxy.config.stage import Stage
from strangler_proxy.proxy.counters import BOUNDS, Report
from strangler_proxy.proxy.failure import Failure
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.latency import Latencies, bucket_of
from strangler_proxy.rollout.watch import Reading

BOUNDS_MS = tuple(bound * 1000 for bound in BOUNDS)

_ANSWERED = frozenset({Stage.CANARY.value, Stage.SERVICE.value, Stage.RETIRED.value})
"""The stages in which a service answers users; in others only testers, who ask for it."""
_MISMATCHES = frozenset({"different", "failed"})
"""What the comparer calls a comparison that is a mismatch unless it is noise."""
_NO_BUCKETS = (0,) * (len(BOUNDS) + 1)
_SLOWEST_MS = 2 * BOUNDS_MS[-1]
"""What is taken for the duration of an answer that took longer than the last bound."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The report, sorted by route once for all of them."""

    series: Mapping[tuple[str, str], list[tuple[str, list[int], list[int]]]]
    """(route, backend) → stage, statuses, durations."""
    waiting: Mapping[tuple[str, str], list[int]]
    fallbacks: Mapping[str, Mapping[str, int]]
    """Route → word of the failure → how often the fallback answered for it."""
    broken: Mapping[tuple[str, str], int]
    compared: Mapping[str, tuple[int, int]]
    """Route → comparisons, and those that differed or whose candidate failed, noise included."""
    left_out: frozenset[str]
    """Backends of which no URL is asked by any worker."""


def sorted_by_route(report: Report) -> Counts:
    """Sorts a report; its cost grows with the report, and not with the routes that are watched."""
    series: dict[tuple[str, str], list[tuple[str, list[int], list[int]]]] = {}
    for (route, stage, backend), (statuses, durations, _) in report.series.items():
        series.setdefault((route, backend), []).append((stage, statuses, durations))
    fallbacks: dict[str, Counter[str]] = {}
    broken: Counter[tuple[str, str]] = Counter()
    compared: dict[str, tuple[int, int]] = {}
    for (counter, label), count in report.counts.items():
        if counter == "fallbacks":
            route, _, word = label.rpartition(" ")
            fallbacks.setdefault(route, Counter())[word] += count
        elif counter == "broken_answers":
            route, _, backend = label.rpartition(" ")
            broken[route, backend] += count
        elif counter == "comparisons":
            route, _, result = label.rpartition(" ")
            before = compared.get(route, (0, 0))
            compared[route] = (before[0] + count, before[1] + (count if result in _MISMATCHES else 0))
    return Counts(
        series=series,
        waiting={(route, backend): waits for (route, _, backend), waits in report.waiting.items()},
        fallbacks=fallbacks,
        broken=broken,
        compared=compared,
        left_out=frozenset(name for name, urls in report.urls.items() if urls and report.left_out.get(name, 0) >= urls),
    )


def raw_of(counts: Counts, route: str, service: str) -> object:
    """All that is counted of the route's service, as it is: equal to that of another moment when nothing happened."""
    return (
        counts.series.get((route, service)),
        counts.fallbacks.get(route),
        counts.broken.get((route, service)),
        counts.compared.get(route),
        counts.waiting.get((route, service)),
        service in counts.left_out,
    )


def service_is_quiet(counts: Counts, route: str, service: str) -> bool:
    """Whether nobody waits for the service, and it can be asked: then it is as it was while nothing is counted."""
    return (route, service) not in counts.waiting and service not in counts.left_out


def reading_of(counts: Counts, route: str, service: str, compared: tuple[int, int] = (0, 0)) -> Reading:
    """What is known of the route's service by now; `compared` are its comparisons, and the mismatches among them."""
    answered = [one for one in counts.series.get((route, service), ()) if one[0] in _ANSWERED]
    statuses = _sum(statuses for _, statuses, _ in answered) or [0] * 6
    instead = counts.fallbacks.get(route, {})
    broken = counts.broken.get((route, service), 0)
    by_status = instead.get(Failure.STATUS.word, 0)
    return Reading(
        good=max(sum(statuses[1:5]) - broken, 0),
        gone=statuses[0],
        errors=statuses[5] + by_status,
        failures=sum(instead.values()) - by_status + broken,
        durations=tuple(_sum(durations for _, _, durations in answered) or _NO_BUCKETS),
        comparisons=compared[0],
        mismatches=compared[1],
        waiting=tuple(counts.waiting.get((route, service), _NO_BUCKETS)),
        left_out=service in counts.left_out,
    )


def monolith_of(counts: Counts, route: str) -> RouteEvidence:
    """How the monolith has answered the route's users since the proxy began, for where no evidence is at hand: as much
    of it as a `RouteEvidence` holds of the monolith."""
    series = counts.series.get((route, MONOLITH), ())
    durations = _sum(durations for _, _, durations in series) or list(_NO_BUCKETS)
    statuses = _sum(statuses for _, statuses, _ in series) or [0] * 6
    buckets: Counter[int] = Counter()
    for bound, count in zip((*BOUNDS_MS, _SLOWEST_MS), durations, strict=True):
        buckets[bucket_of(bound)] += count
    return RouteEvidence(
        route=route,
        epoch="",
        comparisons=sum(statuses),
        primary_errors=statuses[5],
        primary_latencies=Latencies({bucket: count for bucket, count in buckets.items() if count}),
    )


def _sum(lists: Iterable[list[int]]) -> list[int]:
    """Adds lists up, place by place; empty when there is none."""
    return [sum(place) for place in zip(*lists, strict=True)]
