"""Applying an edit: all or nothing, and never over somebody else's change."""

import errno
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from strangler_proxy.config.edit import Edit, plan_route_edit
from strangler_proxy.config.errors import ConfigInvalid, EditRefused, FileChanged
from strangler_proxy.config.load import load
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.write import apply

TEXT = """\
[backends.monolith]
urls = ["http://m:1"]
[backends.catalog]
urls = ["http://c:1"]
[[routes]]
name = "r"
path = "/r/"
service = "catalog"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "strangler.toml"
    path.write_text(TEXT)
    return path


def files_beside(path: Path) -> list[str]:
    return sorted(other.name for other in path.parent.iterdir())


def test_the_applied_edit_is_what_is_loaded(file: Path) -> None:
    apply(plan_route_edit(file, "r", stage=Stage.SHADOW))
    assert load(file).routes[0].stage is Stage.SHADOW
    assert files_beside(file) == ["strangler.toml"]


def test_mode_is_kept(file: Path) -> None:
    file.chmod(0o640)
    apply(plan_route_edit(file, "r", stage=Stage.SHADOW))
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_the_owner_is_kept(file: Path) -> None:
    os.chown(file, 12345, 23456)
    apply(plan_route_edit(file, "r", stage=Stage.SHADOW))
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456)


def test_a_link_stays_and_its_target_is_replaced(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.toml"
    link.parent.mkdir()
    link.symlink_to(file)
    apply(plan_route_edit(link, "r", stage=Stage.SHADOW))
    assert link.is_symlink()
    assert load(file).routes[0].stage is Stage.SHADOW


def test_an_edit_of_a_file_that_changed_underneath_is_refused_and_writes_nothing(file: Path) -> None:
    edit = plan_route_edit(file, "r", stage=Stage.SHADOW)
    file.write_text(TEXT + "# by hand\n")
    with pytest.raises(FileChanged, match="STR161 the file was changed by somebody else"):
        apply(edit)
    assert file.read_text() == TEXT + "# by hand\n"
    assert files_beside(file) == ["strangler.toml"]


def test_an_invalid_text_is_never_written(file: Path) -> None:
    with pytest.raises(ConfigInvalid, match="STR102"):
        apply(Edit(path=file, before=TEXT, after="stage = 1\n" + TEXT))
    assert file.read_text() == TEXT


def test_an_edit_that_changes_nothing_does_not_touch_the_file(file: Path) -> None:
    before = file.stat()
    apply(plan_route_edit(file, "r", service="catalog"))
    assert file.stat().st_ino == before.st_ino


def test_a_full_disk_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EditRefused, match="STR160 the file cannot be written: No space left on device"):
        apply(plan_route_edit(file, "r", stage=Stage.SHADOW))
    assert file.read_text() == TEXT
    assert files_beside(file) == ["strangler.toml"]


def _set(path: Path, stages: list[Stage], refused: "multiprocessing.Queue[int]") -> None:
    count = 0
    for stage in stages:
        try:
            apply(plan_route_edit(path, "r", stage=stage))
        except FileChanged:
            count += 1
    refused.put(count)


def test_two_editors_at_once_never_mix_their_texts(file: Path) -> None:
    context = multiprocessing.get_context("spawn")
    refused: multiprocessing.Queue[int] = context.Queue()
    editors = [context.Process(target=_set, args=(file, [*Stage] * 10, refused)) for _ in range(2)]
    for editor in editors:
        editor.start()
    counts = [refused.get(timeout=30) for _ in editors]
    for editor in editors:
        editor.join(timeout=30)
    assert [editor.exitcode for editor in editors] == [0, 0]
    assert max(counts) < 50
    assert load(file).routes[0].name == "r"
    assert len(file.read_text().splitlines()) == len(TEXT.splitlines()) + 1
    assert files_beside(file) == ["strangler.toml"]


def test_a_save_made_while_the_edit_is_being_written_is_not_overwritten(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = plan_route_edit(file, "r", stage=Stage.SHADOW)
    real_sync = os.fsync

    def somebody_saves(descriptor: int) -> None:
        real_sync(descriptor)
        file.write_text(edit.before + "# saved meanwhile\n")

    monkeypatch.setattr(os, "fsync", somebody_saves)
    with pytest.raises(FileChanged):
        apply(edit)
    assert file.read_text().endswith("# saved meanwhile\n")
    assert files_beside(file) == [file.name]


def test_a_file_of_a_colleague_in_the_teams_directory_is_written_with_its_group(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[int, int]] = []

    def may_give_the_group_alone(descriptor: int, user: int, group: int) -> None:
        if user != -1:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        given.append((user, group))

    monkeypatch.setattr(os, "fchown", may_give_the_group_alone)
    apply(plan_route_edit(file, "r", stage=Stage.SHADOW))
    assert given == [(-1, file.stat().st_gid)]
    assert load(file).routes[0].stage is Stage.SHADOW


def test_a_file_that_is_mounted_on_its_own_gets_a_remedy_of_its_own(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(source: object, target: object) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(os, "replace", busy)
    with pytest.raises(EditRefused, match="mount its directory instead"):
        apply(plan_route_edit(file, "r", stage=Stage.SHADOW))
    assert files_beside(file) == [file.name]


def test_a_name_that_is_none_is_no_backend(file: Path) -> None:
    with pytest.raises(EditRefused, match='"x y" is no name for a backend'):
        plan_route_edit(file, "r", stage=Stage.SHADOW, service="x y", urls=["http://127.0.0.1:1"])
