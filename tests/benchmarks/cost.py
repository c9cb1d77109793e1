"""Processor time a request: of all contenders, and of this proxy by its number of routes."""

import operator
import statistics
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import machine, traffic
from tests.benchmarks.bench import Bench
from tests.benchmarks.contenders import strangler
from tests.benchmarks.rounds import Figure, by_turns, paired_ratio
from tests.benchmarks.running import Running
from tests.benchmarks.table import Table

ROUTE_COUNTS = (10, 200, 10_000)


@dataclass(frozen=True, slots=True)
class Cost:
    """One measurement."""

    us_a_request: float
    requests_per_second: float


def measure(one: Running, script: Path, seconds: float, pids: list[int] | None = None) -> Cost:
    """Processor time of a contender's processes, or of `pids` alone, under full load."""
    counted = one.pids if pids is None else pids
    before = machine.processor_seconds(counted)
    load = traffic.wrk(one.port, script, seconds)
    used = machine.processor_seconds(counted) - before
    return Cost(used / load.requests * 1e6, load.requests_per_second)


def contenders_table(bench: Bench) -> Table:
    """All contenders; then the two that matter most with one request over and over, which flatters every cache."""
    table = Table(
        "cost",
        f"Processor time a request ({traffic.ROUTES} routes here, one elsewhere; browser headers; log on; 1 worker)",
        ("proxy", "us/request", "spread", "x nginx", "x envoy", "requests/s"),
    )
    scripts = {
        "": traffic.write_script(bench.directory, "varied", traffic.requests()),
        " (one request only)": traffic.write_script(bench.directory, "alike", traffic.requests(alike=True)),
    }
    with bench.started(bench.contenders) as started:
        for suffix, script in scripts.items():
            names = [name for name in started if not suffix or name in ("strangler", strangler.COMPILED, "nginx")]
            for name in names:
                traffic.wrk(started[name].port, script, 1)
            rounds = bench.rounds if not suffix else min(bench.rounds, 2)
            costs = by_turns(names, rounds, lambda name: measure(started[name], script, bench.seconds))  # noqa: B023
            values = {name: [cost.us_a_request for cost in costs[name]] for name in names}
            for name in names:
                figure = Figure.of(values[name])
                rate = Figure.of(cost.requests_per_second for cost in costs[name]).median
                ratios = (paired_ratio(values[name], values.get(base)) for base in ("nginx", "envoy"))
                table.add(name + suffix, figure.median, figure.spread, *ratios, rate)
            if not suffix:
                for name in bench.missing:
                    table.missing(name)
    return table


def routes_table(bench: Bench) -> Table:
    """This proxy with few routes and with many, each of them asked for."""
    table = Table(
        "routes",
        "Processor time by number of routes",
        ("routes", "us/request", "spread", f"more than {ROUTE_COUNTS[0]} routes, us"),
    )
    contenders = [strangler.make(f"{count:,}", count) for count in ROUTE_COUNTS]
    scripts = {
        f"{count:,}": traffic.write_script(bench.directory, f"routes-{count}", traffic.requests(count))
        for count in ROUTE_COUNTS
    }
    with bench.started(contenders) as started:
        for name, one in started.items():
            traffic.wrk(one.port, scripts[name], 1)
        costs = by_turns(started, bench.rounds, lambda name: measure(started[name], scripts[name], bench.seconds))
    values = {name: [cost.us_a_request for cost in measured] for name, measured in costs.items()}
    fewest = values[f"{ROUTE_COUNTS[0]:,}"]
    for name, measured in values.items():
        figure = Figure.of(measured)
        more = statistics.median(map(operator.sub, measured, fewest))
        table.add(name, figure.median, figure.spread, more)
    return table
