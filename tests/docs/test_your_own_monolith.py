"""The guide to one's own monolith does what it says, run from first to last on a project that nobody of us wrote."""

import shutil
from pathlib import Path

import pytest

from tests.docs.console import Shell, commands, keep_apart, run_as_shown, with_ports
from tests.projects.oscar_site import PROJECT, PYTHON, seeded_shop
from tests.stack.processes import free_port
from tests.stack.proxy import STRANGLER

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "your-own-monolith.md"
PORTS = ("8000", "8001", "8002", "8100", "9180")
INSTALL = "~/.strangler-venv/bin/pip install --quiet strangler-proxy"
"""Not run, as it would fetch a release; tests/integration/test_package.py installs this version into an empty
environment. What follows runs the toolkit of this repository's environment."""


@pytest.mark.slow
def test_the_guide_does_what_it_says_on_a_project_that_is_not_ours(tmp_path: Path) -> None:
    project, home = tmp_path / "project", tmp_path / "home"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(seeded_shop(), tmp_path / "data")
    home.mkdir()
    ports = {port: str(free_port()) for port in PORTS}
    shell = Shell(project)
    try:
        shell.run(f'export HOME="{home}" OSCAR_SITE_DATA="{tmp_path}/data" PATH="{PYTHON.parent}:$PATH"')
        for command in commands(with_ports(PAGE.read_text(), ports)):
            if command.text == INSTALL:
                (home / ".strangler-venv" / "bin" / "strangler").symlink_to(STRANGLER)
                continue
            run_as_shown(shell, command)
            if command.text.startswith("strangler init"):
                keep_apart(project / "strangler.toml", ports)
    finally:
        shell.close()


def test_the_command_that_is_not_run_is_in_the_guide() -> None:
    assert INSTALL in [command.text for command in commands(PAGE.read_text())]
