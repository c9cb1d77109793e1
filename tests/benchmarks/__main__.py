"""`make bench`: all tables from one run. `python -m tests.benchmarks --help` says what can be chosen."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.backend import backend
from tests.benchmarks.bench import Bench
from tests.benchmarks.bodies import slow_reader_table, throughput_table
from tests.benchmarks.comparing import comparing_table
from tests.benchmarks.contenders import ALL
from tests.benchmarks.cost import contenders_table, routes_table
from tests.benchmarks.document import PAGE, written
from tests.benchmarks.footprint import footprint_table
from tests.benchmarks.latency import latency_table
from tests.benchmarks.shadow import shadow_table
from tests.benchmarks.table import Table

TABLES: dict[str, Callable[[Bench], Table]] = {
    "cost": contenders_table,
    "routes": routes_table,
    "latency": latency_table,
    "bodies": throughput_table,
    "slow-reader": slow_reader_table,
    "footprint": footprint_table,
    "shadow": shadow_table,
    "comparing": comparing_table,
}
_NAMES = tuple(one.name for one in ALL)


def main() -> int:
    """Measures and prints; 1 when a table could not be made, which does not keep the others from being made."""
    arguments = _arguments()
    machine.raise_file_limit()
    if arguments.ahead:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))  # every process of the run inherits it
    chosen = set(arguments.only or ())
    tables = {name: make for name, make in TABLES.items() if name in chosen or not chosen & set(TABLES)}
    names = frozenset(chosen & set(_NAMES) or _NAMES)
    begun, others, failed = time.monotonic(), machine.OtherLoad(), False
    made: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="strangler-bench-") as folder:
        directory = Path(folder)
        directory.chmod(0o755)  # nginx's worker is another user when this one is root
        with backend(directory) as behind:
            bench = Bench(
                directory=directory,
                backend_port=behind.port,
                seconds=arguments.seconds,
                rounds=arguments.rounds,
                names=names,
            )
            _say(arguments, machine.description())
            for name, make in tables.items():
                try:
                    table = make(bench)
                except (OSError, RuntimeError) as error:
                    failed = True
                    print(f"no table {name}: {error}", file=sys.stderr)
                    continue
                made.append(table)
                _say(arguments, "\n" + table.as_text())
    took, busy = time.monotonic() - begun, others.percent()
    load = f"{took:.0f} s; other programs kept the processors busy for {busy:.0f} % of that time."
    _say(arguments, f"\n{load}")
    if arguments.write:
        texts = {"machine": f"{machine.description()}. {load}"} | {table.name: table.as_text() for table in made}
        PAGE.write_text(written(PAGE.read_text(), texts))
    if arguments.json:
        document = {
            "machine": machine.description(),
            "other_load_percent": round(busy, 1),
            "seconds": round(took, 1),
            "tables": {table.name: table.as_data() for table in made},
        }
        print(json.dumps(document, indent=2))
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="What the proxy costs beside others."
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    parser.add_argument(
        "--only",
        action="append",
        metavar="NAME",
        choices=[*TABLES, *_NAMES],
        help=f"a table or a proxy, may be given again; tables: {', '.join(TABLES)}; proxies: {', '.join(_NAMES)}",
    )
    parser.add_argument("--write", action="store_true", help=f"write the tables into {PAGE.name}, too")
    parser.add_argument("--seconds", type=float, default=2.0, help="of one measurement, default 2")
    parser.add_argument("--rounds", type=int, default=4, help="in which the proxies take turns, default 4")
    parser.add_argument(
        "--ahead",
        action="store_true",
        help="run in real time, before all other programs (root); for latency on a busy machine",
    )
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.seconds <= 0:
        parser.error("at least one round, and more than 0 seconds")
    return arguments


def _say(arguments: argparse.Namespace, text: str) -> None:
    if not arguments.json:
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
