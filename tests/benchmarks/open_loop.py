"""A client that sends at a fixed rate, whatever comes back: latency without coordinated omission.

Each request has a moment at which it is due; its latency is counted from then, so that a request that had to wait
for a free connection, or for a stalled proxy, counts with its wait. A timer of the kernel wakes the client, since an
event loop's own timers are only exact to a millisecond.

Run as a program of its own, so that nothing else holds its interpreter: PORT RATE SECONDS CONNECTIONS FILE; FILE
holds the requests, a NUL between two. Prints one JSON object.
"""

import ctypes
import gc
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PATIENCE_SECONDS = 3.0
"""How long after the last request answers are waited for."""


@dataclass(frozen=True, slots=True)
class Latencies:
    """What a run at a fixed rate showed; times in milliseconds."""

    p50_ms: float
    p99_ms: float
    sent_late_p99_ms: float
    """How much after its moment a request was sent; what of it is not the contender's doing is the generator's."""
    unanswered: int
    client_processor_seconds: float


def measure(port: int, requests: Path, *, rate: int = 2000, seconds: float = 3.0, connections: int = 64) -> Latencies:
    """Runs the client in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.open_loop", str(port), str(rate), str(seconds), str(connections)]
    said = subprocess.run(
        [*command, str(requests)], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    ).stdout
    return Latencies(**json.loads(said))


class _TimeSpec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


class _TimerSpec(ctypes.Structure):
    _fields_ = [("interval", _TimeSpec), ("first", _TimeSpec)]


def _timer(interval_ns: int) -> int:
    """A file that becomes readable every `interval_ns`. Source: timerfd_create(2)."""
    libc = ctypes.CDLL(None, use_errno=True)
    timer: int = libc.timerfd_create(time.CLOCK_MONOTONIC, os.O_NONBLOCK)
    spec = _TimerSpec(_TimeSpec(0, interval_ns), _TimeSpec(0, interval_ns))
    if timer < 0 or libc.timerfd_settime(timer, 0, ctypes.byref(spec), None) != 0:
        raise OSError(ctypes.get_errno(), "no timer")
    return timer


class _Client:
    def __init__(self, port: int, requests: list[bytes], connections: int) -> None:
        self._requests = requests
        self._poll = select.epoll()
        self._sockets = {}
        for _ in range(connections):
            one = socket.create_connection(("127.0.0.1", port))
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.setblocking(False)
            self._poll.register(one, select.EPOLLIN)
            self._sockets[one.fileno()] = one
        self._free = deque(self._sockets.values())
        self._due: dict[int, float] = {}
        self._held: dict[int, bytes] = {}
        self._latencies: list[float] = []
        self._late: list[float] = []
        self._sent = 0

    def run(self, rate: int, seconds: float) -> Latencies:
        """Sends `rate` a second for `seconds`."""
        timer = _timer(int(min(1 / rate, 0.0005) * 1e9))
        self._poll.register(timer, select.EPOLLIN)
        total = int(rate * seconds)
        clock, begun = time.monotonic, time.monotonic()
        end = begun + seconds + _PATIENCE_SECONDS
        while len(self._latencies) < total and clock() < end:
            for number, _ in self._poll.poll(0.1):
                if number == timer:
                    os.read(timer, 8)
                else:
                    self._receive(number)
            due = min(total, int((clock() - begun) * rate) + 1)
            while self._sent < due and self._free:
                self._send(begun + self._sent / rate, clock())
        self._latencies.sort()
        self._late.sort()
        times = os.times()
        return Latencies(
            p50_ms=_percentile(self._latencies, 50),
            p99_ms=_percentile(self._latencies, 99),
            sent_late_p99_ms=_percentile(self._late, 99),
            unanswered=total - len(self._latencies),
            client_processor_seconds=times.user + times.system,
        )

    def _send(self, due: float, now: float) -> None:
        connection = self._free.popleft()
        connection.send(self._requests[self._sent % len(self._requests)])
        self._due[connection.fileno()] = due
        self._late.append(now - due)
        self._sent += 1

    def _receive(self, number: int) -> None:
        connection = self._sockets[number]
        data = self._held.pop(number, b"") + connection.recv(65536)
        if not data:
            raise RuntimeError("a connection was closed in the middle")
        if not is_whole(data):
            self._held[number] = data
            return
        self._latencies.append(time.monotonic() - self._due.pop(number))
        self._free.append(connection)


def is_whole(data: bytes) -> bool:
    """Whether an answer is complete; it must be a 200 and have a length, or end in the last chunk."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    if data[8:13] != b" 200 ":
        raise RuntimeError(f"no 200: {data[:200]!r}")
    head = data[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        return data.endswith(b"\r\n0\r\n\r\n")
    length = head[at + 17 :].partition(b"\r\n")[0]
    return len(data) - end - 4 >= int(length)


def _percentile(ordered: list[float], percent: float) -> float:
    """Milliseconds below which `percent` of the ordered seconds lie; NaN of nothing."""
    return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] * 1000 if ordered else float("nan")


def main() -> None:
    port, rate, seconds, connections, file = sys.argv[1:]
    client = _Client(int(port), Path(file).read_bytes().split(b"\0"), int(connections))
    with suppress(
        PermissionError
    ):  # users are on other machines: this one must not wait for a processor of the proxy's
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    gc.collect()
    gc.disable()
    latencies = client.run(int(rate), float(seconds))
    print(json.dumps({name: getattr(latencies, name) for name in Latencies.__slots__}))


if __name__ == "__main__":
    main()
