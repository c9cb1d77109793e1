"""The file of the access log, written by a thread of its own, so that the loop never waits for a disk.

A full disk, a slow pipe or a closed one costs log lines, which are counted, and nothing else.
"""

import os
import stat
import sys
import threading
from queue import Full, Queue

from strangler_proxy.proxy.limits import LOG_QUEUE_BYTES

_PIPE_BYTES = 4096
"""Bytes that a pipe takes whole (PIPE_BUF on Linux): lines of several workers do not mix within it."""

_BATCH_BYTES = 128 * 1024
"""Bytes of a journal's batch of lines, about."""


class AccessLog:
    """Lines to a file, to standard output (`-`), or to nowhere (`off`)."""

    def __init__(self, target: str) -> None:
        """Raises `OSError` when the file can't be opened for appending."""
        self.target = target
        self.dropped = 0
        self._torn = False
        """The last line written has no end: the disk was full in the middle of it."""
        self._waiting: Queue[bytes | None] = Queue(maxsize=max(LOG_QUEUE_BYTES // _BATCH_BYTES, 1))
        self.on = target != "off"
        if not self.on:
            return
        self._fd = (
            sys.stdout.fileno() if target == "-" else os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        )
        self._is_file = stat.S_ISREG(os.fstat(self._fd).st_mode)
        self._thread = threading.Thread(target=self._write_all, name="access-log", daemon=True)
        self._thread.start()

    def write(self, lines: list[str]) -> None:
        """Hands lines to the writing thread; never waits."""
        try:
            self._waiting.put_nowait("".join(lines).encode("ascii"))
        except Full:
            self.dropped += len(lines)

    def close(self, seconds: float) -> None:
        """Writes what is left, for `seconds` at most."""
        if not self.on:
            return
        try:
            self._waiting.put(None, timeout=seconds)
        except Full:
            return
        self._thread.join(seconds)

    def _write_all(self) -> None:
        while True:
            batch = self._waiting.get()
            if batch is None:
                return
            for piece in (batch,) if self._is_file else _pieces(batch):
                self._write(piece)

    def _write(self, piece: bytes) -> None:
        whole = b"\n" + piece if self._torn else piece
        written = 0
        try:
            while written < len(whole):
                written += os.write(self._fd, whole[written:] if written else whole)
                self._torn = whole[written - 1 : written] != b"\n"
        except OSError:
            self.dropped += whole.count(b"\n", max(written, len(whole) - len(piece)))


def _pieces(batch: bytes) -> list[bytes]:
    """`batch` cut at line ends into pieces that a pipe takes whole, as far as the lines allow."""
    pieces: list[bytes] = []
    current = b""
    for line in batch.splitlines(keepends=True):
        if current and len(current) + len(line) > _PIPE_BYTES:
            pieces.append(current)
            current = b""
        current += line
    return [*pieces, current]
