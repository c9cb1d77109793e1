"""Latency at a fixed rate, counted from the moment at which each request was due."""

from tests.benchmarks import open_loop, traffic
from tests.benchmarks.bench import Bench
from tests.benchmarks.rounds import Figure, by_turns, paired_ratio
from tests.benchmarks.table import Table

RATE = 2000
_DIRECT = "no proxy"


def latency_table(bench: Bench) -> Table:
    """All contenders, and the backend itself: what of a figure is the client's and the machine's."""
    table = Table(
        "latency",
        f"Latency at {RATE:,} requests a second, from the moment each was due (medians of the rounds)",
        (
            "proxy",
            "p50 ms",
            "p99 ms",
            "p99 spread",
            "p99 x nginx",
            "best p99 x nginx",
            "sent late p99 ms",
            "unanswered",
        ),
        notes=[
            "sent late: how far the client itself lagged behind its moments; a p99 near it says little of the proxy.",
        ],
    )
    traffic.write_script(bench.directory, "latency", traffic.requests())
    requests = bench.directory / "latency.requests"
    with bench.started(bench.contenders) as started:
        ports = {_DIRECT: bench.backend_port} | {name: one.port for name, one in started.items()}
        for port in ports.values():
            open_loop.measure(port, requests, rate=RATE, seconds=0.5)
        measured = by_turns(
            ports, bench.rounds, lambda name: open_loop.measure(ports[name], requests, rate=RATE, seconds=bench.seconds)
        )
    tails = {name: [one.p99_ms for one in runs] for name, runs in measured.items()}
    nginx = tails.get("nginx")
    for name, runs in measured.items():
        tail = Figure.of(tails[name])
        table.add(
            name,
            Figure.of(one.p50_ms for one in runs).median,
            tail.median,
            tail.spread,
            paired_ratio(tails[name], nginx),
            tail.lowest / min(nginx) if nginx else None,
            Figure.of(one.sent_late_p99_ms for one in runs).median,
            sum(one.unanswered for one in runs),
        )
    for name in bench.missing:
        table.missing(name)
    return table
