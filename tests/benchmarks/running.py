"""A contender that runs: started, known to answer, counted with all its processes, and ended."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.contenders import Contender, Place
from tests.stack.processes import free_port

_READY_SECONDS = 30.0
_ROOT = Path(__file__).parents[2]


class Running:
    """A program that serves on `port`."""

    def __init__(
        self,
        name: str,
        command: list[str],
        port: int,
        directory: Path,
        *,
        threads: int | None = None,
        python_path: Path | None = None,
    ) -> None:
        """Starts it, and returns once it has answered.

        Raises:
            RuntimeError: it ended, or did not answer within 30 seconds; the message carries what it said.
        """
        self.name = name
        self.port = port
        places = [_ROOT] if python_path is None else [python_path, _ROOT]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, places)), "HOME": str(directory)}
        if threads is not None:
            environment["GOMAXPROCS"] = str(threads)
        self._output = directory / "output"
        begun = time.monotonic()
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=directory, stdout=output, stderr=output, env=environment, start_new_session=True
            )
        try:
            self._await_answer(begun + _READY_SECONDS)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.monotonic() - begun
        """From the start of the program to the end of its first answer."""
        self.answered_at = machine.now_since_boot()

    def connect(self) -> socket.socket:
        """A new connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    @property
    def pids(self) -> list[int]:
        """Its process and all descendants."""
        return machine.process_tree(self._process.pid)

    def pids_of(self, word: str) -> list[int]:
        """Those of `pids` whose command line has `word` in it."""
        found = []
        for pid in self.pids:
            try:
                if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
            except OSError:
                continue
        return found

    def said(self) -> str:
        """What it wrote to its standard streams."""
        return self._output.read_text(errors="replace")

    def stop(self) -> None:
        """Ends it and whatever it started."""
        pids = self.pids if self._process.poll() is None else []
        if pids:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(3)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait()

    def _await_answer(self, deadline: float) -> None:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/", headers={"Host": "shop.example.com"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not serve:\n{self._output.read_text(errors='replace')[-2000:]}")
            time.sleep(0.003)


@contextmanager
def running(contender: Contender, directory: Path, backend_port: int) -> Iterator[Running]:
    """The contender before the backend, ended with the block."""
    program = contender.find()
    if program is None:
        raise RuntimeError(f"{contender.name} is not installed")
    place = Place(
        directory=directory / f"{contender.name}-{time.monotonic_ns()}",
        program=program,
        port=free_port(),
        backend_port=backend_port,
    )
    place.directory.mkdir()
    one = Running(
        contender.name,
        contender.command(place),
        place.port,
        place.directory,
        threads=contender.threads,
        python_path=contender.python_path,
    )
    try:
        yield one
    finally:
        one.stop()
