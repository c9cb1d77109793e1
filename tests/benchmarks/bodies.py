"""Large bodies: how fast they pass, what they cost, and what a slow reader does to a proxy's memory."""

import socket
import threading
import time
from collections.abc import Callable

from tests.benchmarks import machine
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import download, upload
from tests.benchmarks.contenders import strangler
from tests.benchmarks.rounds import Figure, by_turns, paired_ratio
from tests.benchmarks.running import Running
from tests.benchmarks.table import Table

MIB = 1024 * 1024
_STREAMS = 2
"""Connections at a time: one core for the proxy, and the rest for client and backend."""


def throughput_table(bench: Bench) -> Table:
    """Bodies of 8 MiB in both directions."""
    table = Table(
        "bodies",
        f"Bodies of 8 MiB, {_STREAMS} at a time: MiB a second, and processor time of the proxy",
        ("proxy", "down MiB/s", "x nginx", "down us/MiB", "up MiB/s", "up x nginx", "up us/MiB"),
        notes=["nginx streams here as well: by default it writes a body to a file before it passes it on."],
    )
    with bench.started(bench.contenders) as started:
        measured = {
            direction: by_turns(
                started,
                bench.rounds,
                lambda name: _throughput(started[name], transfer, bench.seconds / 2),  # noqa: B023
            )
            for direction, transfer in (("down", download), ("up", upload))
        }
    for name in started:
        cells: list[float | None] = []
        for by_name in measured.values():
            rates, costs = zip(*by_name[name], strict=True)
            base = [rate for rate, _ in by_name["nginx"]] if "nginx" in by_name else None
            cells += [Figure.of(rates).median, paired_ratio(list(rates), base), Figure.of(costs).median]
        table.add(name, *cells)
    for name in bench.missing:
        table.missing(name)
    return table


def slow_reader_table(bench: Bench) -> Table:
    """A download of 1 GiB whose reader rests again and again."""
    table = Table(
        "slow-reader",
        "1 GiB to a reader that rests 50 ms after every 32 MiB",
        ("proxy", "memory grew by MiB", "seconds"),
    )
    chosen = [one for one in bench.contenders if one.name in ("strangler", strangler.COMPILED, "nginx", "envoy")]
    with bench.started(chosen) as started:
        for name, one in started.items():
            with one.connect() as warm:
                download(warm)
            before, begun = machine.resident_bytes(one.pids), time.monotonic()
            peak = _peak_while(one, lambda: _read_slowly(one))  # noqa: B023
            table.add(name, (peak - before) / MIB, time.monotonic() - begun)
    return table


def _throughput(one: Running, transfer: Callable[[socket.socket], int], seconds: float) -> tuple[float, float]:
    """MiB a second, and microseconds of the proxy's processor time a MiB."""
    moved = [0] * _STREAMS
    end = time.monotonic() + seconds

    def stream(number: int) -> None:
        with one.connect() as connection:
            while time.monotonic() < end:
                moved[number] += transfer(connection)

    pids = one.pids
    before, begun = machine.processor_seconds(pids), time.monotonic()
    threads = [threading.Thread(target=stream, args=(number,)) for number in range(_STREAMS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, used = time.monotonic() - begun, machine.processor_seconds(pids) - before
    mib = sum(moved) / MIB
    if not mib:
        raise RuntimeError(f"{one.name} moved nothing")
    return mib / took, used / mib * 1e6


def _read_slowly(one: Running) -> None:
    rested = 0

    def rest(read: int) -> None:
        nonlocal rested
        if read // (32 * MIB) > rested:
            rested = read // (32 * MIB)
            time.sleep(0.05)

    with one.connect() as connection:
        download(connection, "1gib", rest)


def _peak_while(one: Running, work: Callable[[], None]) -> int:
    """The most memory that the contender was seen to hold while `work` ran."""
    worker = threading.Thread(target=work)
    pids, peak = one.pids, 0
    worker.start()
    while worker.is_alive():
        peak = max(peak, machine.resident_bytes(pids))
        worker.join(0.01)
    return peak
