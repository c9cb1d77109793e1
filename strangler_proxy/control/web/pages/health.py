"""Whether the machinery itself is well: workers, comparer, backends, store, captures that were not compared."""

import time
from typing import Any

from django.db import connections
from django.db.models import Sum
from django.http import HttpRequest

from strangler_proxy.config.model import Config
from strangler_proxy.control.confirmation import Runs, who_runs
from strangler_proxy.control.connection import reached
from strangler_proxy.control.database import shown
from strangler_proxy.control.metrics_page import MetricsPage, fetch_metrics
from strangler_proxy.control.models import Epoch, LeftCount
from strangler_proxy.control.report.route_report import reason_text
from strangler_proxy.control.space import used_bytes
from strangler_proxy.control.tally import hour_of
from strangler_proxy.control.web.page import Document, page
from strangler_proxy.control.web.site import Site, site_of
from strangler_proxy.proxy.in_force import read_in_force


@page("health")
def health(request: HttpRequest) -> Document:
    """The page."""
    return health_document(site_of(request), time.time())


def health_document(site: Site, now: float) -> Document:
    """Everything that the page says. Raises: StoreUnreachable; ConfigInvalid while the file was never valid."""
    config = site.config
    metrics, trouble = _metrics(config)
    runs, said = who_runs(site.config_path), read_in_force(site.state)
    with reached():
        rows = LeftCount.objects.filter(hour__gt=hour_of(now) - 24).values_list("reason").annotate(count=Sum("count"))
        left = {reason: int(count) for reason, count in rows.order_by("-count")}
        last = Epoch.objects.order_by("-last_seen").values_list("last_seen", flat=True).first()
        size = used_bytes()
    sums = metrics.sums if metrics else {}
    return {
        "at": now,
        "proxy": {
            "runs": runs.name.lower(),
            "what": runs.value,
            "well": runs is Runs.SUPERVISED,
            "address": said.address if said else None,
            "generation": said.generation if said else None,
            "workers_asked": said.workers if said else None,
            "workers": _whole(sums, "strangler_workers"),
            "restarts": _whole(sums, "strangler_worker_restarts_total"),
            "open_connections": _whole(sums, "strangler_open_connections"),
            "faults": _whole(sums, "strangler_faults_total"),
            "reloads_refused": bool(said and said.refused),
        },
        "metrics": {"address": config.proxy.metrics_listen, "trouble": trouble},
        "backends": [
            {
                "name": backend.name,
                "urls": list(backend.urls),
                "left_out": metrics.left_out.get(backend.name, 0) if metrics else None,
            }
            for backend in config.backends.values()
        ],
        "comparer": {
            "last_comparison": last,
            "received": _whole(sums, "strangler_captures_received_total"),
            "compared": _whole(sums, "strangler_comparisons_total"),
            "store_failures": _whole(sums, "strangler_store_failures_total"),
        },
        "not_compared": [
            {"reason": reason, "what": reason_text(reason), "count": count} for reason, count in left.items()
        ],
        "store": {
            "where": shown(connections.settings["default"]),
            "bytes": size,
            "limit_bytes": int(config.evidence.keep_mb * 1024 * 1024),
            "keep_days": config.evidence.keep_days,
        },
    }


def _metrics(config: Config) -> tuple[MetricsPage | None, str | None]:
    listen = config.proxy.metrics_listen
    if listen is None:
        return None, "metrics_listen is off, so the proxy's counters cannot be read"
    try:
        return fetch_metrics(listen), None
    except OSError as error:
        return None, f"the proxy's counters cannot be read: {error.strerror or error}"


def _whole(sums: Any, name: str) -> int | None:
    return int(sums[name]) if name in sums else None
