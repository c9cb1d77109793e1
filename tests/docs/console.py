"""Runs the `console` blocks of a page as a reader would: one shell, from the first command to the last.

A line that begins with `$ ` is a command (one that ends in a backslash goes on in the next line); the lines below it,
if any, are what it must print. `…` in such a line stands for anything, and a line that is only `…` for any lines.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND_SECONDS = 90
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a page and the output that the page shows for it."""

    text: str
    shown: tuple[str, ...]


def commands(page: str) -> list[Command]:
    """All commands of a page's `console` blocks, in order."""
    found: list[Command] = []
    for block in _BLOCK.findall(page):
        text: list[str] = []
        shown: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                if text:
                    found.append(Command("\n".join(text), tuple(shown)))
                text, shown = [line[2:]], []
            elif text and text[-1].endswith("\\") and not shown:
                text.append(line)
            else:
                shown.append(line)
        if text:
            found.append(Command("\n".join(text), tuple(shown)))
    return found


def as_pattern(shown: tuple[str, ...]) -> re.Pattern[str]:
    """What the output must match as a whole; trailing spaces and empty lines at the end do not count."""
    lines = []
    for line in shown:
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n")
    return re.compile("".join(lines).removesuffix("\\n") + r"\s*")


class Shell:
    """A bash that runs one command after the other and keeps directory, variables and background jobs."""

    def __init__(self, folder: Path) -> None:
        self._output = folder / "output"
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def run(self, command: str) -> tuple[int, str]:
        """Exit status and output, both streams together. Raises TimeoutError after `COMMAND_SECONDS`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._output.write_text("")
        alarm = signal.signal(signal.SIGALRM, _give_up)
        signal.alarm(COMMAND_SECONDS)
        try:
            self._process.stdin.write(f"{{ {command}\n}} >{self._output} 2>&1 </dev/null\necho $?\n")
            self._process.stdin.flush()
            status = int(self._process.stdout.readline())
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, alarm)
        return status, self._output.read_text()

    def close(self) -> None:
        """Ends the shell and all that it started."""
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _give_up(*_: object) -> None:
    raise TimeoutError(f"a command of the page took more than {COMMAND_SECONDS} seconds")


@contextmanager
def fresh_checkout(root: Path, folder: Path) -> Iterator[Path]:
    """A copy of what a reader has after cloning, with the environments that `make` would build."""
    checkout = folder / "checkout"
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "monolith", "extracted", "strangler_proxy", "Makefile", "pyproject.toml"],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, tracked.split("\0")):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, checkout / name)
        os.utime(checkout / name, (1, 1))  # older than the environments, which `make` therefore does not build anew
    for name in (".venv", ".venvs"):
        (checkout / name).symlink_to(root / name)
    yield checkout
