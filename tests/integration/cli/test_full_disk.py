"""What happens when nothing more can be written: a plain error and exit code 4, as when a file cannot be."""

import subprocess
from pathlib import Path

import pytest

from tests.integration.cli.conftest import STRANGLER

FULL = Path("/dev/full")

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.fixture(autouse=True)
def config(tmp_path: Path) -> None:
    (tmp_path / "strangler.toml").write_text('[backends.monolith]\nurls = ["http://127.0.0.1:1"]\n')


@pytest.mark.parametrize(
    "words", [["routes"], ["routes", "--json"], ["check", "--json"], ["explain", "GET", "/"], ["--help"], ["--version"]]
)
def test_a_full_standard_output_is_told_on_standard_error_with_exit_code_4(tmp_path: Path, words: list[str]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run([STRANGLER, *words], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 4
    assert b"STR003" in done.stderr
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_an_error_that_cannot_be_printed_keeps_its_exit_code(tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        for words, code in ((["frobnicate"], 2), (["frobnicate", "--json"], 2), (["check", "--config", "none"], 4)):
            done = subprocess.run([STRANGLER, *words], cwd=tmp_path, stdout=full, stderr=full, check=False)
            assert done.returncode == code


def test_a_closed_standard_output_is_taken_as_nothing_wanted(tmp_path: Path) -> None:
    done = subprocess.run(["sh", "-c", f"{STRANGLER} routes >&-"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
