"""The proxies that are held against each other, each with one worker, an access log and kept backend connections."""

from tests.benchmarks.contenders import aiohttp, caddy, envoy, haproxy, nginx, strangler
from tests.benchmarks.contenders.contender import Contender, Place

ALL: tuple[Contender, ...] = (
    strangler.make(),
    strangler.make(strangler.COMPILED, compiled=True),
    nginx.CONTENDER,
    haproxy.CONTENDER,
    envoy.CONTENDER,
    caddy.CONTENDER,
    aiohttp.CONTENDER,
)

__all__ = ["ALL", "Contender", "Place"]
