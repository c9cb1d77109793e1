"""A child process that is known to answer before it is used, and known to be gone afterwards."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

READY_SECONDS = 60.0
"""How long a part may take to answer first; generous, since shared machines stall."""
STOP_SECONDS = 10.0
"""How long a part may take to end by itself before it is killed."""


class PartFailed(RuntimeError):
    """A part did not come up; the message carries the end of its log."""


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def port_or_free(port: int) -> int:
    """`port` when nobody listens on it, else a free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return free_port()
    return port


class Part:
    """One running program of the stack, with its log in a file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        url: str,
        ready_path: str,
        cwd: Path,
        log: Path,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.command = [str(word) for word in command]
        self.url = url
        self.ready_url = url + ready_path
        self.cwd = cwd
        self.log = log
        self.env = {**os.environ, **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Starts the program and returns once it answers anything but a 5xx.

        Raises:
            PartFailed: it ended, or did not answer within `READY_SECONDS`.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise PartFailed(f"{self.name} ended with {self.process.returncode} at start:\n{self.log_tail()}")
            try:
                if requests.get(self.ready_url, timeout=5, allow_redirects=False).status_code < 500:
                    return self
            except requests.RequestException:
                pass
            time.sleep(0.05)
        self.kill()
        raise PartFailed(f"{self.name} did not answer at {self.ready_url}:\n{self.log_tail()}")

    def stop(self) -> int:
        """Asks the program to end, kills its whole group if it does not, and returns its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """Ends the program and all its children at once, as a crash would."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def log_tail(self, lines: int = 30) -> str:
        """The last lines that the program wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
