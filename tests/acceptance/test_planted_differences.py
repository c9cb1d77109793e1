"""Over the whole shop: what is planted is found, each in its group, and nothing else is ever said to differ."""

import os
from collections.abc import Iterator

import pytest
from planting_server import Plant

from tests.acceptance.plants import CSV, CSV_PLANTS, PLANTS, SLOW, SLOW_SECONDS
from tests.acceptance.shadowed_shop import (
    REPORT,
    ROUTES,
    ShadowedShop,
    groups_found,
    learn_slugs,
    seeded_paths,
    shadowed_shop,
    visit,
)
from tests.stack.visitor import Visitor

pytestmark = pytest.mark.slow

REQUESTS = int(os.environ.get("SHADOWED_REQUESTS", "2500"))
"""Requests over all routes in which no difference may be seen; 10,000 take some minutes."""

AT_A_TIME = 250
"""Requests after which the comparer is waited for, so that a slow machine leaves none out."""

TIMES = 3
"""How often each planted path is asked for."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShadowedShop]:
    with shadowed_shop(tmp_path_factory.mktemp("planted")) as running:
        learn_slugs(running.url)
        yield running


def test_nothing_differs_where_nothing_is_planted(shop: ShadowedShop) -> None:
    before, reported = shop.settle(), shop.diffs()
    paths = list(seeded_paths(REQUESTS, seed=20))
    for first in range(0, REQUESTS, AT_A_TIME):
        visit(shop.url, paths[first : first + AT_A_TIME])
        compared = shop.settle()
    assert compared - before == REQUESTS

    found = shop.diffs()
    assert {route: diff["groups"] for route, diff in found.items() if diff["groups"]} == {}
    assert all(
        diff["mismatches"] == 0 and diff["dropped"] == reported[route]["dropped"] for route, diff in found.items()
    )
    assert all(found[route]["comparisons"] >= REQUESTS // 100 for route in ROUTES)
    assert sum(diff["comparisons"] for diff in found.values()) == shop.settle()


def test_every_planted_difference_is_found_in_its_group(shop: ShadowedShop) -> None:
    before = shop.diffs()
    shop.catalog.active, shop.reports.active = PLANTS, CSV_PLANTS
    visit(shop.url, [(plant.path, "en") for plant in PLANTS for _ in range(TIMES)])
    staff = Visitor(shop.url)
    with staff.http:
        staff.log_in("admin", "admin")
        assert [staff.get(CSV).status_code for _ in range(TIMES)] == [200] * TIMES
    shop.settle()
    found = shop.diffs()

    missed = [plant.name for plant in (*PLANTS, *CSV_PLANTS) if not is_found(plant, found)]
    assert missed == []
    mismatches = {route: diff["mismatches"] - before[route]["mismatches"] for route, diff in found.items()}
    assert sum(mismatches[route] for route in ROUTES) == TIMES * len(PLANTS)
    assert mismatches["orders-csv"] == TIMES * len(CSV_PLANTS)


def is_found(plant: Plant, found: dict[str, dict[str, object]]) -> bool:
    """Whether a group of the plant's kind stands at its path, on the plant's route."""
    path, kind = plant.found
    groups = groups_found(found[route_of(plant.path)])
    return any(at.startswith(path) and seen == kind for at, seen in groups)


def route_of(path: str) -> str:
    """The route that a plant's path is on."""
    if path in REPORT.values():
        return "orders-csv"
    exact = [name for name, pattern in ROUTES.items() if pattern == path]
    if exact:
        return exact[0]
    parts = path.strip("/").split("/")
    return {
        ("api", "products", 3): "api-product-detail",
        ("api", "products", 4): "api-product-related",
        ("categories", "kitchen", 2): "category-detail",
        ("categories", "living", 2): "category-detail",
    }[parts[0], parts[1], len(parts)]


def test_a_slow_service_is_told_by_the_times_of_both_sides(shop: ShadowedShop) -> None:
    shop.strangler("ignore", "api-product-detail", "header:x-new", "--force")  # other rules begin the evidence anew
    shop.catalog.active = (SLOW,)
    visit(shop.url, [(SLOW.path, "en")] * 60)
    shop.settle()
    code, verdict = shop.strangler("verdict", "api-product-detail")
    primary, candidate = (verdict["latency_ms"][side]["p50"] for side in ("primary", "candidate"))
    assert candidate["low"] > primary["high"], "the bounds of both medians are apart"
    assert candidate["value"] > SLOW_SECONDS * 1000 > primary["value"]
    assert code in (1, 3)
