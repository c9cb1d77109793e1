"""What a contender is: a program, and how it is told to stand before a backend."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where one run of a contender lives."""

    directory: Path
    """Of its own, for its config and log."""
    program: str
    port: int
    backend_port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Contender:
    """A proxy that can be measured."""

    name: str
    find: Callable[[], str | None]
    """Path of its program; None when it is not installed."""
    command: Callable[[Place], list[str]]
    """Writes its config, and gives the command that serves by it in the foreground."""
    python_path: Path | None = None
    """Where its Python code is looked for before the source beside this benchmark."""
    threads: int | None = None
    """GOMAXPROCS, for a program that has no other way to be held to one thread."""


def installed(name: str) -> Callable[[], str | None]:
    """A finder of a program on the search path, in `/usr/sbin`, or in the virtual environment."""
    places = [Path(sys.executable).parent / name, Path("/usr/sbin") / name]
    return lambda: shutil.which(name) or next((str(place) for place in places if place.exists()), None)
