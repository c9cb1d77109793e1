"""Reads from the store what a report says. Importing this imports Django, so verbs import it when they run."""

from collections.abc import Callable
from datetime import UTC, datetime

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.compare.groups import GroupKey
from strangler_proxy.compare.ignore_use import Use
from strangler_proxy.compare.route_rules import rules_of
from strangler_proxy.compare.rules import Ignore, Rules
from strangler_proxy.config.model import Config, Route
from strangler_proxy.control.report.ends_soon import ignore_warnings
from strangler_proxy.control.report.hides import Extent, by_path
from strangler_proxy.control.report.route_report import Latency, ReportedGroup, ReportedSample, RouteReport
from strangler_proxy.control.selectors import (
    DifferenceGroup,
    KeptSample,
    evidence_of,
    group_list,
    ignore_uses,
    sample_list,
)
from strangler_proxy.recording.hold import hold
from strangler_proxy.rollout.latency import Latencies
from strangler_proxy.rollout.stages import gate_of

Wanted = Callable[[int], bool]
"""Says of a group's number whether its samples are to be read."""


def report_of(
    config: Config, route: Route, now: float, *, wanted: Wanted = lambda number: False, most: int | None = None
) -> RouteReport:
    """What the store knows of the route at the Unix time `now`, with at most so many samples of each wanted group.

    Raises: StoreUnreachable.
    """
    evidence = evidence_of(route.name, route.compare)
    groups, ignored = _by_rules_of_now(route, group_list(route.name, route.compare))
    if ignored:
        evidence = evidence_of(route.name, route.compare, excused={GroupKey(one.path, one.kind) for one in ignored})
    uses = {rule: Use(comparisons=count) for rule, count in ignore_uses(route.name).items()}
    gate = gate_of(route)
    today = datetime.fromtimestamp(now, UTC).date()
    rules = rules_of(config, route).on(today)
    return RouteReport(
        route=route.name,
        stage=route.stage,
        service=route.service,
        at=now,
        epoch=evidence.epoch,
        comparisons=evidence.comparisons,
        mismatches=evidence.mismatches,
        needed=1 if gate is None else gate.min_comparisons,
        failures=evidence.candidate_failures,
        not_compared=evidence.not_compared,
        primary=_latency(evidence.primary_latencies),
        candidate=_latency(evidence.candidate_latencies),
        groups=tuple(_group(number, one, rules, wanted, most) for number, one in enumerate(groups, 1)),
        ignored=tuple(one.path for one in ignored),
        ignores=tuple(ignore_warnings(route.compare.ignore, uses, evidence.comparisons, today)),
    )


def _by_rules_of_now(
    route: Route, groups: list[DifferenceGroup]
) -> tuple[list[DifferenceGroup], list[DifferenceGroup]]:
    """The groups that count, and those that an ignore hides which was written after they were compared."""
    rules = [Ignore.of(text) for text in route.compare.ignore]
    ignored = [one for one in groups if any(by_path(rule, one.path) is Extent.WHOLLY for rule in rules)]
    return [one for one in groups if one not in ignored], ignored


def _group(number: int, group: DifferenceGroup, rules: Rules, wanted: Wanted, most: int | None) -> ReportedGroup:
    samples = sample_list(group.id)[:most] if wanted(number) else ()
    return ReportedGroup(
        number=number,
        path=group.path,
        kind=group.kind,
        severity=group.severity,
        count=group.count,
        share=group.share,
        noise_count=group.noise_count,
        is_noise=group.is_noise,
        first_seen=group.first_seen,
        last_seen=group.last_seen,
        kept=group.samples,
        samples=tuple(_sample(one, rules) for one in samples),
    )


def _sample(kept: KeptSample, rules: Rules) -> ReportedSample:
    exchange = kept.exchange
    if exchange.candidate is None:
        differences: tuple[Difference, ...] = (Difference("status", Kind.REMOVED, exchange.primary.status, None),)
    else:
        differences = hold(exchange.primary, exchange.candidate, rules).differences
    return ReportedSample(
        at=kept.at,
        label=f"{exchange.method} {exchange.target}",
        primary=exchange.primary,
        candidate=exchange.candidate,
        differences=differences,
    )


def _latency(latencies: Latencies) -> Latency:
    return Latency(median_ms=latencies.quantile(0.5), p99_ms=latencies.quantile(0.99))
