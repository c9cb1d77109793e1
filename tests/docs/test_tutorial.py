"""The tutorial does what it says: all chapters are run, from the first command to the last, in one fresh checkout."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import tutorial
from tests.docs.console import Command, Shell, as_pattern, commands, fresh_checkout
from tests.stack.processes import free_port

PORTS = ("8000", "8001", "8002", "8003", "8100", "9180")
"""Ports of the text, each replaced by a free one."""


class Walk:
    """One walk through the tutorial, which goes on from chapter to chapter as a reader does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ports = {port: str(free_port()) for port in PORTS}
        self.shell = Shell(root)
        self.done: list[Path] = []

    def up_to(self, chapter: Path) -> None:
        """Plays what was not played yet of all chapters up to this one."""
        for one in tutorial.CHAPTERS[: tutorial.CHAPTERS.index(chapter) + 1]:
            if one not in self.done:
                tutorial.play(one, self.shell, self.root, self.ports)
                self.done.append(one)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with fresh_checkout(tutorial.ROOT, tmp_path_factory.mktemp("tutorial")) as checkout:
        walk = Walk(checkout)
        try:
            yield walk
        finally:
            walk.shell.close()


@pytest.mark.slow
@pytest.mark.parametrize("chapter", tutorial.CHAPTERS, ids=lambda chapter: chapter.stem)
def test_the_chapter_does_what_it_says(chapter: Path, walk: Walk) -> None:
    walk.up_to(chapter)


def test_commands_and_their_output_are_read_from_the_blocks() -> None:
    page = "text\n```console\n$ one \\\n  more\nshown …\n$ two\n```\n```toml\n$ = 1\n```\n"

    assert commands(page) == [Command("one \\\n  more", ("shown …",)), Command("two", ())]


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (("a … c",), "a b c\n", True),
        (("a … c",), "a b d\n", False),
        (("a", "…"), "a\nb\nc\n", True),
        (("a",), "a\nb\n", False),
        ((), "anything\n", False),
        ((), "", True),
    ],
)
def test_output_is_held_against_what_the_page_shows(shown: tuple[str, ...], printed: str, same: bool) -> None:
    assert bool(as_pattern(shown).fullmatch(printed)) is same
