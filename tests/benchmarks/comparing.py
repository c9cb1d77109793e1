"""How many comparisons a second one core makes, from the capture on the socket to the record in the store.

A comparer by itself, bound to one core, gets its captures as fast as it takes them; the service is the backend of all
other tables. What is measured is processor time, so that other programs hardly disturb it.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from strangler_proxy.compare.capture import Capture
from strangler_proxy.compare.capture_frame import decode, encode
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.route_rules import rules_of
from strangler_proxy.config.load import parse
from strangler_proxy.config.model import Config
from strangler_proxy.proxy.control import Configure, Drain, Message
from strangler_proxy.proxy.control import encode as message
from strangler_proxy.proxy.settlement import Settlement, hello, settlement
from strangler_proxy.proxy.supervisor import COMPARER_MODULE
from strangler_proxy.routing.pattern import compile_pattern
from strangler_proxy.shadow.address import address_of
from strangler_proxy.shadow.comparing import primary_of
from strangler_proxy.shadow.epoch import epoch_of
from strangler_proxy.shadow.shape import routed, shape_of
from tests.benchmarks.bench import Bench
from tests.benchmarks.rounds import Figure
from tests.benchmarks.table import Table
from tests.stack.postgresql import postgresql

ROUTES = 50
USUAL, WORST = 10, 1
"""One capture in so many differs, in one member."""
_TICKS = os.sysconf("SC_CLK_TCK")


def comparing_table(bench: Bench) -> Table:
    """Comparisons a second on SQLite and PostgreSQL, and where the time goes."""
    table = Table(
        "comparing",
        f"Comparisons on one core, {ROUTES} routes, answers of 2 KB",
        ("store, differing", "a core/s", "spread", "by the clock/s", "us each", "ask", "read", "compare", "record"),
        notes=[
            "a core/s: comparisons for each second of processor time. ask: to send the request and read the answer, "
            "with all that is not in the other columns, such as taking private data out of samples; read: the capture; "
            "compare: with shape and epoch; record: the thread that writes to the store.",
        ],
    )
    config = _config(bench.backend_port)
    with postgresql() as server:
        for name, in_how_many in (("SQLite", USUAL), ("PostgreSQL", USUAL), ("SQLite", WORST)):
            captures = _captures(bench.backend_port, int(1500 * bench.seconds), in_how_many)
            parts = [_microseconds(part, captures) for part in _parts(config, captures)]
            measured = []
            for _ in range(bench.rounds):
                state = Path(tempfile.mkdtemp(dir=bench.directory))
                environment = {} if name == "SQLite" else {"STRANGLER_DATABASE_URL": server.new_database("comparing")}
                measured.append(_measure(state, environment, config, captures))
            whole, record, clock = (Figure.of([one[at] for one in measured]) for at in range(3))
            each = 1e6 / whole.median
            ask = each - sum(parts) - record.median
            row = f"{name}, {100 // in_how_many} %"
            table.add(row, whole.median, whole.spread, clock.median, each, ask, *parts, record.median)
    return table


def _config(port: int) -> Config:
    routes = "".join(
        f'[[routes]]\nname = "things-{number}"\npath = "/api/things-{number}/<int:pk>/"\nservice = "catalog"\n'
        'stage = "shadow"\n[routes.compare]\nignore = ["header:etag"]\n'
        for number in range(ROUTES)
    )
    backends = "".join(f'[backends.{name}]\nurls = ["http://127.0.0.1:{port}"]\n' for name in ("monolith", "catalog"))
    queue = "[comparer]\nqueue_captures = 1000000\nqueue_bytes = 1073741824\nwait_seconds = 3600\n"
    return parse(f"{queue}{backends}{routes}", Path("strangler.toml"))


def _captures(port: int, count: int, in_how_many: int) -> list[Capture]:
    """Exchanges whose answers are the backend's own, but for one in so many."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/") as answer:
        body = answer.read()
        headers = tuple((name.encode(), value.encode()) for name, value in answer.getheaders())
    other = json.dumps(json.loads(body) | {"price": "15.90"}).encode()
    asked = (
        (b"Host", b"shop.example.com"),
        (b"User-Agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        (b"Accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        (b"Accept-Encoding", b"gzip, deflate, br"),
        (b"Cookie", b"csrftoken=gH3kq0wR5tY8uI1oP4aS7dF2gH5jK8lZ; sessionid=q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6"),
        (b"X-Forwarded-For", b"203.0.113.7"),
        (b"X-Forwarded-Proto", b"https"),
    )
    now = time.time()
    made = []
    for number in range(count):
        one = other if number % in_how_many == 0 else body
        made.append(
            Capture(
                route=f"things-{number % ROUTES}",
                request_id=f"{number:032x}",
                started=now,
                method="GET",
                target=f"/api/things-{number % ROUTES}/{number}/?page={number}".encode(),
                request_headers=asked,
                request_body=b"",
                status=200,
                response_headers=headers,
                response_body=one,
                response_body_size=len(one),
                duration_ms=12.0,
            )
        )
    return made


def _measure(
    state: Path, environment: dict[str, str], config: Config, captures: list[Capture]
) -> tuple[float, float, float]:
    """Comparisons for each second of processor time, µs of each in the store's thread, and comparisons a second."""
    with _comparer(state, environment, config) as (pid, worker):
        _send(worker, "warm-up", captures[:200])
        before, begun = _thread_seconds(pid), time.monotonic()
        _send(worker, "measured", captures)
        took, after = time.monotonic() - begun, _thread_seconds(pid)
    used = {thread: seconds - before.get(thread, 0.0) for thread, seconds in after.items()}
    count = len(captures)
    return count / sum(used.values()), (sum(used.values()) - used[pid]) / count * 1e6, count / took


@contextmanager
def _comparer(state: Path, environment: dict[str, str], config: Config) -> Iterator[tuple[int, socket.socket]]:
    """A comparer on one core, and a connection to it as a worker has it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", COMPARER_MODULE, "--control-fd", str(theirs.fileno()), "--state", str(state)],
            pass_fds=[theirs.fileno()],
            env=os.environ | environment,
        )
        try:
            os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0))})
            _tell(ours, Configure(1, config))
            with socket.socket(socket.AF_UNIX) as worker:
                _connect(worker, state / "capture.sock")
                yield process.pid, worker
            _tell(ours, Drain(1))
            process.wait(10)
        finally:
            process.kill()
            process.wait()


def _tell(control: socket.socket, said: Message) -> None:
    control.sendall(message(said))


def _connect(worker: socket.socket, path: Path) -> None:
    for _ in range(1000):
        try:
            worker.connect(str(path))
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the comparer does not listen")


def _send(worker: socket.socket, name: str, captures: list[Capture]) -> None:
    """Hands the captures over, and waits until all of them are written down."""
    counts: dict[str, int] = {}
    frames = [hello(name)]
    for capture in captures:
        counts[capture.route] = counts.get(capture.route, 0) + 1
        frames.append(encode(capture))
    worker.sendall(b"".join(frames) + settlement(Settlement(name, "lost", counts)))
    worker.settimeout(120)
    if worker.recv(1000) != name.encode() + b"\n":
        raise RuntimeError("the comparer lost captures")


def _thread_seconds(pid: int) -> dict[int, float]:
    """Processor time of each thread of a process."""
    seconds = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        seconds[int(task.name)] = (int(fields[11]) + int(fields[12])) / _TICKS
    return seconds


def _parts(config: Config, captures: list[Capture]) -> list[Callable[[Capture], object]]:
    """The parts of a comparison that can be measured alone: read, compare."""
    route = config.routes[0]
    rules = rules_of(config, route)
    matches = {one.name: compile_pattern(one, {}).match for one in config.routes}
    usual = primary_of(captures[1])
    # The backend's ETag is another one each time, as that of two backends is.
    service = replace(usual, headers=tuple(h if h[0] != b"ETag" else (b"ETag", b'"other"') for h in usual.headers))
    frames = {capture.request_id: encode(capture) for capture in captures}

    def read(capture: Capture) -> object:
        return decode(frames[capture.request_id])

    def hold(capture: Capture) -> object:
        primary = primary_of(capture)
        found = routed(capture.target, matches[capture.route])
        assert found is not None
        shape, address = shape_of(capture, found), address_of(found.string, bytes(32))
        return compare(primary, service, rules), shape, address, epoch_of(route, rules, "")

    return [read, hold]


def _microseconds(part: Callable[[Capture], object], captures: list[Capture]) -> float:
    """Of processor time for each capture, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        for capture in captures:
            part(capture)
        best = min(best, time.process_time() - begun)
    return best / len(captures) * 1e6
