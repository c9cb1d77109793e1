"""`strangler purge` and `strangler move-store`, as a person calls them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from comparisons import compared, sample

from strangler_proxy.cli.main import cli
from strangler_proxy.proxy.state import state_directory
from tests.integration.control.conftest import Place

CONFIG = """\
[backends.monolith]
urls = ["http://127.0.0.1:8001"]
[evidence]
keep_days = 10
"""


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A project with evidence of two routes, long ago."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STRANGLER_DATABASE_URL", raising=False)
    (tmp_path / "strangler.toml").write_text(CONFIG)
    Place(state_directory(tmp_path / "strangler.toml"), {}).open()
    from strangler_proxy.control.record import DjangoStore

    differs = [compared("header:etag", route=route, sample=sample()) for route in ("detail", "list", "list")]
    DjangoStore().record(differs, [])
    yield
    from django.db import connections

    connections.close_all()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def routes() -> set[str]:
    from strangler_proxy.control.models import Epoch

    return set(Epoch.objects.values_list("route", flat=True))


def test_a_dry_run_says_what_would_go_and_leaves_it() -> None:
    assert run("purge", "list", "--dry-run").stdout == "2 comparisons and 2 samples would be removed.\n"
    assert routes() == {"detail", "list"}


def test_one_route_is_purged() -> None:
    assert run("purge", "list").exit_code == 0
    assert routes() == {"detail"}


def test_what_the_file_says_is_too_old_is_purged_without_an_argument() -> None:
    answer = json.loads(run("purge", "--json").stdout)
    assert (answer["comparisons"], answer["epochs"], answer["dry_run"]) == (3, 2, False)
    assert answer["freed_bytes"] >= 0
    assert routes() == set()


def test_all_and_a_route_together_are_wrong_usage() -> None:
    assert run("purge", "list", "--all").exit_code == 2
    assert run("purge", "--all", "--older-than", "3").exit_code == 2
    assert routes() == {"detail", "list"}
    assert run("purge", "--all").exit_code == 0
    assert routes() == set()


def test_only_what_is_older_is_purged() -> None:
    import time

    from strangler_proxy.control.record import DjangoStore

    DjangoStore().record([compared(route="today", at=time.time())], [])
    assert run("purge", "--older-than", "1").exit_code == 0
    assert routes() == {"today"}


def test_the_store_is_copied_and_the_answer_says_where(tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite3"
    asked = json.loads(run("move-store", "--to", f"sqlite:///{target}", "--dry-run", "--json").stdout)
    assert not target.exists()
    answer = json.loads(run("move-store", "--to", f"sqlite:///{target}", "--json").stdout)
    assert answer == asked | {"dry_run": False}
    assert answer["to"] == str(target)
    assert answer["rows"]["strangler_epoch"] == 2


def test_a_store_that_cannot_be_opened_is_an_error_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRANGLER_DATABASE_URL", "mysql://somewhere")
    result = run("purge", "--json")
    error = json.loads(result.stdout)["error"]
    assert (result.exit_code, error["code"], error["where"]) == (2, "STR902", "STRANGLER_DATABASE_URL")
    assert "postgresql://" in error["remedy"]
