"""`strangler ignore` on a real store and a real file."""

import json
import time
from pathlib import Path

import pytest

from strangler_proxy.config.load import load
from tests.integration.report.conftest import Record, compared, json_answer
from tests.unit.cli.conftest import Run

SERVED = [
    compared(json_answer({"at": f"t{number}", "id": 7}), json_answer({"at": f"t{number}00", "id": 7}))
    for number in range(3)
]
BOTH = compared(json_answer({"at": "t1", "id": 7}), json_answer({"at": "t2", "id": "7"}))
EQUAL = compared(json_answer({"id": 7}), json_answer({"id": 7}))


def rules(config: Path) -> tuple[str, ...]:
    return next(route for route in load(config).routes if route.name == "product-detail").compare.ignore


def test_it_shows_what_it_hides_and_writes_the_rule(run: Run, record: Record, config: Path) -> None:
    record([*SERVED, BOTH, EQUAL])
    ran = run("ignore", "product-detail", "body:$.at", "--reason", "the clock", "--json")
    assert ran.code == 0, ran.err
    hides = ran.json["hides"]
    assert (hides["comparisons"], hides["mismatches"], hides["mismatches_left"]) == (5, 4, 1)
    (group,) = hides["groups"]
    assert (group["path"], group["count"], group["extent"]) == ("body:$.at", 4, "wholly")
    assert rules(config) == ("body:$.at",)
    assert "# since Monday" in config.read_text()
    entry = json.loads((config.parent / ".strangler/audit.jsonl").read_text())
    assert (entry["what"], entry["route"], entry["reason"]) == ("ignore", "product-detail", "body:$.at: the clock")


def test_a_dry_run_writes_nothing(run: Run, record: Record, config: Path) -> None:
    record(SERVED)
    before = config.read_text()
    ran = run("ignore", "product-detail", "body:$.at", "--dry-run")
    assert ran.code == 0
    assert '+compare.ignore = ["body:$.at"]' in ran.out
    assert "of 3 comparisons 3 differ now; with it at most 0 would" in ran.out
    assert config.read_text() == before


def test_a_guard_hides_what_it_matches_alone(run: Run, record: Record, config: Path) -> None:
    record([*SERVED, BOTH])
    for guard, extent in ((r"t\d+", "wholly"), ("t[01]0*", "partly")):
        document = run("ignore", "product-detail", "body:$.at", "--matching", guard, "--dry-run", "--json").json
        assert [group["extent"] for group in document["hides"]["groups"]] == [extent]
    run("ignore", "product-detail", "body:$.at", "--matching", r"t\d+")
    assert rules(config) == (r"body:$.at ~t\d+",)
    assert r"'body:$.at ~t\d+'" in config.read_text()


def test_a_guard_never_hides_a_retyped_value(run: Run, record: Record) -> None:
    record([BOTH])
    ran = run("ignore", "product-detail", "body:$.id", "--matching", ".*")
    assert ran.code == 1
    assert "STR631" in ran.err


def test_a_rule_that_hides_nothing_is_refused_unless_forced(run: Run, record: Record, config: Path) -> None:
    record(SERVED)
    ran = run("ignore", "product-detail", "header:etag")
    assert ran.code == 1
    assert "STR631" in ran.err
    assert rules(config) == ()
    assert run("ignore", "product-detail", "header:etag", "--force").code == 0
    assert rules(config) == ("header:etag",)


def test_a_rule_that_is_there_is_refused(run: Run, record: Record, config: Path) -> None:
    record(SERVED)
    assert run("ignore", "product-detail", "body:$.at").code == 0
    before = config.read_text()
    ran = run("ignore", "product-detail", "body:$.at", "--force")
    assert (ran.code, "STR630" in ran.err) == (1, True)
    assert config.read_text() == before


def test_an_end_is_written_before_the_guard(run: Run, record: Record, config: Path) -> None:
    record(SERVED)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86_400))
    assert run("ignore", "product-detail", "body:$.at", "--until", day, "--matching", "t[0-9]+").code == 0
    assert rules(config) == (f"body:$.at until {day} ~t[0-9]+",)


@pytest.mark.parametrize(
    "words",
    [
        ("body:at",),
        ("nonsense",),
        ("body:$.at", "--matching", "("),
        ("body:$.at", "--until", "soon"),
        ("body:$.at", "--until", "2020-01-01"),
    ],
)
def test_what_is_no_rule_is_wrong_usage(words: tuple[str, ...], run: Run, record: Record, config: Path) -> None:
    ran = run("ignore", "product-detail", *words)
    assert ran.code == 2
    assert "STR001" in ran.err
    assert rules(config) == ()
