"""Every container file passes the linter, and copies what is there."""

import fnmatch
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [ROOT / "Containerfile", ROOT / "monolith" / "Containerfile", *ROOT.glob("extracted/*/Containerfile")],
    key=str,
)
EACH = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.parent.relative_to(ROOT)))


def instructions(file: Path) -> list[tuple[str, str]]:
    """Name and rest of each instruction, continued lines joined, comments left out."""
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [
        (name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in joined.splitlines()) if name
    ]


def last_stage(file: Path) -> list[tuple[str, str]]:
    """The instructions of the image that is run."""
    found = instructions(file)
    begins = [index for index, (name, _) in enumerate(found) if name == "FROM"]
    return found[begins[-1] :]


def kept(context: Path, name: str) -> bool:
    """Whether a file of the context reaches the build: the last rule that fits it decides."""
    inside = True
    for rule in (context / ".containerignore").read_text().split():
        pattern = rule.removeprefix("!")
        if any(fnmatch.fnmatch(part, pattern.removeprefix("**/")) for part in (name, name.split("/")[0])):
            inside = rule.startswith("!")
    return inside


def test_every_part_of_the_shop_and_the_proxy_has_a_container_file() -> None:
    services = [path.name for path in (ROOT / "extracted").iterdir() if (path / "README.md").exists()]
    assert sorted(file.parent.name for file in FILES) == sorted([ROOT.name, "monolith", *services])


@EACH
def test_the_linter_has_nothing_to_warn_of(file: Path) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, "--failure-threshold", "warning", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@EACH
def test_every_base_image_is_named_in_full_with_its_version(file: Path) -> None:
    for image in [rest.split()[0] for name, rest in instructions(file) if name == "FROM"]:
        assert re.fullmatch(r"docker\.io/library/\w+:\d[\w.-]+", image), image


@EACH
def test_it_runs_without_rights_says_its_health_and_gets_signals_itself(file: Path) -> None:
    stage = dict(last_stage(file))
    assert int(stage["USER"]) > 0  # a number: Kubernetes cannot see whether a name is root
    assert "HEALTHCHECK" in stage
    command = stage.get("ENTRYPOINT", stage["CMD"])
    assert command.startswith("["), "a shell between would keep SIGTERM to itself"


@EACH
def test_what_it_copies_is_in_the_repository_and_reaches_the_build(file: Path) -> None:
    context = file.parent
    for name, rest in instructions(file):
        if name != "COPY" or "--from" in rest:
            continue
        for source in rest.split()[:-1]:
            found = [path.name for path in context.glob(source)] if source != "." else ["."]
            assert found, source
            assert found == ["."] or all(kept(context, name) for name in found), f".containerignore keeps {source} away"


@EACH
def test_both_names_of_the_ignore_file_say_the_same_and_keep_caches_out(file: Path) -> None:
    text = (file.parent / ".containerignore").read_text()
    assert (file.parent / ".dockerignore").read_text() == text
    assert text.startswith("*\n")
    assert not kept(file.parent, ".git")
    assert not kept(file.parent, ".venv")


def test_the_image_of_the_proxy_is_given_all_that_its_build_asks_for() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, system = settings["project"], settings["build-system"]
    needed = {"pyproject.toml", "setup.py", project["readme"], *project["license-files"]}
    needed |= {f"{system['build-backend'].partition(':')[0]}.py"} if "backend-path" in system else set()
    sources = [
        source for name, rest in instructions(ROOT / "Containerfile") if name == "COPY" for source in rest.split()
    ]
    assert needed <= {path.name for source in sources if source[0] not in "-/." for path in ROOT.glob(source)}


def test_every_app_of_the_shop_reaches_its_image() -> None:
    needed = {path.parent.name for path in (ROOT / "monolith").glob("*/__init__.py")} - {"tests"}
    assert needed | {"static", "templates", "locale", "manage.py"} == {
        name
        for name in [path.name for path in (ROOT / "monolith").iterdir()]
        if kept(ROOT / "monolith", name) and name not in ("requirements.txt", "__pycache__")
    }


def test_the_static_files_of_the_shop_are_collected_as_its_image_does(tmp_path: Path) -> None:
    run = next(
        rest for name, rest in last_stage(ROOT / "monolith" / "Containerfile") if name == "RUN" and "collect" in rest
    )
    settings, _, _ = run.partition(" python manage.py collectstatic")
    environment = dict(pair.split("=", 1) for pair in settings.split())
    written = {"STATIC_ROOT": str(tmp_path / "static"), "CELERY_FOLDER": str(tmp_path / "celery"), "DEBUG": "0"}
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        cwd=ROOT / "monolith", env={**os.environ, **environment, **written}, check=True,
    )  # fmt: skip
    assert (tmp_path / "static" / "shop" / "shop.css").exists()
