"""The tutorial does what it says: all chapters are run, from the first command to the last, in one fresh checkout."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.docs import tutorial
from tests.docs.console import Command, Shell, as_pattern, commands, fresh_checkout, run_as_shown
from tests.docs.taken_ports import PORTS, PortsTaken
from tests.stack.processes import free_port


class Walk:
    """One walk through the tutorial, which goes on from chapter to chapter as a reader does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ports = {port: str(free_port()) for port in PORTS}  # each port of the text is replaced by a free one
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


@pytest.mark.slow
def test_start_at_leaves_a_running_system_and_the_next_time_ends_it(tmp_path: Path) -> None:
    ports = {port: str(free_port()) for port in PORTS}
    with fresh_checkout(tutorial.ROOT, tmp_path) as checkout:
        tutorial.start_at(3, checkout, ports)
        try:
            answer = requests.get(f"http://127.0.0.1:{ports['8000']}/api/products/1/", timeout=10)
            assert (answer.status_code, answer.headers["X-Strangler"].split(";")[0]) == (200, "backend=monolith")
        finally:
            tutorial.start_at(1, checkout, ports)
        assert not (checkout / tutorial.PLAYGROUND).exists()
        for port in ("8000", "8001"):
            assert not answers(ports[port]), port


def test_start_at_names_a_port_that_another_program_listens_on_and_plays_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        ports = {port: str(free_port()) for port in PORTS} | {"8001": taken}
        with pytest.raises(PortsTaken) as told:
            tutorial.start_at(2, tmp_path, ports)
    first, remedy = str(told.value).splitlines()
    assert first.startswith(f"Port {taken} is taken by ")
    assert "`make demo`" in remedy
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_an_ended_walk_leaves_no_port_taken(walk: Walk) -> None:
    walk.up_to(tutorial.CHAPTERS[-1])
    tutorial.start_at(1, walk.root, walk.ports)
    assert not [port for port in walk.ports.values() if answers(port)]


def answers(port: str) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(port))) == 0


@pytest.mark.parametrize("words", [[], ["0"], ["10"], ["two"], ["1", "2"]])
def test_start_at_says_how_it_is_used(words: list[str]) -> None:
    command = [tutorial.ROOT / "docs" / "tutorial" / "start-at", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, tutorial.USAGE)


@pytest.mark.parametrize(
    ("text", "shown"), [("echo 99 routes", ("100 routes",)), ("echo 100 routes; false", ("100 routes",))]
)
def test_another_output_and_a_failure_are_told(text: str, shown: tuple[str, ...], tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    try:
        with pytest.raises(AssertionError):
            run_as_shown(shell, Command(text, shown))
        assert run_as_shown(shell, Command("echo 100 routes", ("100 routes",))) == "100 routes\n"
    finally:
        shell.close()


def test_a_command_goes_on_after_a_backslash_and_to_the_end_of_a_here_document() -> None:
    page = "```console\n$ cat <<'END' \\\n  > x\n$ y\nEND\n$ two\n```\n"

    assert commands(page) == [Command("cat <<'END' \\\n  > x\n$ y\nEND", ()), Command("two", ())]


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
