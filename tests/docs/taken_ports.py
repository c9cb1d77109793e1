"""The ports that the tutorial needs: which of them somebody else listens on, and what to do about it.

Without this look a chapter would seem to work: the reader's `curl` would be answered by the other program.
"""

import shutil
import socket
import subprocess
from collections.abc import Iterable

PORTS = ("8000", "8001", "8002", "8003", "8100", "9180")
"""The ports that the chapters name, and the proxy's own for dashboard and metrics."""


class PortsTaken(Exception):
    """A port of the tutorial is in use; the message says which, by whom, and what to do."""


def must_be_free(ports: Iterable[str]) -> None:
    """Returns when nobody answers on any of these ports of loopback.

    Raises:
        PortsTaken: somebody does.
    """
    taken = [port for port in ports if _answers(port)]
    if taken:
        told = "\n".join(f"Port {port} is taken by {_holder(port)}." for port in taken)
        raise PortsTaken(
            f"{told}\nThe tutorial needs it. If `make demo` still runs, end it with Ctrl-C in its terminal; "
            "else end the process with `kill` and its number."
        )


def _answers(port: str) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(port))) == 0


def _holder(port: str) -> str:
    """Number and command line of who listens; in general words where `lsof` is missing or may not see it."""
    lsof = shutil.which("lsof")
    asked = [lsof or "lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-t"]
    pids = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split() if lsof else []
    if not pids:
        return "a process that cannot be named here"
    return f"process {pids[0]}: {command_line(int(pids[0]))}"


def command_line(pid: int) -> str:
    """Empty when there is no such process, or one that has ended and was not waited for."""
    asked = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    line = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return "" if line.endswith("<defunct>") else line
