"""`strangler compare`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Run

JSON = [["Content-Type", "application/json"]]


def write(path: Path, body: Any, **members: Any) -> str:
    path.write_text(json.dumps({"status": 200, "headers": JSON, "body": json.dumps(body), **members}))
    return path.name


@pytest.fixture
def pair(config: Path) -> tuple[str, str]:
    """Two recorded answers that differ in a value and a member."""
    left = write(config.parent / "left.json", {"id": 7, "at": "x", "name": "Tea"})
    return left, write(config.parent / "right.json", {"id": "7", "at": "y", "name": "Tea"})


def test_json_has_the_members_that_others_build_on(run: Run, pair: tuple[str, str]) -> None:
    ran = run("compare", *pair, "--json")
    assert ran.code == 1
    assert ran.json["equal"] is False
    assert ran.json["differences"] == [
        {"path": "body:$.id", "kind": "type", "severity": "high", "primary": 7, "candidate": "7"},
        {"path": "body:$.at", "kind": "value", "severity": "medium", "primary": "x", "candidate": "y"},
    ]


def test_equal_answers_end_with_0(run: Run, pair: tuple[str, str]) -> None:
    assert run("compare", pair[0], pair[0], "--json").json["equal"] is True
    ran = run("compare", pair[0], pair[0])
    assert (ran.code, ran.out) == (0, "equal\n")


def test_the_text_aligns_one_difference_a_line(run: Run, pair: tuple[str, str]) -> None:
    lines = run("compare", *pair).out.splitlines()
    assert lines[0] == "different: 2 differences"
    assert [line.index("body:") for line in lines if "body:" in line] == [lines[2].index("PATH")] * 2


def test_a_route_brings_its_own_rules(run: Run, pair: tuple[str, str], config: Path) -> None:
    text = config.read_text()
    config.write_text(text.replace('"shadow"  #', '"shadow"\ncompare.ignore = ["body:$.at", "body:$.id"]  #'))
    ran = run("compare", *pair, "--route", "product-detail")
    assert ran.code == 0
    assert "2 differences excused" in ran.out


def test_a_route_that_is_not_there_is_wrong_usage(run: Run, pair: tuple[str, str]) -> None:
    ran = run("compare", *pair, "--route", "product-detial")
    assert ran.code == 2
    assert "product-detail" in ran.err


def test_links_to_each_backend_of_the_route_are_equal(run: Run, config: Path) -> None:
    left = write(config.parent / "left.json", {"next": "http://127.0.0.1:8001/api/products/?page=2"})
    right = write(config.parent / "right.json", {"next": "http://127.0.0.1:8002/api/products/?page=2"})
    assert run("compare", left, right).code == 1
    assert run("compare", left, right, "--route", "product-detail").code == 0


def test_what_cannot_be_compared_is_not_equal(run: Run, config: Path) -> None:
    headers = [["Content-Encoding", "zstd"]]
    left = write(config.parent / "left.json", 1, headers=headers)
    right = write(config.parent / "right.json", 2, headers=headers)
    ran = run("compare", left, right)
    assert ran.code == 1
    assert ran.out.startswith("not compared, so not taken for equal")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ("{}", '"status"'),
        ('{"status": "200"}', '"status"'),
        ('{"status": true}', '"status"'),
        ('{"status": 200, "headers": {"a": "b"}}', '"headers"'),
        ('{"status": 200, "headers": [["a"]]}', '"headers"[0]'),
        ('{"status": 200, "body": {"a": 1}}', "no string"),
        ('{"status": 200, "body": "a", "body_base64": "YQ=="}', "both"),
        ('{"status": 200, "body_base64": "?"}', "no base64"),
        ('{"status": 200, "body": "abc", "body_size": 2}', '"body_size"'),
        ('{"status": 200, "boddy": "abc"}', "boddy"),
    ],
)
def test_a_file_that_is_no_recorded_answer_is_refused_with_its_name(
    text: str, what: str, run: Run, config: Path
) -> None:
    (config.parent / "bad.json").write_text(text)
    ran = run("compare", "bad.json", "bad.json")
    assert ran.code == 2
    assert what in ran.err
    assert "STR602" in ran.err
    assert "bad.json" in ran.err


def test_a_file_that_is_not_there_is_refused_with_its_name(run: Run) -> None:
    ran = run("compare", "gone.json", "gone.json", "--json")
    assert ran.code == 2
    assert (ran.json["error"]["code"], ran.json["error"]["where"]) == ("STR601", "gone.json")


def test_a_terminal_is_told_nothing_by_an_answer(run: Run, config: Path) -> None:
    left = write(config.parent / "left.json", {"a": "x"})
    right = write(config.parent / "right.json", {"a": "\x1b[2J\x9b", "\x07": 1})
    assert not set(run("compare", left, right).out) & {"\x1b", "\x9b", "\x07"}
