"""Records the contract that the catalog's own tests hold it to: `python -m tests.stack.contract` writes it anew.

The shop answers, through a proxy that shadows every route of the catalog, and `strangler record` writes what passes to
`extracted/catalog/tests/contract/catalog.har`; the rows that the answers were made from go beside it.
"""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from tests.stack.catalog import CATALOG, catalog_manage, catalog_part, prepare_catalog
from tests.stack.processes import free_port
from tests.stack.proxy import STRANGLER, backend_table, proxy_part, proxy_table
from tests.stack.shop import prepare_shop, shop_database, shop_part

CONTRACT = CATALOG / "tests" / "contract"
PRODUCTS = 24
HOST = "shop.example"

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
"""The service's own names of its addresses, all of which the recording has."""

TARGETS = (
    "/",
    "/products/?ordering=price",
    "/products/oak-bowl-nowhere/",
    "/categories/",
    "/categories/kitchen/",
    "/api/products/",
    "/api/products/?page=2",
    "/api/products/?page=99",
    "/api/products/?ordering=-price&min_price=20",
    "/api/products/?min_price=cheap",
    "/api/products/1/",
    "/api/products/2/",
    "/api/products/999999/",
    "/api/products/1/related/",
    "/api/categories/",
    "/api/categories/kitchen/",
    "/api/categories/nowhere/",
)


def write_contract(folder: Path, contract: Path) -> None:
    """Records into the directory `contract`; everything else goes to `folder`.

    Raises: subprocess.CalledProcessError when not all that was asked is in the recording in time.
    """
    contract.mkdir(parents=True, exist_ok=True)
    prepare_shop(folder, products=PRODUCTS)
    prepare_catalog(folder, shop_database(folder))
    (contract / "data.json").write_text(catalog_manage(folder, "dumpdata", "catalog", "--indent", "1"))
    with ExitStack() as running:
        shop = running.enter_context(shop_part(folder, free_port()))
        catalog = running.enter_context(catalog_part(folder, free_port()))
        port = free_port()
        config = folder / "strangler.toml"
        config.write_text(config_text(shop.url, catalog.url, port))
        proxy = running.enter_context(proxy_part(config, listen_port=port, ready_path="/healthz"))
        recorder = subprocess.Popen(
            [
                *(STRANGLER, "record", "--config", config, "--output", contract / "catalog.har", "--force"),
                *("--distinct", "--limit", str(len(TARGETS)), "--seconds", "60", "--json"),
            ],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert recorder.stderr is not None
        recorder.stderr.readline()  # it listens now
        while recorder.poll() is None:  # a capture that comes before the comparer is reached is lost
            for target in TARGETS:
                requests.get(proxy.url + target, headers={"Host": HOST}, timeout=30, allow_redirects=False)
        (contract / "catalog.har.bak").unlink(missing_ok=True)
        if recorder.returncode:
            raise subprocess.CalledProcessError(recorder.returncode, recorder.args)


def config_text(shop: str, catalog: str, port: int) -> str:
    """A config in which every route of the catalog is shadowed."""
    routes = "".join(
        f'[[routes]]\nname = "{name}"\npath = "{path}"\nmethods = ["GET", "HEAD"]\nservice = "catalog"\n'
        'stage = "shadow"\n\n'
        for name, path in ROUTES.items()
    )
    proxy = proxy_table(listen_port=port, workers=1)
    return f"{proxy}{backend_table('monolith', shop)}{backend_table('catalog', catalog)}{routes}"


def main() -> None:
    """Writes the contract into the service's tests."""
    with TemporaryDirectory() as folder:
        write_contract(Path(folder), CONTRACT)
    sys.stderr.write(f"written: {CONTRACT}\n")


if __name__ == "__main__":
    main()
