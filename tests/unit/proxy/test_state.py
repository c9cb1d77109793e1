"""The state directory, and who holds it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from strangler_proxy.proxy.errors import AlreadyRunning
from strangler_proxy.proxy.in_force import Announcement, digest, read_in_force
from strangler_proxy.proxy.state import Claim, state_directory, supervisor_lives


def test_git_gets_the_audit_log_and_nothing_else(tmp_path: Path) -> None:
    directory = state_directory(tmp_path / "strangler.toml")
    for name in ("audit.jsonl", "in-force.json", "supervisor"):
        (directory / name).touch()
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    seen = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert seen.stdout.split() == [".strangler/.gitignore", ".strangler/audit.jsonl"]


def test_what_a_person_made_of_the_gitignore_stays(tmp_path: Path) -> None:
    path = state_directory(tmp_path / "strangler.toml") / ".gitignore"
    path.write_text("*\n")
    state_directory(tmp_path / "strangler.toml")
    assert path.read_text() == "*\n"


def test_a_supervisor_lives_for_as_long_as_it_holds_its_claim(tmp_path: Path) -> None:
    assert not supervisor_lives(tmp_path / "nowhere")
    claim = Claim(tmp_path)
    assert supervisor_lives(tmp_path)
    claim.release()
    assert not supervisor_lives(tmp_path)


def test_who_comes_second_is_told_what_is_held_and_by_whom(tmp_path: Path) -> None:
    claim = Claim(tmp_path)
    claim.announce("token")
    with pytest.raises(AlreadyRunning) as caught:
        Claim(tmp_path)
    assert caught.value.where == str(tmp_path)
    assert caught.value.what == f"this state directory is held by a running proxy (process {os.getpid()})."
    told = Announcement(tmp_path, tmp_path / "shop.toml", "http://127.0.0.1:1", 2)
    told.holds(digest(b"one"), 1)
    told.settle()
    with pytest.raises(AlreadyRunning, match=f"which serves {tmp_path}/shop.toml"):
        Claim(tmp_path)
    (tmp_path / "supervisor").write_text("7 another")
    with pytest.raises(AlreadyRunning, match=r"\(process 7\)"):
        Claim(tmp_path)
    told.withdraw()
    claim.release()


def test_what_is_in_force_is_said_and_a_refused_file_beside_it(tmp_path: Path) -> None:
    told = Announcement(tmp_path, tmp_path / "strangler.toml", "http://127.0.0.1:1", 2)
    assert read_in_force(tmp_path) is None
    told.holds(digest(b"one"), 1)
    told.refuses(digest(b"two"))
    told.settle()
    said = read_in_force(tmp_path)
    assert said is not None
    assert (said.sha256, said.generation, said.workers, said.refused) == (digest(b"one"), 1, 2, digest(b"two"))
    told.holds(digest(b"three"), 2)
    told.settle()
    said = read_in_force(tmp_path)
    assert said is not None
    assert (said.sha256, said.refused) == (digest(b"three"), "")
    told.withdraw()
    assert read_in_force(tmp_path) is None


def test_a_file_that_a_worker_refused_is_not_said_to_be_in_force(tmp_path: Path) -> None:
    told = Announcement(tmp_path, tmp_path / "strangler.toml", "http://127.0.0.1:1", 2)
    told.refuses(digest(b"one"))
    told.holds(digest(b"one"), 1)
    told.settle()
    said = read_in_force(tmp_path)
    assert said is not None
    assert said.sha256 == ""
    told.withdraw()


@pytest.mark.parametrize("text", ["", "[]", '{"file": 1', json.dumps({"unknown": 1})])
def test_what_cannot_be_read_is_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "in-force.json").write_text(text)
    assert read_in_force(tmp_path) is None


def test_a_place_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    told = Announcement(tmp_path / "nowhere", tmp_path / "strangler.toml", "http://127.0.0.1:1", 1)
    told.holds(digest(b"one"), 1)
    told.settle()
    told.withdraw()
    assert not (tmp_path / "nowhere").exists()


def test_the_state_lies_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRANGLER_STATE", str(tmp_path / "elsewhere"))

    assert state_directory(tmp_path / "mounted" / "strangler.toml") == tmp_path / "elsewhere"
    assert not (tmp_path / "mounted").exists()
