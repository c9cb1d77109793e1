"""Runs the `console` blocks of a page as a reader would: one shell, from the first command to the last.

A line that begins with `$ ` is a command (one that ends in a backslash goes on in the next line, and
one with a here-document, `<<'END'`, up to that word); the lines below it,
if any, are what it must print. `…` in such a line stands for anything, and a line that is only `…` for any lines.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND_SECONDS = 90
CLONED = ("monolith", "extracted", "strangler_proxy", "docs/tutorial", "Makefile", "pyproject.toml")
"""What of the repository the pages use."""

_HERE_DOCUMENT = re.compile(r"<<'(\w+)'")
_BLOCK = re.compile(r"^ *```console\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a page and the output that the page shows for it."""

    text: str
    shown: tuple[str, ...]


def commands(page: str) -> list[Command]:
    """All commands of a page's `console` blocks, in order."""
    found: list[Command] = []
    for block in map(textwrap.dedent, _BLOCK.findall(page)):
        text: list[str] = []
        shown: list[str] = []
        for line in block.splitlines():
            if text and not shown and _goes_on(text):
                text.append(line)
            elif line.startswith("$ "):
                if text:
                    found.append(Command("\n".join(text), tuple(shown)))
                text, shown = [line[2:]], []
            else:
                shown.append(line)
        if text:
            found.append(Command("\n".join(text), tuple(shown)))
    return found


def _goes_on(text: list[str]) -> bool:
    """Whether the next line belongs to the command as well."""
    here_document = _HERE_DOCUMENT.search(text[0])
    return text[-1].endswith("\\") or (here_document is not None and text[-1] != here_document[1])


def as_pattern(shown: tuple[str, ...]) -> re.Pattern[str]:
    """What the output must match as a whole; trailing spaces and empty lines at the end do not count."""
    lines = []
    for line in shown:
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n")
    return re.compile("".join(lines).removesuffix("\\n") + r"\s*")


def with_ports(page: str, ports: Mapping[str, str]) -> str:
    """The page with each of these ports replaced by another one."""
    return re.sub(r"(:|\bPORT=)(\d{4})\b", lambda found: found[1] + ports.get(found[2], found[2]), page)


class Shell:
    """A bash that runs one command after the other and keeps directory, variables and background jobs."""

    def __init__(self, folder: Path, *, seconds: int = COMMAND_SECONDS) -> None:
        """In `folder`; `seconds` is how long one command may take, 0: as long as it likes."""
        descriptor, name = tempfile.mkstemp(prefix="console-")
        os.close(descriptor)
        self._output = Path(name)
        self._seconds = seconds
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
        """Exit status and output, both streams together.

        Raises:
            TimeoutError: it took too long.
            EOFError: the shell itself has ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._output.write_text("")
        alarm = signal.signal(signal.SIGALRM, _give_up)
        signal.alarm(self._seconds)
        try:
            self._process.stdin.write(f"{{ {command}\n}} >{self._output} 2>&1 </dev/null\necho $?\n")
            self._process.stdin.flush()
            said = self._process.stdout.readline()
        except TimeoutError:
            raise TimeoutError(
                f"$ {command}\ntook more than {self._seconds} seconds; printed:\n{self._output.read_text()}"
            ) from None
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, alarm)
        if not said:
            raise EOFError(f"the shell ended in: {command}")
        return int(said), self._output.read_text()

    def leave(self) -> None:
        """Ends the shell; what it started in the background goes on."""
        self._process.kill()
        self._process.wait()
        self._tidy()

    def close(self) -> None:
        """Ends the shell and all that it started."""
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._tidy()

    def _tidy(self) -> None:
        self._output.unlink(missing_ok=True)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def run_as_shown(shell: Shell, command: Command) -> str:
    """Runs one command of a page; returns what it printed.

    Raises:
        AssertionError: it failed, or printed something else than the page shows.
    """
    status, printed = shell.run(command.text)
    assert status == 0, f"$ {command.text}\nended with {status}:\n{printed}"
    assert as_pattern(command.shown).fullmatch(printed), (
        f"$ {command.text}\nshown:\n" + "\n".join(command.shown) + f"\nprinted:\n{printed}"
    )
    return printed


def keep_apart(config: Path, ports: Mapping[str, str]) -> None:
    """Writes into the config that a page has just made the ports that no page names: metrics and dashboard.

    `ports` has 9180 and 8100, or neither; a config that was told already stays as it is.
    """
    text = config.read_text()
    if "9180" in ports and "metrics_listen" not in text:
        dashboard = f'[control]\nlisten = "127.0.0.1:{ports["8100"]}"\n\n'
        metrics = f'[proxy]\nmetrics_listen = "127.0.0.1:{ports["9180"]}"\n'
        config.write_text(text.replace("[proxy]\n", dashboard + metrics, 1))


def _give_up(*_: object) -> None:
    raise TimeoutError


@contextmanager
def fresh_checkout(root: Path, folder: Path) -> Iterator[Path]:
    """A copy of what a reader has after cloning, with the environments that `make` would build."""
    checkout = folder / "checkout"
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *CLONED],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, tracked.split("\0")):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, checkout / name)
        os.utime(checkout / name, (1, 1))  # older than the environments, which `make` therefore does not build anew
    for name in (".venv", ".venvs"):
        (checkout / name).symlink_to(root / name)
    yield checkout
