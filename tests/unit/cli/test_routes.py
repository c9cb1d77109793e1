"""`strangler routes`."""

from pathlib import Path

import click
import pytest

from strangler_proxy.cli.render import table
from tests.unit.cli.conftest import Run


def test_json_has_the_members_that_others_build_on(run: Run) -> None:
    assert run("routes", "--json").json[:3] == [
        {
            "name": "product-detail",
            "path": "/api/products/<int:pk>/",
            "regex": None,
            "methods": ["GET", "HEAD"],
            "service": "catalog",
            "stage": "shadow",
            "canary_percent": 10.0,
            "line": 11,
            "walk": None,
        },
        {
            "name": "product-list",
            "path": "/api/products/",
            "regex": None,
            "methods": [],
            "service": "catalog",
            "stage": "canary",
            "canary_percent": 10.0,
            "line": 18,
            "walk": None,
        },
        {
            "name": "legacy",
            "path": None,
            "regex": "^/old/[a-z]+$",
            "methods": [],
            "service": None,
            "stage": "monolith",
            "canary_percent": 10.0,
            "line": 26,
            "walk": None,
        },
    ]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--stage", "canary"), ["product-list"]),
        (("--stage", "canary", "--stage", "monolith"), ["product-list", "legacy"]),
        (("--service", "catalog"), ["product-detail", "product-list", "gated"]),
        (("--service", "catalog", "--stage", "SHADOW"), ["product-detail", "gated"]),
    ],
)
def test_filters_keep_the_order_of_the_file(words: tuple[str, ...], names: list[str], run: Run) -> None:
    assert [route["name"] for route in run("routes", "--json", *words).json] == names


def test_an_unknown_service_is_wrong_usage_and_suggests_the_one_that_was_meant(run: Run) -> None:
    ran = run("routes", "--service", "catalogue")
    assert ran.code == 2
    assert 'Did you mean "catalog"?' in ran.err


def test_the_table_is_aligned_and_nothing_is_cut_when_it_goes_to_a_pipe(run: Run) -> None:
    lines = run("routes").out.splitlines()
    assert lines[0].split() == ["ROUTE", "METHODS", "PATH", "SERVICE", "STAGE"]
    column = lines[0].index("STAGE")
    assert [line[column:] for line in lines[1:]] == ["shadow", "canary 10%", "monolith", "shadow"]
    assert lines == [line.rstrip() for line in lines]


def test_a_file_without_routes_says_who_answers(run: Run, config: Path) -> None:
    config.write_text('[backends.monolith]\nurls = ["http://127.0.0.1:8001"]\n')
    assert run("routes").out == "no routes: the monolith answers everything.\n"
    assert run("routes", "--json").json == []


def test_on_a_narrow_terminal_the_widest_columns_are_cut_and_the_stage_never() -> None:
    rows = [("a-rather-long-route-name", "/a/path/that/goes/on/and/on/", click.style("canary", fg="yellow"))]
    text = click.unstyle(table(("ROUTE", "PATH", "STAGE"), rows, width=40, shrink=(0, 1)))
    assert max(map(len, text.splitlines())) == 40
    assert text.splitlines()[1].endswith("…  canary")
