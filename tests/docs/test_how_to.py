"""The commands of the recipes are run, with the shop, the catalog and the proxy in place, and do what the pages say."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.console import Shell, as_pattern, commands
from tests.stack.catalog import catalog_part, prepare_catalog
from tests.stack.processes import free_port
from tests.stack.proxy import STRANGLER, backend_table, proxy_part
from tests.stack.shop import prepare_shop, shop_database, shop_part

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "how-to"
NOT_RUN = {
    "compare-responses.md": "needs differences; chapter 5 of the tutorial runs these commands",
    "walk-by-itself.md": "needs evidence; chapter 6 of the tutorial runs these commands",
    "see-what-was-changed.md": "shows what several people did; tests/unit/control/test_audit_log.py does it",
    "guard-the-contract-in-ci.md": "needs traffic and the service's own environment; `make contract` does it",
    "your-own-monolith.md": "its commands are for another project; test_your_own_monolith.py runs them",
    "try-a-service-first.md": "runs a second proxy in the foreground; tests/unit/cli/test_override.py does it",
    "keep-evidence.md": "needs a PostgreSQL server; tests/integration/control does it",
    "record-and-replay.md": "needs traffic for a minute; tests/integration/recording does it",
    "set-a-gate.md": "ends with `not enough evidence`; tests/integration/cli/test_verdict.py does it",
    "keep-file-and-project-together.md": "its file is that of a whole project; tests/integration/cli does it",
}
PAGES = [page for page in sorted(FOLDER.glob("*.md")) if "```console" in page.read_text() and page.name not in NOT_RUN]

ROUTES = """
[[routes]]
name = "catalog-api-product-detail"
path = "/api/products/<int:pk>/"
methods = ["GET", "HEAD"]
stage = "monolith"
"""
CANARY = ROUTES.replace('stage = "monolith"', 'service = "catalog"\nstage = "canary"')
BEGINS_WITH = {
    "toggle-a-route.md": ROUTES,
    "roll-back-now.md": "CATALOG\n" + CANARY,
    "list-order.md": "CATALOG\n" + CANARY + '[routes.compare]\nunordered = ["body:$.tags"]\n',
}
"""What follows in the file when a reader comes to the page; else the catalog, and `ROUTES`."""
RECORDED = {"monolith.json": ["new", "oak"], "service.json": ["oak", "new"]}
"""Tags of the two answers that a page compares."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which a proxy runs, and the port that each port of the pages stands for."""

    folder: Path
    head: str
    """The file without its routes."""
    ports: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("recipes")
    prepare_shop(folder, products=5)
    prepare_catalog(folder, shop_database(folder))
    ports = {port: str(free_port()) for port in ("8000", "8001", "8002", "9180")}
    with ExitStack() as running:
        running.enter_context(shop_part(folder, int(ports["8001"])))
        running.enter_context(catalog_part(folder, int(ports["8002"])))
        head = (
            f'[proxy]\nlisten = "127.0.0.1:{ports["8000"]}"\nmetrics_listen = "127.0.0.1:{ports["9180"]}"\n'
            f'workers = 1\naccess_log = "access.log"\n' + backend_table("monolith", f"http://127.0.0.1:{ports['8001']}")
        )
        for name, tags in RECORDED.items():
            answer = {
                "status": 200,
                "headers": [["Content-Type", "application/json"]],
                "body": json.dumps({"tags": tags}),
            }
            (folder / name).write_text(json.dumps(answer) + "\n")
        config = folder / "strangler.toml"
        config.write_text(head + ROUTES)
        running.enter_context(proxy_part(config, listen_port=int(ports["8000"]), ready_path="/healthz"))
        yield Place(folder, head, ports)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_the_page_do_what_it_says(page: Path, place: Place) -> None:
    config = place.folder / "strangler.toml"
    new = config.with_suffix(".new")
    catalog = backend_table("catalog", f"http://127.0.0.1:{place.ports['8002']}")
    new.write_text(place.head + BEGINS_WITH.get(page.name, catalog + ROUTES).replace("CATALOG\n", catalog))
    new.rename(config)
    text = re.sub(r":(\d{4})\b", lambda found: ":" + place.ports.get(found[1], found[1]), page.read_text())
    shell = Shell(place.folder)
    try:
        shell.run(f'export PATH="{STRANGLER.parent}:$PATH"')
        time.sleep(0.2)  # the proxy takes the file within 50 ms; commands that only ask don't wait for it
        for command in commands(text):
            status, printed = shell.run(command.text)
            assert status == 0, f"$ {command.text}\n{printed}"
            if command.shown:
                assert as_pattern(command.shown).fullmatch(printed), f"$ {command.text}\nprinted:\n{printed}"
    finally:
        shell.close()


def test_pages_that_are_not_run_are_there_and_have_commands() -> None:
    for name in NOT_RUN:
        assert "```console" in (FOLDER / name).read_text()
    assert len(PAGES) >= 6
