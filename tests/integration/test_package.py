"""The package as a stranger gets it: built, installed into an empty environment, used outside the repository."""

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

import pytest
import requests

from tests.projects.oscar_site import PROJECT, PYTHON, oscar_part
from tests.stack.processes import Part, free_port

ROOT = Path(__file__).resolve().parents[2]


def in_the_repository(*names: str) -> set[str]:
    """The files below these names, new ones included, ignored ones not."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *names], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(listed.stdout.split())


PACKAGE = in_the_repository("strangler_proxy")
FOR_A_BUILD = in_the_repository("pyproject.toml", "setup.py", "build_backend.py", "README.md", "LICENSE", "MANIFEST.in")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the plain wheel that was made from it and not from the repository."""
    folder: Path = tmp_path_factory.mktemp("dist")
    source = folder / "source"
    for name in PACKAGE | FOR_A_BUILD:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    plain = {**os.environ, "STRANGLER_COMPILE": "0"}
    build = [sys.executable, "-m", "build", "--outdir", folder, source]
    done = subprocess.run(build, env=plain, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel with what it asks for, and nothing else."""
    folder: Path = tmp_path_factory.mktemp("env") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    (wheel,) = built.glob("*.whl")
    pip(folder / "bin" / "python", "install", wheel)
    return folder / "bin"


def pip(python: str | Path, *words: str | Path) -> None:
    """Runs pip; what it says is shown only when it fails."""
    done = subprocess.run([python, "-m", "pip", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_holds_the_package_with_its_types_and_licence_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    info = f"{wheel.name.removesuffix('-py3-none-any.whl')}.dist-info"
    assert {name for name in names if not name.startswith(info)} == PACKAGE
    assert "strangler_proxy/py.typed" in PACKAGE
    assert f"{info}/licenses/LICENSE" in names
    metadata = Parser().parsestr(zipfile.ZipFile(wheel).read(f"{info}/METADATA").decode())
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_the_sdist_holds_what_a_build_needs_and_no_test(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= PACKAGE | FOR_A_BUILD
    assert not [name for name in names if name.startswith(("tests", "monolith", "extracted"))]


def test_it_brings_along_what_the_project_file_names_and_no_tool_of_ours(installed: Path) -> None:
    listed = subprocess.run(
        [installed / "python", "-m", "pip", "list", "--format", "json"], capture_output=True, text=True, check=True
    )
    brought = {package["name"].lower().replace("_", "-") for package in json.loads(listed.stdout)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = names_of(project["dependencies"])
    assert needed <= brought
    assert brought.isdisjoint(names_of(project["optional-dependencies"]["dev"]) - needed)


def names_of(requirements: list[str]) -> set[str]:
    """The packages that are asked for, without version or marker."""
    return {re.split(r"[<>=~!;\[ ]", requirement)[0].lower() for requirement in requirements}


@pytest.fixture(scope="module")
def oscar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Part]:
    with oscar_part(tmp_path_factory.mktemp("oscar")) as part:
        yield part


def test_from_init_to_a_shadowed_route_on_a_project_that_is_not_ours(
    installed: Path, oscar: Part, tmp_path: Path
) -> None:
    def strangler(*words: str) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "NO_COLOR": "1"}
        done = subprocess.run(
            [installed / "strangler", *words], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert strangler("--version").startswith("strangler")
    port = free_port()
    where = ("--monolith-url", oscar.url, "--listen", f"127.0.0.1:{port}")
    strangler("init", "--project", str(PROJECT), "--python", str(PYTHON), *where)
    config = tmp_path / "strangler.toml"
    config.write_text(config.read_text().replace("[proxy]\n", '[proxy]\nmetrics_listen = "off"\n', 1))
    strangler("check")

    up = [installed / "strangler", "up", "--workers", "1"]
    proxy = Part(
        "proxy", up, url=f"http://127.0.0.1:{port}", ready_path="/catalogue/", cwd=tmp_path, log=tmp_path / "log"
    )
    with proxy:
        # The service is a second address of the shop: what matters here is that the route can be shadowed.
        said = strangler("set", "catalogue-index", "shadow", "--service", "storefront", "--url", oscar.url)
        assert "In force on 1 worker." in said
        answer = requests.get(f"{proxy.url}/catalogue/", timeout=30)
        assert answer.status_code == 200
        assert answer.headers["X-Strangler"] == "backend=monolith; route=catalogue-index; stage=shadow; why=stage"
        shadowed = json.loads(strangler("routes", "--stage", "shadow", "--json"))
        assert [(route["name"], route["service"]) for route in shadowed] == [("catalogue-index", "storefront")]
    assert not proxy.process or proxy.process.returncode == 0
