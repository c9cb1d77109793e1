"""`strangler check`."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run


def test_a_valid_file_is_summed_up_by_stage(run: Run) -> None:
    ran = run("check", "--json")
    assert ran.code == 0
    assert ran.json == {
        "valid": True,
        "file": "strangler.toml",
        "routes": 4,
        "by_stage": {"monolith": 1, "shadow": 2, "canary": 1, "service": 0, "retired": 0},
        "backends": ["monolith", "catalog"],
        "errors": [],
        "warnings": [],
    }
    assert "4 routes (1 monolith, 2 shadow, 1 canary)" in run("check").out


def test_every_error_is_shown_at_once_with_line_and_remedy(run: Run, config: Path) -> None:
    config.write_text(
        config.read_text().replace('"shadow"  #', '"shaddow"  #').replace("percent = 10", "percent = 200")
    )
    ran = run("check")
    assert (ran.code, ran.out) == (1, "")
    for text in ("STR103", "strangler.toml:16", 'Did you mean "shadow"?', "STR105", "strangler.toml:24"):
        assert text in ran.err
    as_json = run("check", "--json")
    assert as_json.code == 1
    assert as_json.json["valid"] is False
    assert [error["code"] for error in as_json.json["errors"]] == ["STR103", "STR105"]
    assert [error["where"] for error in as_json.json["errors"]] == ["strangler.toml:16", "strangler.toml:24"]


def test_what_is_probably_not_meant_is_a_warning_and_no_error(run: Run, config: Path) -> None:
    text = config.read_text().replace("percent = 10", "percent = 0")
    config.write_text(text + '\n[backends.orders]\nurls = ["http://127.0.0.1:8003"]\n')
    ran = run("check", "--json")
    assert ran.code == 0
    assert [warning["what"] for warning in ran.json["warnings"]] == [
        'no route uses the service "orders".',
        'route "product-list" is in stage canary at 0 percent: the service answers nobody.',
    ]
    assert "strangler.toml:18" in run("check").out


def test_an_expression_that_can_hold_a_worker_up_is_warned_of_wherever_it_stands(run: Run, config: Path) -> None:
    text = config.read_text().replace("'^/old/[a-z]+$'", "'^/old/(?:[a-z]+-?)+$'")
    text = text.replace('methods = ["GET", "HEAD"]', 'headers = {X-Kind = "~(a+)+"}')
    text += "[routes.compare]\nignore = [\"body:$.id ~(?:[0-9]+[a-z]*)*\"]\n[converters]\nword = '(\\w+)+'\n"
    config.write_text(text)

    ran = run("check", "--json")

    assert ran.code == 0
    assert [warning["what"].partition(" has a repetition in a repetition")[0] for warning in ran.json["warnings"]] == [
        'converter "word"',
        'header "x-kind" of route "product-detail"',
        'regex of route "legacy"',
        'the guard of "body:$.id" of route "gated"',
    ]
    assert [warning["line"] for warning in ran.json["warnings"]] == [None, 11, 26, 31]


def test_an_expression_that_python_doubts_is_warned_of_and_nothing_else_is_said(run: Run, config: Path) -> None:
    config.write_text(config.read_text().replace("'^/old/[a-z]+$'", "'^/old/[[a-z]+$'"))
    ran = run("check")
    assert (ran.code, ran.err) == (0, "")
    assert "Possible nested set" in ran.out


def test_what_no_rule_foresaw_is_refused_as_the_proxy_would(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(config: object) -> None:
        raise ValueError("no table of this")

    monkeypatch.setattr("strangler_proxy.cli.check.RoutingTable.build", fail)
    ran = run("check")
    assert ran.code == 1
    assert "STR406" in ran.err
    assert "no table of this" in ran.err


def test_an_ignore_whose_day_has_come_is_a_warning(run: Run, config: Path) -> None:
    ended = '\n[[routes]]\nname = "ended"\npath = "/ended/"\n[routes.compare]\nignore = ["{}", "{}"]\n'
    config.write_text(config.read_text() + ended.format("body:$.x until 2020-01-31 ~[0-9]+", "status until 9999-12-31"))
    ran = run("check", "--json")
    assert ran.code == 0
    assert [(warning["what"], warning["remedy"]) for warning in ran.json["warnings"]] == [
        (
            '"body:$.x until 2020-01-31 ~[0-9]+" in ignore of route "ended" excuses nothing since 2020-01-31.',
            "Take it away, or give it a later day.",
        )
    ]
