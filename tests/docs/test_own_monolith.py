"""The guide to one's own monolith does what it says, run from first to last on a project that nobody of us wrote."""

import re
import shutil
from pathlib import Path

import pytest

from tests.docs.console import Shell, as_pattern, commands
from tests.projects.oscar_site import PROJECT, PYTHON, seeded_shop
from tests.stack.processes import free_port
from tests.stack.proxy import STRANGLER

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial" / "own-monolith.md"
PORTS = ("8000", "8001", "8002", "9180")
INSTALL = "pip install --quiet strangler-proxy"
"""Not run, as it would fetch a release; tests/integration/test_package.py installs this version."""


@pytest.mark.slow
def test_the_guide_does_what_it_says_on_a_project_that_is_not_ours(tmp_path: Path) -> None:
    shutil.copytree(PROJECT, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(seeded_shop(), tmp_path / "data")
    ports = {port: str(free_port()) for port in PORTS}
    page = re.sub(r":(\d{4})\b", lambda found: ":" + ports.get(found[1], found[1]), PAGE.read_text())
    shell = Shell(tmp_path / "project")
    try:
        shell.run(f'export OSCAR_SITE_DATA="{tmp_path}/data" PATH="{PYTHON.parent}:{STRANGLER.parent}:$PATH"')
        for command in commands(page):
            if command.text == INSTALL:
                continue
            status, printed = shell.run(command.text)
            assert status == 0, f"$ {command.text}\n{printed}"
            assert as_pattern(command.shown).fullmatch(printed), (
                f"$ {command.text}\nshown:\n" + "\n".join(command.shown) + f"\nprinted:\n{printed}"
            )
            if command.text.startswith("strangler init"):
                metrics = f'[proxy]\nmetrics_listen = "127.0.0.1:{ports["9180"]}"\n'
                config = tmp_path / "project" / "strangler.toml"
                config.write_text(config.read_text().replace("[proxy]\n", metrics, 1))
    finally:
        shell.close()


def test_the_command_that_is_not_run_is_in_the_guide() -> None:
    assert INSTALL in [command.text for command in commands(PAGE.read_text())]
