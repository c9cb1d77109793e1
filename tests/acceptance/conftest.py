"""The stacks that acceptance tests share: seeded once a run, started once a module."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stack.catalog import catalog_part, prepare_catalog
from tests.stack.processes import free_port
from tests.stack.proxy import backend_table, proxy_part, proxy_table
from tests.stack.shop import prepare_shop, shop_database, shop_part

CATALOG_ROUTES = {
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
"""What the catalog service answers, by route name."""


def catalog_routes(stage: str) -> str:
    """`[[routes]]` entries that put every endpoint of the catalog into one stage."""
    return "\n".join(
        f'[[routes]]\nname = "{name}"\npath = "{path}"\nmethods = ["GET", "HEAD"]\n'
        f'service = "catalog"\nstage = "{stage}"\n'
        for name, path in CATALOG_ROUTES.items()
    )


@dataclass(frozen=True, slots=True)
class ShopAddresses:
    """One shop, reached in three ways."""

    direct: str
    proxied: str
    """Through the proxy, everything on the monolith."""
    split: str
    """Through a second proxy, the catalog in service."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopAddresses]:
    """A running shop with its catalog service, and two proxies in front."""
    folder: Path = tmp_path_factory.mktemp("shop")
    prepare_shop(folder, products=60)
    prepare_catalog(folder, shop_database(folder))
    with ExitStack() as running:
        monolith = running.enter_context(shop_part(folder, free_port()))
        catalog = running.enter_context(catalog_part(folder, free_port()))
        urls = []
        for name, stage in (("proxied", "monolith"), ("split", "service")):
            port = free_port()
            config = folder / name / "strangler.toml"
            config.parent.mkdir()
            config.write_text(
                proxy_table(listen_port=port)
                + backend_table("monolith", monolith.url)
                + backend_table("catalog", catalog.url)
                + catalog_routes(stage)
            )
            urls.append(running.enter_context(proxy_part(config, listen_port=port, ready_path="/healthz")).url)
        yield ShopAddresses(monolith.url, *urls)
