"""How long a routing decision takes, by number and shape of routes; and how long a reload takes.

Run: python tests/benchmarks/bench_routing.py
"""

import gc
import time
from collections.abc import Callable
from dataclasses import replace

from strangler_proxy.config.model import Backend, Canary, Config, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.routing.model import Request
from strangler_proxy.routing.table import RoutingTable

BACKENDS = {
    "monolith": Backend(name="monolith", urls=("http://127.0.0.1:8001",)),
    "catalog": Backend(name="catalog", urls=("http://127.0.0.1:8002",)),
}
STAGES = tuple(Stage)


def routes_of(count: int, path: Callable[[int], dict[str, str]]) -> tuple[Route, ...]:
    return tuple(
        Route(
            name=f"r{n}",
            methods=("GET", "HEAD"),
            service="catalog",
            stage=STAGES[n % len(STAGES)],
            canary=Canary(percent=30),
            **path(n),
        )
        for n in range(count)
    )


def mixed(n: int) -> dict[str, str]:
    return (
        {"path": f"/area{n % 97}/list{n}/"},
        {"path": f"/api/things{n}/<int:pk>/"},
        {"path": f"/api/<slug:tenant>/part{n}/<int:pk>/"},
        {"regex": rf"^/api/things{n}\.(?P<format>[a-z0-9]+)/?$"},
        {"regex": rf"^/legacy/(?P<year>[0-9]{{4}})/page{n}/$"},
    )[n % 5]


def mixed_target(n: int) -> bytes:
    return (
        f"/area{n % 97}/list{n}/?page=2",
        f"/api/things{n}/17/",
        f"/api/acme/part{n}/17/",
        f"/api/things{n}.json",
        f"/legacy/2024/page{n}/",
    )[n % 5].encode()


def one_bucket(n: int) -> dict[str, str]:
    return {"path": f"/api/<slug:tenant>/part{n}/<int:pk>/"}


def one_bucket_target(n: int) -> bytes:
    return f"/api/acme/part{n}/17/".encode()


def request(target: bytes) -> Request:
    headers = {"cookie": "csrftoken=abcdefghijklmnop; sessionid=0123456789abcdef0123456789abcdef"}
    return Request(
        method="GET",
        target=target,
        host="shop.example.com",
        header=headers.get,
        client_ip="192.0.2.1",
        request_id="0123456789abcdef",
        now=0.0,
    )


def nanoseconds_a_decision(table: RoutingTable, requests: list[Request]) -> float:
    decide = table.decide
    best = float("inf")
    for _ in range(9):
        begin = time.perf_counter_ns()
        for one in requests:
            decide(one)
        best = min(best, (time.perf_counter_ns() - begin) / len(requests))
    return best


def main() -> None:
    print("Nanoseconds a decision: over 50 busy routes, over up to 2000 routes in turn, for no route.")
    print(f"{'routes':24} {'count':>6}{'busy':>12}{'in turn':>12}{'no route':>12}{'build ms':>12}")
    for name, path, target in (("mixed", mixed, mixed_target), ("one bucket", one_bucket, one_bucket_target)):
        for count in (10, 200, 10_000):
            config = Config(backends=BACKENDS, routes=routes_of(count, path))
            begin = time.perf_counter()
            table = RoutingTable.build(config)
            built_ms = (time.perf_counter() - begin) * 1000
            hits = [request(target(n * 7919 % count)) for n in range(2000)]
            hot = [request(target(n * 7919 % count)) for n in range(50)] * 40
            misses = [request(b"/api/elsewhere/%d/" % n) for n in range(2000)]
            figures = "".join(f"{nanoseconds_a_decision(table, asked):12.0f}" for asked in (hot, hits, misses))
            print(f"{name:24} {count:6}{figures}{built_ms:12.1f}")
    one_stage()
    reload()


def one_stage() -> None:
    for stage in Stage:
        route = Route(name="r", path="/api/products/<int:pk>/", methods=("GET", "HEAD"), service="catalog", stage=stage)
        table = RoutingTable.build(Config(backends=BACKENDS, routes=(route,)))
        requests = [request(b"/api/products/17/")] * 2000
        print(f"{'one route, ' + stage:24} {1:6}{nanoseconds_a_decision(table, requests):12.0f}")


def reload() -> None:
    routes = routes_of(2000, mixed)
    table = RoutingTable.build(Config(backends=BACKENDS, routes=routes))
    toggled = (*(replace(route) for route in routes[:-1]), replace(routes[-1], stage=Stage.MONOLITH))
    added = (*(replace(route) for route in routes), Route(name="new", path="/new/<int:pk>/"))
    for name, after in (("toggled", toggled), ("added", added)):
        config = Config(backends=BACKENDS, routes=after)
        gc.collect()
        best = float("inf")
        for _ in range(9):
            begin = time.perf_counter()
            RoutingTable.build(config, table)
            best = min(best, time.perf_counter() - begin)
        print(f"2000 routes, one {name}: {best * 1000:.1f} ms")


if __name__ == "__main__":
    main()
