"""What shadowing everything costs the users, also when the comparer is slow, hangs or is dead."""

import os
import re
import signal
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from strangler_proxy.proxy.supervisor import COMPARER_MODULE
from tests.benchmarks import machine, open_loop, traffic
from tests.benchmarks.bench import Bench
from tests.benchmarks.contenders import Contender, strangler
from tests.benchmarks.latency import RATE
from tests.benchmarks.rounds import Figure, by_turns, paired_ratio
from tests.benchmarks.running import Running, running
from tests.benchmarks.table import Table

State = Callable[[Running], AbstractContextManager[None]]

_BASE = "no shadow"
_COMPILED_BASE = "compiled, no shadow"
_COMPILED = "compiled, running"


RATES = (1000, RATE)
"""Requests a second at which latency is taken: two cores are full at the second, with client, backend and comparer."""


def shadow_table(bench: Bench) -> Table:
    """Every exchange captured, against none."""
    at_rates = [(f"p99 ms at {rate:,}/s", f"captured at {rate:,}/s, %", f"p99 x at {rate:,}/s") for rate in RATES]
    table = Table(
        "shadow",
        f"Shadow at 100 % of all {traffic.ROUTES} routes, against none",
        (
            "comparer",
            "worker us/request",
            "spread",
            "captured %",
            "x without",
            "all us/request",
            *(column for columns in at_rates for column in columns),
        ),
        notes=[
            "us/request: under as many requests as the proxy can answer; more than the comparer can take. "
            "all: with supervisor and comparer, whose work is beside the user's way, but on the same machine.",
            "compiled: against the compiled proxy without shadow.",
        ],
    )
    script = traffic.write_script(bench.directory, "shadow", traffic.requests())
    requests = bench.directory / "shadow.requests"
    contenders = {one.name: one for one in _contenders() if one.find() is not None}

    def measure(name: str) -> _Run:
        with running(contenders[name], bench.directory, bench.backend_port) as one:
            return _measure(one, _STATES[name], script, requests, bench.seconds)

    runs = by_turns(contenders, bench.rounds, measure)
    for name, measured in runs.items():
        base = runs[_COMPILED_BASE if name == _COMPILED else _BASE]
        is_base = name in (_BASE, _COMPILED_BASE)
        costs = [run.worker_us for run in measured]
        tails: list[float | None] = []
        for at in range(len(RATES)):
            mine = [run.at_rates[at] for run in measured]
            others = [run.at_rates[at].p99_ms for run in base]
            tails += [
                Figure.of(one.p99_ms for one in mine).median,
                Figure.of(one.captured_percent for one in mine).median,
                None if is_base else paired_ratio([one.p99_ms for one in mine], others),
            ]
        table.add(
            name,
            Figure.of(costs).median,
            Figure.of(costs).spread,
            Figure.of(run.captured_percent for run in measured).median,
            None if is_base else paired_ratio(costs, [run.worker_us for run in base]),
            Figure.of(run.all_us for run in measured).median,
            *tails,
        )
    for contender in _contenders():
        if contender.name not in runs:
            table.missing(contender.name)
    return table


@dataclass(frozen=True, slots=True)
class _AtRate:
    """Latency at a fixed rate."""

    p99_ms: float
    captured_percent: float


@dataclass(frozen=True, slots=True)
class _Run:
    """One measurement."""

    worker_us: float
    all_us: float
    captured_percent: float
    at_rates: tuple[_AtRate, ...]


def _contenders() -> list[Contender]:
    return [
        strangler.make(
            name,
            stages=("monolith" if name in (_BASE, _COMPILED_BASE) else "shadow",),
            compiled=name in (_COMPILED_BASE, _COMPILED),
        )
        for name in _STATES
    ]


def _measure(one: Running, state: State, script: Path, requests: Path, seconds: float) -> _Run:
    """The proxy is a new one each time, so that no state of a comparer outlasts its measurement; and latency comes
    before the flood of requests, which leaves the comparer work for many seconds."""
    open_loop.measure(one.port, requests, rate=RATES[0], seconds=0.5)
    at_rates = tuple(_latency(one, state, requests, rate, seconds) for rate in RATES)
    handed_before = _handed_over(one)
    with state(one):
        workers, everything = one.pids_of("proxy.worker"), one.pids
        before = [machine.processor_seconds(pids) for pids in (workers, everything)]
        load = traffic.wrk(one.port, script, seconds)
        used = [machine.processor_seconds(pids) for pids in (workers, everything)]
    alone, both = ((after - first) / load.requests * 1e6 for after, first in zip(used, before, strict=True))
    return _Run(alone, both, (_handed_over(one) - handed_before) / load.requests * 100, at_rates)


def _latency(one: Running, state: State, requests: Path, rate: int, seconds: float) -> _AtRate:
    handed_before = _handed_over(one)
    with state(one):
        p99_ms = open_loop.measure(one.port, requests, rate=rate, seconds=seconds).p99_ms
    return _AtRate(p99_ms, (_handed_over(one) - handed_before) / int(rate * seconds) * 100)


def _handed_over(one: Running) -> float:
    """Captures that the worker has handed to the comparer, by the supervisor's metrics."""
    found = re.search(r"metrics on (\S+)", one.said())
    if found is None:
        raise RuntimeError("the proxy does not say where its metrics are")
    with urllib.request.urlopen(found[1], timeout=5) as page:
        lines = page.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("strangler_captures_total"))


def _comparers(one: Running) -> list[int]:
    return one.pids_of(COMPARER_MODULE)


@contextmanager
def _as_it_is(one: Running) -> Iterator[None]:
    yield


@contextmanager
def _signalled(pids: list[int], begin: signal.Signals, end: signal.Signals) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, begin)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, end)


@contextmanager
def _hung(one: Running) -> Iterator[None]:
    """The comparer is stopped, with its sockets open."""
    with _signalled(_comparers(one), signal.SIGSTOP, signal.SIGCONT):
        yield


@contextmanager
def _slow(one: Running) -> Iterator[None]:
    """The comparer works for a tenth of the time."""
    pids = _comparers(one)

    def slow_down(over: threading.Event) -> None:
        while not over.is_set():
            with _signalled(pids, signal.SIGSTOP, signal.SIGCONT):
                over.wait(0.09)
            over.wait(0.01)

    with _meanwhile(slow_down):
        yield


@contextmanager
def _dead(one: Running) -> Iterator[None]:
    """The comparer is killed, and stays dead: who would start it again is stopped."""
    with _signalled(one.pids[:1], signal.SIGSTOP, signal.SIGCONT):
        for pid in _comparers(one):
            os.kill(pid, signal.SIGKILL)
        yield


@contextmanager
def _killed(one: Running) -> Iterator[None]:
    """The comparer is killed as soon as it starts again."""

    def kill_on(over: threading.Event) -> None:
        while not over.wait(0.3):
            for pid in _comparers(one):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    with _meanwhile(kill_on):
        yield


@contextmanager
def _meanwhile(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Runs `work` beside the block; the event it gets says that the block is over."""
    over = threading.Event()
    thread = threading.Thread(target=work, args=(over,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


_STATES: dict[str, State] = {
    _BASE: _as_it_is,
    "running": _as_it_is,
    "slow": _slow,
    "hung": _hung,
    "dead": _dead,
    "killed again and again": _killed,
    _COMPILED_BASE: _as_it_is,
    _COMPILED: _as_it_is,
}
