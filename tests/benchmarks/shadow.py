"""What shadowing everything costs the users, also when the comparer hangs or is dead."""

import os
import re
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from tests.benchmarks import machine, open_loop, traffic
from tests.benchmarks.bench import Bench
from tests.benchmarks.contenders import strangler
from tests.benchmarks.latency import RATE
from tests.benchmarks.rounds import Figure, by_turns, paired_ratio
from tests.benchmarks.running import Running
from tests.benchmarks.table import Table

State = Callable[[Running], AbstractContextManager[None]]


def shadow_table(bench: Bench) -> Table:
    """Every exchange captured, against none."""
    table = Table(
        "shadow",
        f"Shadow at 100 % of all {traffic.ROUTES} routes, against none",
        (
            "comparer",
            "worker us/request",
            "spread",
            "x without",
            "all us/request",
            "p99 ms",
            "p99 spread",
            "p99 x without",
            "captured %",
        ),
        notes=[
            "all: with supervisor and comparer. The comparer's work is beside the user's way, but on the same machine."
        ],
    )
    script = traffic.write_script(bench.directory, "shadow", traffic.requests())
    requests = bench.directory / "shadow.requests"
    states: dict[str, State] = {"no shadow": _as_it_is, "running": _as_it_is, "hung": _hung, "dead": _dead}
    contenders = [strangler.make(name, stages=("monolith" if name == "no shadow" else "shadow",)) for name in states]

    def measure(name: str) -> tuple[float, float, float, float]:
        one = started[name]
        with states[name](one):
            workers, everything = one.pids_of("proxy.worker"), one.pids
            traffic.wrk(one.port, script, 1)
            before = [machine.processor_seconds(pids) for pids in (workers, everything)]
            handed_before = _handed_over(one)
            load = traffic.wrk(one.port, script, bench.seconds)
            used = [machine.processor_seconds(pids) for pids in (workers, everything)]
            handed = (_handed_over(one) - handed_before) / load.requests * 100
            latencies = open_loop.measure(one.port, requests, rate=RATE, seconds=bench.seconds)
        alone, both = ((after - first) / load.requests * 1e6 for after, first in zip(used, before, strict=True))
        return alone, both, latencies.p99_ms, handed

    with bench.started(contenders) as started:
        runs = by_turns(states, bench.rounds, measure)
    values = {name: [list(column) for column in zip(*measured, strict=True)] for name, measured in runs.items()}
    base_costs, _, base_tails, _ = values["no shadow"]
    for name, (costs, everything, tails, handed) in values.items():
        table.add(
            name,
            Figure.of(costs).median,
            Figure.of(costs).spread,
            paired_ratio(costs, base_costs),
            Figure.of(everything).median,
            Figure.of(tails).median,
            Figure.of(tails).spread,
            paired_ratio(tails, base_tails),
            Figure.of(handed).median,
        )
    return table


def _handed_over(one: Running) -> float:
    """Captures that the worker has handed to the comparer, by its own metrics."""
    found = re.search(r"metrics on (\S+)", one.said())
    if found is None:
        raise RuntimeError("the proxy does not say where its metrics are")
    with urllib.request.urlopen(found[1], timeout=5) as page:
        lines = page.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("strangler_captures_total"))


def _comparers(one: Running) -> list[int]:
    return one.pids_of("strangler_proxy.shadow")


@contextmanager
def _as_it_is(one: Running) -> Iterator[None]:
    yield


@contextmanager
def _hung(one: Running) -> Iterator[None]:
    """The comparer is stopped, with its sockets open."""
    pids = _comparers(one)
    if not pids:
        raise RuntimeError("no comparer runs that could hang")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextmanager
def _dead(one: Running) -> Iterator[None]:
    """The comparer is killed as soon as it starts again."""
    over = threading.Event()

    def kill_on() -> None:
        while not over.wait(0.05):
            for pid in _comparers(one):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_on)
    killer.start()
    time.sleep(0.2)
    try:
        yield
    finally:
        over.set()
        killer.join()
