"""A store as a team has it in the middle of a migration, for tests and screenshots of the dashboard."""

import math
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from comparisons import compared, difference, failed, sample

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.difference import Kind
from strangler_proxy.shadow.record import CandidateFailure, Left, NotCompared

HEAD = """\
# The shop, one endpoint at a time.
[proxy]
listen = "127.0.0.1:0"
metrics_listen = "off"

[backends.monolith]
urls = ["http://127.0.0.1:8001"]

[backends.catalog]
urls = ["http://127.0.0.1:8002"]

[backends.orders]
urls = ["http://127.0.0.1:8003"]

[control]
listen = "off"
"""
ROUTES = (
    ("product-detail", "/api/products/<int:pk>/", "catalog", "shadow"),
    ("product-list", "/api/products/", "catalog", "canary"),
    ("category-tree", "/api/categories/", "catalog", "service"),
    ("search", "/api/search/", "catalog", "canary"),
    ("product-images", "/api/products/<int:pk>/images/", "catalog", "retired"),
    ("order-detail", "/api/orders/<int:pk>/", "orders", "shadow"),
    ("order-list", "/api/orders/", "orders", "shadow"),
    ("invoice", "/api/orders/<int:pk>/invoice/", "orders", "monolith"),
    ("basket", "/api/basket/", None, "monolith"),
    ("checkout", "/api/checkout/", None, "monolith"),
    ("account", "/account/", None, "monolith"),
    ("reviews", "/api/products/<int:pk>/reviews/", None, "monolith"),
)
PERCENT = {"product-list": 25, "search": 5}


def config_text() -> str:
    """The `strangler.toml` of the shop."""
    text = HEAD
    for name, path, service, stage in ROUTES:
        text += f'\n[[routes]]\nname = "{name}"\npath = "{path}"\nmethods = ["GET", "HEAD"]\n'
        text += f'service = "{service}"\n' if service else ""
        text += f'stage = "{stage}"\n'
        text += f"canary.percent = {PERCENT[name]}\n" if name in PERCENT else ""
        text += "gate.min_comparisons = 200\n" if service else ""
    return text


def fill(now: float | None = None) -> None:
    """Two weeks of traffic, comparisons, differences and changes. The store is open; all is the same each time."""
    from strangler_proxy.control.models import AuditEntry, StageCount, TrafficCount
    from strangler_proxy.control.record import DjangoStore

    at = time.time() if now is None else now
    dice = random.Random(7)
    store = DjangoStore(samples_per_group=10)
    hour = int(at // 3600)
    for ago in range(96, -1, -2):
        store.record(list(_comparisons(dice, at - ago * 3600)), [])
    store.record(
        [], [Left("product-list", at, NotCompared.BACKLOG, 42), Left("search", at, NotCompared.SOCKET_FULL, 7)]
    )
    traffic, stages = [], []
    for ago in range(14 * 24, -1, -1):
        day = 0.55 - 0.45 * math.cos(2 * math.pi * ((hour - ago) % 24) / 24)
        moved = 0.62 / (1 + math.exp((ago - 150) / 38))
        requests = int(9000 * day * dice.uniform(0.9, 1.1))
        traffic.append(TrafficCount(hour=hour - ago, route="-", backend="monolith", count=int(requests * (1 - moved))))
        for name, share in (("category-tree", 0.5), ("product-list", 0.3), ("product-images", 0.15), ("search", 0.05)):
            answered = int(requests * moved * share)
            if answered:
                traffic.append(TrafficCount(hour=hour - ago, route=name, backend="catalog", count=answered))
        gone = sum(ago < then for then in (260, 60))
        for stage, count in (("monolith", 7 - gone), ("shadow", 3), ("canary", 2 - gone // 2), ("service", gone)):
            stages.append(StageCount(hour=hour - ago, stage=stage, routes=max(count, 0)))
    TrafficCount.objects.bulk_create(traffic)
    StageCount.objects.bulk_create(stages)
    for days, who, what, route, before, after, why in _CHANGES:
        AuditEntry.objects.create(
            when=datetime.fromtimestamp(at, UTC) - timedelta(days=days),
            **{"who": who, "what": what, "route": route, "before": before, "after": after, "why": why},
            evidence=_PASSED if what == "promote" else None,
            forced=what == "set",
        )


_PASSED = {
    "verdict": "pass",
    "reasons": ["0 of 4,120 comparisons differ: the share is below 0.09 percent, and 0.5 percent may."],
    "comparisons": 4120,
    "mismatches": 0,
    "mismatch_upper_bound": 0.0009,
}
_MONOLITH, _SHADOW, _SERVICE = {"stage": "monolith"}, {"stage": "shadow"}, {"stage": "service"}
_5, _10, _25, _50 = ({"stage": "canary", "percent": percent} for percent in (5, 10, 25, 50))
_CHANGES = (
    (12, "ada", "promote", "category-tree", _MONOLITH, _SHADOW, "first of the catalog"),
    (9, "grace", "promote", "category-tree", _SHADOW, _10, "a week of equal answers"),
    (5, "controller", "step", "category-tree", _50, _SERVICE, "All that stage canary asks for is there."),
    (3, "ada", "set", "search", _SHADOW, _5, "compared by hand on staging"),
    (1.2, "controller", "auto-rollback", "invoice", _10, _MONOLITH, "5 of the last 20 answers were 500."),
    (0.3, "grace", "promote", "product-list", _10, _25, "the gate passes"),
)


_ROUTES_COMPARED = (
    ("product-list", 42.0, 40),
    ("search", 80.0, 18),
    ("category-tree", 12.0, 20),
    ("order-list", 55.0, 2),
)


def _comparisons(dice, at):  # type: ignore[no-untyped-def]
    def timed(low: float) -> dict[str, float]:
        primary = dice.lognormvariate(math.log(low), 0.25)
        return {"primary_ms": primary, "candidate_ms": primary * dice.lognormvariate(-0.25, 0.2)}

    for name, low, count in (
        ("product-list", 42.0, 40),
        ("search", 80.0, 18),
        ("category-tree", 12.0, 20),
        ("order-list", 55.0, 2),
    ):
        for _ in range(count):
            yield compared(route=name, at=at, **timed(low))
    if dice.random() < 0.3:
        yield compared("header:vary", route="search", at=at, **timed(80))
    for number in range(24):
        if number % 9 == 0:
            yield compared(
                difference("body:$.price", Kind.TYPE),
                route="product-detail",
                at=at,
                sample=_priced(dice.randrange(1, 400)),
                **timed(24),
            )
        elif number == 5:
            yield compared(difference("body:$.tags", Kind.ORDER), route="product-detail", at=at, **timed(24))
        else:
            yield compared(route="product-detail", at=at, **timed(24))
    if dice.random() < 0.25:
        yield failed(CandidateFailure.TIMED_OUT, route="order-list", at=at, primary_ms=60.0)


def _priced(pk: int):  # type: ignore[no-untyped-def]
    head = ((b"content-type", b"application/json"),)
    mine = f'{{"id": {pk}, "name": "Fig {pk}", "price": "19.90", "tags": ["fruit", "tree"], "in_stock": true}}'
    other = f'{{"id": {pk}, "name": "Fig {pk}", "price": 19.9, "tags": ["fruit", "tree"], "in_stock": true}}'
    return sample(
        f"/api/products/{pk}/",
        primary=Answer(status=200, headers=head, body=mine.encode()),
        candidate=Answer(status=200, headers=head, body=other.encode()),
    )


def write_config(directory: Path, text: str | None = None) -> Path:
    """The file in that directory."""
    path = directory / "strangler.toml"
    path.write_text(text or config_text())
    return path
