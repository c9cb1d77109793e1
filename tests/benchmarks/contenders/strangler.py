"""This proxy, with everything on: routes, access log, metrics, the answer header."""

import sys
from pathlib import Path

from tests.benchmarks.contenders.contender import Contender, Place
from tests.benchmarks.traffic import ROUTES, route_path

MIXED = ("monolith", "service")
"""Stages by turns; neither sends a second request."""

COMPILED = "strangler, compiled"

_COMPILED_WHEEL = Path(__file__).parents[3] / ".cache" / "compiled"
"""Where `make .cache/compiled/stamp` installs it."""


def make(
    name: str = "strangler", routes: int = ROUTES, stages: tuple[str, ...] = MIXED, *, compiled: bool = False
) -> Contender:
    """The proxy with so many routes, whose stages take turns; as plain Python, or as the compiled wheel has it."""

    def command(place: Place) -> list[str]:
        (place.directory / "strangler.toml").write_text(_config(place, routes, stages))
        return [place.program, "-m", "strangler_proxy.proxy", "strangler.toml"]

    if compiled:
        return Contender(name=name, find=_find_compiled, command=command, python_path=_COMPILED_WHEEL)
    return Contender(name=name, find=lambda: sys.executable, command=command)


def _find_compiled() -> str | None:
    return sys.executable if any(_COMPILED_WHEEL.glob("strangler_proxy/proxy/exchange.*.so")) else None


def _config(place: Place, routes: int, stages: tuple[str, ...]) -> str:
    backend = f'urls = ["http://127.0.0.1:{place.backend_port}"]'
    table = "".join(
        f'[[routes]]\nname = "things-{number}"\npath = "{route_path(number)}"\nmethods = ["GET", "HEAD"]\n'
        f'service = "catalog"\nstage = "{stages[number % len(stages)]}"\n'
        '[routes.compare]\nignore = ["header:etag"]\n'  # the backend's is new in each answer
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
