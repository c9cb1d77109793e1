"""Where a running proxy keeps what is not config: the state directory."""

import contextlib
import fcntl
import hashlib
import os
import tempfile
import time
from pathlib import Path

from strangler_proxy.proxy.errors import AlreadyRunning
from strangler_proxy.proxy.in_force import read_in_force

STATE_VARIABLE = "STRANGLER_STATE"
"""Names the state directory where the config's own cannot be written, as that of a mounted ConfigMap."""

_CLAIM = "supervisor"

_FOR_GIT = """\
# Written by strangler once. The audit log belongs in the project's history, the rest to this machine.
*
!audit.jsonl
!.gitignore
"""

_LOOKS = 5
_LOOK_SECONDS = 0.02
"""Who asks whether a supervisor lives holds the lock for microseconds; a claim tries again rather than give up."""

_SOCKET_PATH_BYTES = 100
"""A Unix socket's path has room for 107 bytes on Linux, 103 on macOS."""


def state_path(config_path: Path) -> Path:
    """Where the state of a config lies: in `$STRANGLER_STATE`, or in `.strangler` beside the file itself."""
    named = os.environ.get(STATE_VARIABLE, "")
    return Path(named).absolute() if named else config_path.resolve().parent / ".strangler"


def state_directory(config_path: Path) -> Path:
    """The state directory; made when it is missing (its parent must be there), readable by its user alone.

    A new one gets a `.gitignore` that leaves the audit log to Git and nothing else; what a person made of that stays.
    """
    directory = state_path(config_path)
    directory.mkdir(mode=0o700, exist_ok=True)
    with contextlib.suppress(OSError), (directory / ".gitignore").open("x", encoding="ascii") as file:
        file.write(_FOR_GIT)
    return directory


def capture_socket(directory: Path) -> Path:
    """Path of the comparer's socket: in the state directory, or where the path would be too long, in a private
    temporary one that is named after it."""
    path = directory / "capture.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"strangler-{os.getuid()}-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    return short / "capture.sock"


class Claim:
    """A supervisor's hold on a state directory: a lock that the system frees should it die."""

    def __init__(self, directory: Path) -> None:
        """Raises `AlreadyRunning` when another supervisor holds it."""
        self._fd = os.open(directory / _CLAIM, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not self._take():
            pid = os.read(self._fd, 100).decode("ascii", "replace").partition(" ")[0]
            os.close(self._fd)
            said = read_in_force(directory)
            raise AlreadyRunning(directory, pid, said.file if said is not None and str(said.pid) == pid else "")
        self.after_a_crash = bool(os.read(self._fd, 1))
        """The last supervisor did not stop in order: its workers may still serve."""

    def _take(self) -> bool:
        for look in range(_LOOKS):
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if look < _LOOKS - 1:
                    time.sleep(_LOOK_SECONDS)
            else:
                return True
        return False

    def announce(self, token: str) -> None:
        """Says which supervisor this is; workers of another one drain."""
        self._write(f"{os.getpid()} {token}")

    def release(self) -> None:
        """Ends the hold, in order."""
        self._write("")
        os.close(self._fd)

    def _write(self, text: str) -> None:
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, text.encode("ascii"), 0)


def supervisor_token(directory: Path) -> str | None:
    """The token of the supervisor that announced itself last; None when there is none."""
    try:
        return (directory / _CLAIM).read_text("ascii").partition(" ")[2] or None
    except OSError:
        return None


def supervisor_lives(directory: Path) -> bool:
    """Whether a supervisor holds the state directory now.

    Raises: PermissionError when this user may not know.
    """
    try:
        fd = os.open(directory / _CLAIM, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False
