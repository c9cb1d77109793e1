"""What one request costs in Python alone: `python -m tests.benchmarks.path_cost [requests]`.

The protocols are driven in this process, with transports that do nothing, so that no kernel and no other process takes
part. The figure is the best of many short rounds, which a busy machine hardly disturbs; `perf stat -e instructions:u`
around it counts what it did instead of how long that took.
"""

import asyncio
import os
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from strangler_proxy.config.load import parse
from strangler_proxy.proxy.access_log import AccessLog
from strangler_proxy.proxy.backend_connection import BackendConnection
from strangler_proxy.proxy.client_connection import ClientConnection
from strangler_proxy.proxy.counters import Counters
from strangler_proxy.proxy.hops import Hops
from strangler_proxy.proxy.plan import Plan
from strangler_proxy.proxy.site import Site
from tests.benchmarks import traffic

BODY = "x" * 2000
ROUNDS = int(os.environ.get("ROUNDS", 25))


class Nowhere:
    """A transport that takes everything and counts it."""

    def __init__(self) -> None:
        self.written = 0

    def write(self, data: bytes) -> None:
        self.written += len(data)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 40_000) if name in ("peername", "sockname") else default

    def set_write_buffer_limits(self, high: int) -> None:
        """Nothing is ever kept."""

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None:
        """Nothing comes by itself."""

    resume_reading = close = abort = write_eof = pause_reading


def config(stage: str) -> str:
    backends = "".join(f'[backends.{name}]\nurls = ["http://127.0.0.1:9"]\n' for name in ("monolith", "catalog"))
    routes = "".join(
        f'[[routes]]\nname = "things-{number}"\npath = "{traffic.route_path(number)}"\nservice = "catalog"\n'
        f'stage = "{stage}"\n'
        for number in range(traffic.ROUTES)
    )
    return f'[proxy]\naccess_log = "/dev/null"\n{backends}{routes}'


def responses(count: int) -> list[bytes]:
    """Answers as Django behind gunicorn gives them: the date changes each second, the rest hardly."""
    return [
        (
            f"HTTP/1.1 200 OK\r\nServer: gunicorn\r\nDate: Tue, 24 Nov 2026 10:{n // 3000:02d}:00 GMT\r\n"
            "Connection: keep-alive\r\nContent-Type: text/html; charset=utf-8\r\nX-Frame-Options: DENY\r\n"
            f"Vary: Cookie\r\nContent-Length: {len(BODY)}\r\nX-Content-Type-Options: nosniff\r\n"
            f"Referrer-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n\r\n{BODY}"
        ).encode()
        for n in range(count)
    ]


async def main(count: int, stage: str) -> None:
    counters = Counters()
    plan = Plan(1, parse(config(stage), Path("strangler.toml")), counters)
    site = Site(plan, counters, AccessLog("/dev/null"), Path("/nowhere"), b"", Hops("bench"))
    site.captures.connection_made(Nowhere())
    client, backend = ClientConnection(site), BackendConnection()
    client.connection_made(Nowhere())
    backend.connection_made(Nowhere())
    for pool in plan.pools.values():
        pool.give_back(backend, pool.order()[0])
    pairs = list(zip(islice(cycle(traffic.requests()), count), responses(count), strict=True))
    costs = []
    for _ in range(ROUNDS):
        before = time.process_time()
        for request, response in pairs:
            client.data_received(request)
            backend.data_received(response)
        site.journal.flush()
        costs.append((time.process_time() - before) / count * 1e6)
        await asyncio.sleep(0.02)
    assert not client.exchange
    print(f"{stage}: {min(costs):.2f} µs a request (median {sorted(costs)[ROUNDS // 2]:.2f})", flush=True)
    site.access_log.close(1)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000, os.environ.get("STAGE", "monolith")))
