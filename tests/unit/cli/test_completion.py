"""What a shell is offered."""

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from strangler_proxy.cli.main import cli
from tests.unit.cli.conftest import Run


def offered(*words: str) -> list[str]:
    """What completes the last of these words."""
    completion = ShellComplete(cli, {}, "strangler", "_STRANGLER_COMPLETE")
    return [item.value for item in completion.get_completions(list(words[:-1]), words[-1])]


def test_verbs_complete(config: Path) -> None:
    assert offered("ro") == ["routes", "rollback"]


def test_routes_stages_and_services_complete(config: Path) -> None:
    assert offered("promote", "prod") == ["product-detail", "product-list"]
    assert offered("set", "product-detail", "s") == ["shadow", "service"]
    assert offered("routes", "--service", "") == ["catalog"]


def test_routes_complete_from_the_config_that_the_line_names(config: Path) -> None:
    config.with_name("other.toml").write_text('[[routes]]\nname = "elsewhere"\n')
    assert offered("--config", "other.toml", "promote", "") == ["elsewhere"]
    assert offered("promote", "--config", "other.toml", "") == ["elsewhere"]


def test_a_byte_order_mark_spoils_no_completion(config: Path) -> None:
    config.write_text("\ufeff" + config.read_text(), encoding="utf-8")
    assert offered("promote", "prod") == ["product-detail", "product-list"]
    assert offered("routes", "--service", "") == ["catalog"]


@pytest.mark.parametrize(
    "text", ["[[routes]", "routes = 3", "backends = 3", "[[routes]]\nname = 3", "routes = [3]", "\x00"]
)
def test_a_file_that_is_being_edited_spoils_no_completion(text: str, config: Path) -> None:
    config.write_text(text)
    assert offered("promote", "zz") == []
    assert offered("routes", "--service", "zz") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_the_command(shell: str, run: Run) -> None:
    ran = run("completion", shell)
    assert ran.code == 0
    assert f"_STRANGLER_COMPLETE={shell}_complete" in ran.out
    assert run("completion", shell, "--json").json["shell"] == shell
