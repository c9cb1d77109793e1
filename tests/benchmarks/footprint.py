"""What a proxy holds and how fast it is there: memory of an idle connection, time to the first answer."""

import socket
import time

from tests.benchmarks import machine, traffic
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import read_head
from tests.benchmarks.rounds import Figure
from tests.benchmarks.running import Running, running
from tests.benchmarks.table import Table

CONNECTIONS = 2000
_STARTS = 3


def footprint_table(bench: Bench) -> Table:
    """All contenders, started anew for each figure."""
    table = Table(
        "footprint",
        f"Start, and memory with {CONNECTIONS:,} idle connections that have each been served once",
        ("proxy", "start s", "worker's start s", "memory MiB", "KiB an idle connection"),
        notes=["start: from the command to the first answer. worker's start: from the fork of a worker to it."],
    )
    for contender in bench.contenders:
        starts, worker_starts, memory, idle = [], [], 0.0, 0.0
        for turn in range(_STARTS):
            with running(contender, bench.directory, bench.backend_port) as one:
                starts.append(one.start_seconds)
                worker_starts += [one.answered_at - machine.started_at(pid) for pid in one.pids_of("proxy.worker")]
                if turn == 0:
                    memory, idle = _memory(one)
        worker_start = Figure.of(worker_starts).median if worker_starts else None
        table.add(contender.name, Figure.of(starts).median, worker_start, memory, idle)
    for name in bench.missing:
        table.missing(name)
    return table


def _memory(one: Running) -> tuple[float, float]:
    """MiB before anybody came, and KiB for each connection that stays."""
    sent = traffic.requests()
    connections: list[socket.socket] = []
    try:
        _serve_once(one, sent, connections, 50)
        pids = one.pids
        before = machine.resident_bytes(pids)
        _serve_once(one, sent, connections, CONNECTIONS)
        time.sleep(0.3)
        return before / 1024**2, (machine.resident_bytes(pids) - before) / 1024 / CONNECTIONS
    finally:
        for connection in connections:
            connection.close()


def _serve_once(one: Running, sent: list[bytes], connections: list[socket.socket], count: int) -> None:
    """Opens so many connections, each for another user, and has each served; they go on being open."""
    for number in range(count):
        connection = one.connect()
        connections.append(connection)
        connection.sendall(sent[number % len(sent)])
        read_head(connection)
