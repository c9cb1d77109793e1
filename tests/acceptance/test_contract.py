"""The contract that the catalog's own tests hold it to: what the shop answers, and broken when the service errs."""

import os
import subprocess
from pathlib import Path

from tests.stack.catalog import CATALOG
from tests.stack.contract import CONTRACT, PRODUCTS
from tests.stack.processes import free_port
from tests.stack.proxy import STRANGLER
from tests.stack.shop import ROOT, prepare_shop, shop_part

PYTHON = ROOT / ".venvs" / "contract" / "bin" / "python"


def run_contract(**environment: str) -> "subprocess.CompletedProcess[str]":
    """The service's contract tests, by the interpreter that has the plugin beside the service."""
    words = ("-m", "pytest", "tests/contract", "--strangler-recording", "tests/contract/catalog.har")
    return subprocess.run(
        [PYTHON, *words, "-p", "no:cacheprovider"],
        cwd=CATALOG,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_shop_still_answers_as_was_recorded(tmp_path: Path) -> None:
    prepare_shop(tmp_path, products=PRODUCTS)
    with shop_part(tmp_path, free_port()) as shop:
        done = subprocess.run(
            [STRANGLER, "replay", CONTRACT / "catalog.har", "--against", shop.url, "--json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, f"{done.stdout}\n`python -m tests.stack.contract` records it anew"


def test_the_service_keeps_the_contract() -> None:
    done = run_contract()
    assert done.returncode == 0, done.stdout


def test_a_service_that_errs_breaks_it_and_the_failure_says_where() -> None:
    done = run_contract(CATALOG_PLANTED_DIFFERENCE="1")
    assert done.returncode == 1
    assert "GET /api/products/1/ is not answered as was recorded\n\nhigh type: body:$.price\n" in done.stdout
