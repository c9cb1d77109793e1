"""The tutorial's chapters as what they are: programs. The tests run them, and so does `docs/tutorial/start-at`.

All that the chapters make is in `playground/` at the root of the clone, and each program that they start in the
background leaves its process id there, in a file `NAME.pid`. Needs nothing but Python itself, as it makes the rest.
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.docs.console import Shell, commands, keep_apart, run_as_shown, with_ports
from tests.docs.taken_ports import PORTS, PortsTaken, command_line, must_be_free

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "docs" / "tutorial").glob("[0-9][0-9]-*.md"))
PLAYGROUND = "playground"
STOP_SECONDS = 15
PROGRAMS = ("gunicorn", "strangler", "server.js")
"""One of these words is in the command line of each program that the chapters start."""

USAGE = f"""Usage: docs/tutorial/start-at CHAPTER

Brings you to the start of a chapter, 1 to {len(CHAPTERS)}: ends what an earlier walk through the tutorial left running,
removes its folder, {PLAYGROUND}/, sees that the tutorial's ports are free, and runs the commands of all chapters before
it. 1 runs none.
"""


def play(chapter: Path, shell: Shell, root: Path, ports: Mapping[str, str], *, tell: bool = False) -> None:
    """Runs a chapter's commands; the shell is where the chapter before it ended.

    Raises:
        AssertionError: a command failed or printed something else than the page shows.
    """
    for command in commands(with_ports(chapter.read_text(), ports)):
        if tell:
            sys.stdout.write(f"$ {command.text}\n")
            sys.stdout.flush()
        run_as_shown(shell, command)
        if command.text.startswith("strangler init "):
            keep_apart(root / PLAYGROUND / "shop" / "strangler.toml", ports)


def clear(root: Path) -> None:
    """Ends the programs of the playground, and removes it."""
    folder = root / PLAYGROUND
    running = [pid for file in folder.glob("*.pid") if (pid := _running(file)) is not None]
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while any(map(command_line, running)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in filter(command_line, running):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def start_at(number: int, root: Path, ports: Mapping[str, str]) -> None:
    """Clears up and plays all chapters before this one; what they started goes on running.

    Raises:
        AssertionError: a command failed or printed something else than the page shows.
        PortsTaken: somebody else listens on a port of the tutorial; nothing was played.
    """
    clear(root)
    must_be_free(ports.get(port, port) for port in PORTS)
    shell = Shell(root, seconds=0)
    try:
        for chapter in CHAPTERS[: number - 1]:
            sys.stdout.write(f"\n== {chapter.read_text().partition(chr(10))[0].lstrip('# ')}\n")
            play(chapter, shell, root, ports, tell=True)
    except BaseException:
        shell.close()
        raise
    shell.leave()


def main(words: Sequence[str]) -> int:
    """`start-at`; 0: done, 1: a command of the chapters failed or a port is taken, 2: wrong usage."""
    if len(words) != 1 or words[0] not in map(str, range(1, len(CHAPTERS) + 1)):
        sys.stderr.write(USAGE)
        return 2
    try:
        start_at(int(words[0]), ROOT, {})
    except PortsTaken as error:
        sys.stderr.write(f"{error}\nThen again: docs/tutorial/start-at {words[0]}\n")
        return 1
    except (AssertionError, EOFError) as error:
        sys.stderr.write(f"\n{error}\nEnd what runs with: docs/tutorial/start-at 1\n")
        return 1
    chapter = CHAPTERS[int(words[0]) - 1]
    sys.stdout.write(f"\nYou are at the start of {chapter.relative_to(ROOT)}. In this terminal:\n")
    if words[0] == "1":
        sys.stdout.write(f"  cd {ROOT}\n")
    else:
        sys.stdout.write(f'  cd {ROOT / PLAYGROUND / "shop"} && export PATH="{ROOT}/.venv/bin:$PATH"\n')
    return 0


def _running(file: Path) -> int | None:
    """The process of a `.pid` file, when it is one of ours; None: it has ended, or the number is another's by now."""
    text = file.read_text().strip()
    line = command_line(int(text)) if text.isdecimal() else ""
    return int(text) if any(word in line for word in PROGRAMS) else None
