"""The root: help, common options, and one way to fail."""

from pathlib import Path

import click
import pytest

from strangler_proxy.cli import routes as routes_module
from strangler_proxy.cli.main import VERBS, cli
from strangler_proxy.cli.verb import Verb
from tests.unit.cli.conftest import Run


def test_the_help_lists_every_verb_with_its_summary(run: Run) -> None:
    ran = run("--help")
    assert ran.code == 0
    for name, entry in VERBS.items():
        assert name in ran.out
        assert entry.summary.split()[0] in ran.out


@pytest.mark.parametrize("name", VERBS)
def test_the_summary_of_a_verb_is_the_first_line_of_its_own_help(name: str, run: Run) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert isinstance(command, Verb)
    assert (command.help or "").partition("\n")[0] == VERBS[name].summary
    ran = run(name, "--help")
    assert ran.code == 0
    assert "Examples:" in ran.out
    assert "Common options:" in ran.out


def test_without_a_verb_the_help_is_shown_and_the_usage_was_wrong(run: Run) -> None:
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert "Verbs:" in ran.err
    assert "STR001" in ran.err


@pytest.mark.parametrize(
    ("typed", "meant"), [("rouets", "routes"), ("runserver", "up"), ("promot", "promote"), ("status", "routes")]
)
def test_a_misspelt_or_foreign_verb_is_answered_with_the_one_that_was_meant(typed: str, meant: str, run: Run) -> None:
    ran = run(typed)
    assert ran.code == 2
    assert f'Did you mean "{meant}"?' in ran.err


def test_common_options_are_taken_before_and_after_the_verb(run: Run, config: Path) -> None:
    other = config.with_name("other.toml")
    config.rename(other)
    before = run("--json", "--config", "other.toml", "routes")
    after = run("routes", "--json", "--config", "other.toml")
    assert before == after
    assert before.code == 0
    assert before.json[0]["name"] == "product-detail"


def test_the_config_is_found_in_a_directory_above(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = config.parent / "shop" / "templates"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert run("check").code == 0


def test_the_environment_names_the_config_when_no_option_does(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.rename(config.with_name("staging.toml"))
    monkeypatch.setenv("STRANGLER_CONFIG", "staging.toml")
    assert run("check", "--json").json["file"] == "staging.toml"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--json", "nonsense"), "STR001"),
        (("routes", "--json", "--nonsense"), "STR001"),
        (("promote", "nonsense", "--json"), "STR162"),
        (("check", "--json", "--config", "nowhere.toml"), "STR100"),
        (("override", "product-detail", "--json"), "STR004"),
    ],
)
def test_with_json_an_error_is_one_document_with_four_members(words: tuple[str, ...], code: str, run: Run) -> None:
    ran = run(*words)
    assert ran.err == ""
    assert set(ran.json) == {"error"}
    assert set(ran.json["error"]) == {"code", "what", "where", "remedy"}
    assert ran.json["error"]["code"] == code
    assert ran.json["error"]["remedy"]


def test_an_unforeseen_exception_is_a_short_bug_report_and_a_traceback_only_with_debug(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_path: Path) -> None:
        raise RuntimeError("the moon is full")

    monkeypatch.setattr(routes_module, "load", broken)
    short, long = run("routes"), run("routes", "--debug")
    assert short.code == long.code == 70
    assert "STR009" in short.err
    assert "the moon is full" in short.err
    assert "--debug" in short.err
    assert "Traceback" not in short.err
    assert "Traceback" in long.err


def test_colours_are_used_when_asked_for_and_never_with_no_color(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in run("routes", color=True).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("routes", color=True).out
    assert "\x1b[" not in run("promote", "nonsense", color=True).err


@pytest.mark.parametrize(
    "words", [("set", "a", "shadow", "--foce"), ("rollback", "a", "--forc"), ("promote", "a", "--fo")]
)
def test_nobody_is_led_into_force(words: tuple[str, ...], run: Run) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert '"--force"' not in ran.err
    assert "'--force'" not in ran.err


def test_a_misspelt_option_is_corrected(run: Run) -> None:
    assert 'there is no option --servce. Did you mean "--service"?\n' in run("rollback", "a", "--servce", "x").err


def test_a_config_that_is_nowhere_is_said_with_the_folders_that_were_searched(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.unlink()
    below = config.parent / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    ran = run("routes")
    assert ran.code == 4
    assert f"no such file in {below}, nor in {config.parent}, " in ran.err
    assert " nor in " not in run("routes", "--config", "strangler.toml").err
