"""What the supervisor's metrics page says, read into numbers."""

import http.client
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

from strangler_proxy.proxy.listening import split_address

TIMEOUT_SECONDS = 2.0
MOST_BYTES = 64 * 1024 * 1024

SeriesKey = tuple[str, str]
"""Route (`-`: none) and backend."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Requests that a backend answered, since the workers began to count."""

    count: int = 0
    errors: int = 0
    """Those answered 5xx, or not at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricsPage:
    """The numbers that the dashboard uses."""

    answered: Mapping[SeriesKey, Answered] = field(default_factory=dict)
    sums: Mapping[str, float] = field(default_factory=dict)
    """Metric → its samples added up, labels or not."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Backend → URLs that workers leave out now."""
    dropped: Mapping[str, int] = field(default_factory=dict)
    """Reason → captures that were not handed to the comparer."""


def fetch_metrics(listen: str) -> MetricsPage:
    """The page that is served at `host:port`. Raises: OSError when there is none."""
    host, port = split_address(listen)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        if answer.status != 200:
            raise OSError(f"the metrics page answered {answer.status}")
        return parse_metrics(answer.read(MOST_BYTES).decode("utf-8", "replace"))
    except http.client.HTTPException as error:
        raise OSError(f"what answers there is no metrics page: {type(error).__name__}") from error
    finally:
        connection.close()


def parse_metrics(text: str) -> MetricsPage:
    """The numbers of a page. Raises: OSError when it is none."""
    answered: defaultdict[SeriesKey, list[int]] = defaultdict(lambda: [0, 0])
    sums: defaultdict[str, float] = defaultdict(float)
    left_out: defaultdict[str, int] = defaultdict(int)
    dropped: dict[str, int] = {}
    try:
        for family in text_string_to_metric_families(text):
            if family.name == "strangler_request_seconds":
                continue
            for name, labels, value, *_ in family.samples:
                sums[name] += value
                if name == "strangler_requests_total":
                    counts = answered[labels["route"], labels["backend"]]
                    counts[0] += int(value)
                    counts[1] += int(value) if labels["status"] in ("5xx", "none") else 0
                elif name == "strangler_left_out_urls":
                    left_out[labels["backend"]] += int(value)
                elif name == "strangler_captures_dropped_total":
                    dropped[labels["reason"]] = int(value)
    except (ValueError, KeyError) as error:
        raise OSError(f"the metrics page cannot be read: {error}") from error
    return MetricsPage(
        answered={key: Answered(*counts) for key, counts in answered.items()},
        sums=dict(sums),
        left_out=dict(left_out),
        dropped=dropped,
    )


def grown(before: Mapping[SeriesKey, Answered], now: Mapping[SeriesKey, Answered]) -> dict[SeriesKey, Answered]:
    """What was added from one look to the next. Counters that are lower than before began anew. Pure."""
    added = {}
    for key, one in now.items():
        old = before.get(key, Answered())
        if one.count < old.count:
            old = Answered()
        if one.count > old.count:
            added[key] = Answered(one.count - old.count, max(0, one.errors - old.errors))
    return added
