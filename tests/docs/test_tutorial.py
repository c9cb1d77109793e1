"""Each chapter of the tutorial does what it says, run from first to last in a fresh checkout."""

import re
from pathlib import Path

import pytest

from tests.docs.console import Command, Shell, as_pattern, commands, fresh_checkout
from tests.stack.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "docs" / "tutorial").glob("[0-9]*.md"))
PORTS = ("8000", "8001", "8002", "8003")
"""Ports of the text, each replaced by a free one."""


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_the_chapter_does_what_it_says(chapter: Path, tmp_path: Path) -> None:
    ports = {port: str(free_port()) for port in PORTS}
    page = re.sub(r"(:|\bPORT=)(\d{4})\b", lambda found: found[1] + ports.get(found[2], found[2]), chapter.read_text())
    with fresh_checkout(ROOT, tmp_path) as checkout:
        shell = Shell(checkout)
        try:
            for command in commands(page):
                status, printed = shell.run(command.text)
                assert status == 0, f"$ {command.text}\n{printed}"
                assert as_pattern(command.shown).fullmatch(printed), (
                    f"$ {command.text}\nshown:\n" + "\n".join(command.shown) + f"\nprinted:\n{printed}"
                )
        finally:
            shell.close()


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
