"""Files are replaced whole, and the old ones kept."""

from pathlib import Path

import pytest

from strangler_proxy.cli.write_file import keep_aside, write_whole


def test_every_file_that_was_replaced_is_still_there(tmp_path: Path) -> None:
    path = tmp_path / "strangler.toml"
    for text in ("one", "two", "three"):
        path.write_text(text)
        keep_aside(path)
    kept = {file.name: file.read_text() for file in tmp_path.iterdir() if file != path}
    assert kept == {"strangler.toml.bak": "one", "strangler.toml.bak.2": "two", "strangler.toml.bak.3": "three"}


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "strangler.toml"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \udc80")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["strangler.toml"]
