"""The Prometheus page: the workers' counters, added up, under names that stay."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from strangler_proxy.proxy.counters import BOUNDS, Report

_COUNTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "fallbacks": ("strangler_fallbacks", "Requests that the fallback answered.", ("route", "reason")),
    "backend_failures": ("strangler_backend_failures", "Requests that a backend failed.", ("backend", "reason")),
    "broken_answers": ("strangler_broken_answers", "Answers that broke off midway.", ("route", "backend")),
    "ejections": ("strangler_ejections", "URLs that a worker left out for a while.", ("backend", "reason")),
    "loops": ("strangler_loops", "Requests that went round through this proxy.", ("backend",)),
    "accept_pauses": ("strangler_accept_pauses", "Times that a full worker accepted no more.", ("reason",)),
    "captures": ("strangler_captures", "Exchanges handed to the comparer.", ("route",)),
    "captures_dropped": ("strangler_captures_dropped", "Exchanges not handed to the comparer.", ("reason",)),
    "captures_received": ("strangler_captures_received", "Exchanges that the comparer took.", ("route",)),
    "comparisons": ("strangler_comparisons", "Captures that were compared.", ("route", "result")),
    "candidate_failures": ("strangler_candidate_failures", "Candidates that gave no answer.", ("route", "reason")),
    "rechecked": ("strangler_rechecked", "Comparisons that differed less when both were asked again.", ("route",)),
    "asked_twice": ("strangler_asked_twice", "Captures asked of the monolith a second time.", ("route", "result")),
    "not_compared": ("strangler_not_compared", "Captures that came to no comparison.", ("route", "reason")),
    "store_failures": ("strangler_store_failures", "Tries to write comparisons down that failed.", ("error",)),
    "faults": ("strangler_faults", "Faults of the proxy itself.", ("part",)),
    "log_lines_dropped": ("strangler_log_lines_dropped", "Log lines lost to a slow or full disk or pipe.", ("log",)),
}
"""Counter in the reports → name, help, labels; a report's label holds the values, apart by a space."""

_STATUS_WORDS = ("none", "1xx", "2xx", "3xx", "4xx", "5xx")


@dataclass(frozen=True, slots=True)
class SupervisorFacts:
    """What the supervisor itself knows."""

    generation: int
    reloads_ok: int
    reloads_failed: int
    workers: int
    restarts: int
    certificate_ends: float | None = None
    """Unix time at which the certificate in use ends; None without TLS."""


def render(report: Report, facts: SupervisorFacts) -> bytes:
    """The page in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Once(report, facts))
    return generate_latest(registry)


class _Once(Collector):
    def __init__(self, report: Report, facts: SupervisorFacts) -> None:
        self._report = report
        self._facts = facts

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _requests(self._report)
        for counter, (name, text, labels) in _COUNTS.items():
            family = CounterMetricFamily(name, text, labels=labels)
            for (found, label), count in self._report.counts.items():
                if found == counter:
                    family.add_metric(label.rsplit(" ", len(labels) - 1) if len(labels) > 1 else [label], count)
            yield family
        facts = self._facts
        reloads = CounterMetricFamily("strangler_config_reloads", "Changes of the config file.", labels=("result",))
        reloads.add_metric(["ok"], facts.reloads_ok)
        reloads.add_metric(["failed"], facts.reloads_failed)
        yield reloads
        yield GaugeMetricFamily("strangler_config_generation", "Number of the config in force.", facts.generation)
        yield GaugeMetricFamily("strangler_workers", "Workers that serve.", facts.workers)
        yield CounterMetricFamily("strangler_worker_restarts", "Workers started again after a death.", facts.restarts)
        if facts.certificate_ends is not None:
            text = "Unix time at which the certificate in use ends."
            yield GaugeMetricFamily("strangler_certificate_end_seconds", text, facts.certificate_ends)
        yield GaugeMetricFamily("strangler_open_connections", "Clients' connections.", self._report.open_connections)
        left_out = GaugeMetricFamily("strangler_left_out_urls", "URLs left out now, by worker.", labels=("backend",))
        for backend, urls in self._report.left_out.items():
            left_out.add_metric([backend], urls)
        yield left_out


def _requests(report: Report) -> Iterator[Metric]:
    names = ("route", "stage", "backend")
    requests = CounterMetricFamily("strangler_requests", "Requests answered.", labels=(*names, "status"))
    durations = HistogramMetricFamily("strangler_request_seconds", "Seconds from head to last byte.", labels=names)
    for key, (statuses, in_buckets, seconds) in report.series.items():
        for word, count in zip(_STATUS_WORDS, statuses, strict=True):
            if count:
                requests.add_metric([*key, word], count)
        buckets, total = [], 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), in_buckets, strict=True):
            total += count
            buckets.append((bound, float(total)))
        durations.add_metric(list(key), buckets, seconds)
    yield requests
    yield durations
