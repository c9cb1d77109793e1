"""The shop behind the proxy, with every reading route of the catalog shadowed on the service, and traffic over them."""

import json
import random
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from planting_server import PlantingServer, planting_server

from tests.stack.catalog import catalog_part, prepare_catalog
from tests.stack.comparer import settle, wait_for_comparer
from tests.stack.processes import free_port
from tests.stack.proxy import STRANGLER, backend_table, proxy_part, proxy_table
from tests.stack.shop import prepare_shop, shop_database, shop_part

PRODUCTS = 60
SLUGS = ("kitchen", "living", "workshop", "lamps", "hand-tools", "nowhere")
LANGUAGES = ("en", "de", "fr, de;q=0.5")
AT_ONCE = 4
"""Visitors who ask at the same time: as many threads as the shop's gunicorn has in a process."""

QUERIES = ("", "?page=2", "?page=3", "?page=0", "?ordering=price", "?ordering=-price&page=2", "?ordering=rating",
           "?q=oak", "?tag=gift", "?category=lamps", "?min_price=20&max_price=90", "?min_price=cheap", "?available=1",
           "?page_size=5&page=2", "?q=%3Cscript%3E")  # fmt: skip

ROUTES = {
    "home": "/",
    "product-list": "/products/",
    "product-detail": "/products/<slug:slug>/",
    "category-list": "/categories/",
    "category-detail": "/categories/<slug:slug>/",
    "api-product-list": "/api/products/",
    "api-product-detail": "/api/products/<int:pk>/",
    "api-product-related": "/api/products/<int:pk>/related/",
    "api-category-list": "/api/categories/",
    "api-category-detail": "/api/categories/<slug:slug>/",
}
"""The service's routes: name → path, as the shop's own URLconf has them."""

REPORT = {"orders-csv": "/reports/orders.csv"}
"""A page that a second copy of the shop stands in for, as the catalog has no CSV."""


@dataclass(frozen=True, slots=True)
class ShadowedShop:
    """What runs."""

    url: str
    metrics_url: str
    config: Path
    catalog: PlantingServer
    reports: PlantingServer

    def strangler(self, *words: str) -> tuple[int, Any]:
        """Runs a command with --json; its exit code and its document."""
        command = [STRANGLER, *words, "--json", "--config", self.config]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stdout, (words, done.returncode, done.stderr)
        return done.returncode, json.loads(done.stdout)

    def diffs(self) -> dict[str, dict[str, Any]]:
        """What `diff` says of each route."""
        return {route: self.strangler("diff", route)[1] for route in (*ROUTES, *REPORT)}

    def settle(self) -> int:
        """Waits for the comparer; returns how many comparisons there were so far."""
        return settle(self.metrics_url)


def shadow_routes() -> str:
    """The `[[routes]]` of the config, all in stage shadow."""
    tables = [(name, path, "catalog") for name, path in ROUTES.items()]
    tables += [(name, path, "reports") for name, path in REPORT.items()]
    return "\n".join(
        f'[[routes]]\nname = "{name}"\npath = "{path}"\nmethods = ["GET", "HEAD"]\nservice = "{service}"\n'
        'stage = "shadow"\n'
        for name, path, service in tables
    )


@contextmanager
def shadowed_shop(folder: Path) -> Iterator[ShadowedShop]:
    """Shop, catalog, a second shop for the reports, and the proxy; what both services answer can be planted."""
    prepare_shop(folder, products=PRODUCTS)
    prepare_catalog(folder, shop_database(folder))
    port, metrics_port = free_port(), free_port()
    with ExitStack() as running:
        shop = running.enter_context(shop_part(folder, free_port()))
        catalog = running.enter_context(planting_server(running.enter_context(catalog_part(folder, free_port())).url))
        reports = running.enter_context(planting_server(shop.url))
        config = folder / "strangler.toml"
        config.write_text(
            proxy_table(listen_port=port, metrics_port=metrics_port)
            + backend_table("monolith", shop.url)
            + backend_table("catalog", catalog.url)
            + backend_table("reports", reports.url)
            + shadow_routes()
        )
        proxy = running.enter_context(proxy_part(config, listen_port=port, ready_path="/healthz"))
        metrics = f"http://127.0.0.1:{metrics_port}/metrics"
        wait_for_comparer(f"{proxy.url}/api/categories/", metrics)
        yield ShadowedShop(proxy.url, metrics, config, catalog, reports)


def seeded_paths(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Paths over all routes of the catalog, each with a language; the same seed gives the same ones."""
    chance = random.Random(seed)
    slugs = {number: slug for slug, number in _slugs.items()}
    for _ in range(count):
        number = chance.randint(1, PRODUCTS + 2)
        slug = chance.choice(SLUGS)
        path = chance.choice(
            [f"/api/products/{number}/"] * 6
            + [f"/api/products/{number}/related/"] * 2
            + [f"/api/products/{chance.choice(QUERIES)}"] * 3
            + [f"/api/categories/{slug}/", "/api/categories/", "/categories/", f"/categories/{slug}/", "/"]
            + [f"/products/{slugs.get(number, 'no-such-product')}/"]
            + [f"/products/{chance.choice(QUERIES)}"]
        )
        yield path, chance.choice(LANGUAGES)


_slugs: dict[str, int] = {}


def learn_slugs(url: str) -> None:
    """Asks the shop, past the proxy's shadowed routes, what its products are called in addresses."""
    page: str | None = f"{url}/api/products/?page_size=100"
    while page:
        document = requests.get(page, timeout=30).json()
        _slugs.update({product["slug"]: product["id"] for product in document["results"]})
        page = document["next"]


def visit(url: str, asked: Iterable[tuple[str, str]]) -> int:
    """Asks for all of them, some at once; returns how many were answered. Fails when one was not."""

    def ask(session: requests.Session, one: tuple[str, str]) -> int:
        path, language = one
        session.cookies.clear()
        answer = session.get(url + path, headers={"Accept-Language": language}, allow_redirects=False, timeout=30)
        assert answer.status_code < 500, (path, answer.status_code)
        return 1

    with ExitStack() as open_sessions, ThreadPoolExecutor(AT_ONCE) as visitors:
        sessions = [open_sessions.enter_context(requests.Session()) for _ in range(AT_ONCE)]
        all_asked = list(asked)
        shares = [all_asked[number::AT_ONCE] for number in range(AT_ONCE)]
        done = visitors.map(lambda part: sum(ask(part[0], one) for one in part[1]), zip(sessions, shares, strict=True))
        return sum(done)


def groups_found(diff: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """Path and kind of each group in what `diff --json` printed."""
    return [(group["path"], group["kind"]) for group in diff["groups"]]
