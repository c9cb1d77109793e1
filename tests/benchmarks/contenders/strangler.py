"""This proxy, with everything on: routes, access log, metrics, the answer header."""

import sys

from tests.benchmarks.contenders.contender import Contender, Place
from tests.benchmarks.traffic import ROUTES, route_path

MIXED = ("monolith", "service")
"""Stages by turns; neither sends a second request."""


def make(name: str = "strangler", routes: int = ROUTES, stages: tuple[str, ...] = MIXED) -> Contender:
    """The proxy with so many routes, whose stages take turns."""

    def command(place: Place) -> list[str]:
        (place.directory / "strangler.toml").write_text(_config(place, routes, stages))
        return [place.program, "-m", "strangler_proxy.proxy", "strangler.toml"]

    return Contender(name=name, find=lambda: sys.executable, command=command)


def _config(place: Place, routes: int, stages: tuple[str, ...]) -> str:
    backend = f'urls = ["http://127.0.0.1:{place.backend_port}"]'
    table = "".join(
        f'[[routes]]\nname = "things-{number}"\npath = "{route_path(number)}"\nmethods = ["GET", "HEAD"]\n'
        f'service = "catalog"\nstage = "{stages[number % len(stages)]}"\n'
        for number in range(routes)
    )
    return f"""
[proxy]
listen = "127.0.0.1:{place.port}"
workers = 1
metrics_listen = "127.0.0.1:0"
access_log = "access.log"
[backends.monolith]
{backend}
[backends.catalog]
{backend}
{table}"""
