"""What the store costs: comparisons recorded a second on SQLite and PostgreSQL, and the overview after a million.

Run: python tests/benchmarks/bench_store.py [COMPARISONS]
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from comparisons import NOON, compared, difference, sample  # noqa: E402

from strangler_proxy.control.setup import ready  # noqa: E402
from strangler_proxy.control.tally import hour_of  # noqa: E402
from strangler_proxy.shadow.record import Compared, Taken  # noqa: E402
from tests.stack.postgresql import postgresql  # noqa: E402

BATCH = 200
"""Records of one call, as the comparer's writer has it."""
ROUTES = 2000
BODY = b'{"results": [' + b",".join(b'{"id": %d, "price": "19.90"}' % n for n in range(100)) + b"]}"
"""About 3 KB."""


def batches(count: int, *, routes: int, days: float, seed: int = 1) -> Iterator[list[Compared]]:
    """Comparisons over the routes, in order of time.

    One in twenty differs, in one of some ways, with its sample; one in twenty was asked twice, and half of those saw
    noise.
    """
    draw = random.Random(seed)
    exchange = sample(body=BODY)
    noisy = difference("body:$.served_at")
    for start in range(0, count, BATCH):
        at = NOON + days * 86_400 * start / count
        some = []
        for number in range(BATCH):
            differs = draw.random() < 0.05
            some.append(
                compared(
                    *(f"body:$.results[{n}].f{draw.randrange(4)}" for n in range(3) if differs),
                    route=f"route-{draw.randrange(routes)}",
                    at=at + number / 1000,
                    shape=f"shape-{draw.randrange(6)}",
                    primary_ms=draw.lognormvariate(3, 0.5),
                    candidate_ms=draw.lognormvariate(3.2, 0.5),
                    noise=None if draw.random() > 0.05 else (noisy,) if draw.random() < 0.5 else (),
                    sample=exchange if differs else None,
                )
            )
        yield some


def record_all(count: int, *, routes: int, days: float) -> str:
    """Records them into the opened store; says how quick that was. Making the records is not counted."""
    from strangler_proxy.control.record import DjangoStore

    store, took, busy = DjangoStore(), 0.0, 0.0
    for some in batches(count, routes=routes, days=days):
        begin, begin_busy = time.perf_counter(), time.process_time()
        store.record(some, [], [Taken("worker", "route-0", len(some))])
        took, busy = took + time.perf_counter() - begin, busy + time.process_time() - begin_busy
    return f"{count / took:,.0f} a second, {busy / count * 1e6:.0f} µs of our own processor time each"


def milliseconds(work: Callable[[], object], times: int = 9) -> float:
    """The median."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def reads() -> Iterator[str]:
    """How long the reads of the opened store take."""
    from strangler_proxy.config.model import Compare
    from strangler_proxy.control.overview import over_time, route_overview
    from strangler_proxy.control.selectors import evidence_of, group_list

    plain, since = Compare(), hour_of(NOON)
    routes = len(route_overview({}, left_since_hour=since))
    yield f"overview of {routes} routes: {milliseconds(lambda: route_overview({}, left_since_hour=since)):.0f} ms"
    yield f"evidence of one route: {milliseconds(lambda: evidence_of('route-1', plain)):.1f} ms"
    yield f"groups of one route: {milliseconds(lambda: group_list('route-1', plain)):.1f} ms"
    yield f"one route by the hour: {milliseconds(lambda: over_time('route-1', plain, since_hour=since)):.1f} ms"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="bench-store-")))
        server = held.enter_context(postgresql())
        for name in ("SQLite", "PostgreSQL"):
            state = folder / name
            state.mkdir()
            environment = {} if name == "SQLite" else {"STRANGLER_DATABASE_URL": server.new_database("bench")}
            ready(state, environment)
            print(f"{name}, ten routes: {record_all(count // 50, routes=10, days=0.1)}", flush=True)
        for name in ("SQLite",):
            state = folder / "many"
            state.mkdir()
            ready(state, {})
            print(f"{name}, {count:,} over {ROUTES} routes: {record_all(count, routes=ROUTES, days=2)}", flush=True)
            for line in reads():
                print(f"  {line}", flush=True)
            size = sum(path.stat().st_size for path in state.glob("evidence.sqlite3*"))
            print(f"  {size / 1_048_576:.0f} MB on disk", flush=True)
        from django.db import connections

        connections.close_all()


if __name__ == "__main__":
    main()
