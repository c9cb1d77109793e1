"""What the running proxy acts by, told to others in `in-force.json` of the state directory.

The supervisor writes it; the command reads it, so that it can say what came of a change. Nobody's request depends on
it: a disk that is full or read-only costs the confirmation, and nothing else.
"""

import contextlib
import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

FILE = "in-force.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class InForce:
    """What a supervisor says of itself."""

    file: str
    """The config file, absolute; links are left in it, as a mounted one is a link that is swapped."""
    pid: int
    """Process id of the supervisor."""
    generation: int = 0
    """Number of the config in force, from 1; 0: none is yet."""
    sha256: str = ""
    """Hash of the bytes of the file that every worker acts by; empty: none is in force yet."""
    workers: int = 0
    address: str = ""
    """URL at which users are served."""
    time: str = ""
    """When this was written: UTC, ISO 8601."""
    refused: str = ""
    """Hash of the file last seen, when it was refused; empty: it was taken."""


def digest(content: bytes) -> str:
    """How the content of a config file is named here."""
    return hashlib.sha256(content).hexdigest()


def read_in_force(directory: Path) -> InForce | None:
    """What is said in the state directory; None when nothing is, or nothing that can be read."""
    try:
        return InForce(**json.loads((directory / FILE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


class Announcement:
    """The supervisor's side of it. No call raises for what the file system does, or waits for it but `withdraw`: on a
    busy disk a write takes longer than the time between two looks at the config.
    """

    def __init__(self, directory: Path, config_path: Path, address: str, workers: int) -> None:
        """Takes away what an earlier supervisor said."""
        self._path = directory / FILE
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="in-force")
        self._said = InForce(file=str(config_path.absolute()), pid=os.getpid(), address=address, workers=workers)
        self._unlink()

    def holds(self, sha256: str, generation: int) -> None:
        """All workers have answered for the file with this hash; it is in force unless one of them refused it."""
        if self._said.refused != sha256:
            self._say(replace(self._said, sha256=sha256, generation=generation, refused=""))

    def refuses(self, sha256: str) -> None:
        """The file with this hash is not acted by; what was in force before still is."""
        self._say(replace(self._said, refused=sha256))

    def withdraw(self) -> None:
        """Nothing is said any more, once this returns: the supervisor ends in order."""
        self._writer.shutdown()
        self._unlink()

    def settle(self) -> None:
        """Wait until what was said is written."""
        self._writer.submit(int).result()

    def _unlink(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _say(self, said: InForce) -> None:
        """Write it so that a reader sees the old text or the new one."""
        self._said = replace(said, time=datetime.now(UTC).isoformat(timespec="milliseconds"))
        with contextlib.suppress(RuntimeError):  # withdrawn already: a last word of a worker that stops
            self._writer.submit(self._write, json.dumps(asdict(self._said)) + "\n")

    def _write(self, text: str) -> None:
        beside = self._path.with_name(f".{FILE}.new")
        with contextlib.suppress(OSError):
            beside.write_text(text, encoding="ascii")
            beside.replace(self._path)
