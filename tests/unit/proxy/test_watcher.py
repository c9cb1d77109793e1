"""A change of the file is noticed once and never by half, and what keeps it from being read is said once."""

import pytest

from strangler_proxy.proxy.watcher import Watcher


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "strangler.toml"
    path.write_text("one")
    return path


@pytest.fixture
def watcher(path):
    watcher = Watcher(path, "one")
    assert watcher.look(0.0) is None
    return watcher


def replace(path, text):
    new = path.with_suffix(".new")
    new.write_text(text)
    new.rename(path)


def test_a_replaced_file_is_taken_at_the_second_look_and_once(path, watcher):
    replace(path, "two")
    assert [watcher.look(0.005 * look) for look in range(1, 5)] == [None, b"two", None, None]


def test_a_new_file_that_still_grows_is_not_taken(path, watcher):
    replace(path, "tw")
    assert watcher.look(0.005) is None
    with path.open("a") as file:
        file.write("o")
    assert [watcher.look(0.010), watcher.look(0.015)] == [None, b"two"]


def test_a_file_written_in_place_is_taken_after_a_moment_of_quiet(path, watcher):
    path.write_text("tw")
    assert [watcher.look(0.005), watcher.look(0.020)] == [None, None]
    path.write_text("two")
    assert [watcher.look(0.025), watcher.look(0.045), watcher.look(0.051), watcher.look(0.06)] == [
        None,
        None,
        b"two",
        None,
    ]


def test_an_empty_file_is_no_change_and_is_said_when_it_stays(path, watcher):
    path.write_text("")
    assert [watcher.look(0.01 * look) for look in range(1, 9)] == [None] * 8
    assert watcher.news(0.1) is None
    assert watcher.news(0.6) == "is empty; serving on by the last valid one"


def test_a_missing_file_is_said_once_and_so_is_its_return(path, watcher):
    path.unlink()
    assert [watcher.look(1.0), watcher.news(1.0)] == [None, None], "an editor may be about to put it back"
    assert [watcher.look(2.0), watcher.news(2.0)] == [None, "is gone; serving on by the last valid one"]
    assert [watcher.look(3.0), watcher.news(3.0)] == [None, None]
    path.write_text("one")
    assert [watcher.look(4.0), watcher.news(4.0)] == [None, "can be read again"]
    assert [watcher.look(5.0), watcher.news(5.0)] == [None, None]


def test_a_file_that_could_not_be_read_is_taken_when_it_can(path, watcher):
    path.unlink()
    path.mkdir()
    assert [watcher.look(1.0), watcher.look(2.0)] == [None, None]
    assert watcher.news(2.0) == "can't be read (Is a directory); serving on by the last valid one"
    path.rmdir()
    path.write_text("two")
    assert [watcher.look(3.0), watcher.look(3.1), watcher.news(3.1)] == [None, b"two", "can be read again"]
