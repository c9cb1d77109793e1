"""A proxy as one writes it with aiohttp in an afternoon: what a framework costs."""

import importlib.util
import sys

from tests.benchmarks.contenders.contender import Contender, Place


def _command(place: Place) -> list[str]:
    return [place.program, "-m", "tests.benchmarks.contenders.aiohttp_proxy", str(place.port), str(place.backend_port)]


def _find() -> str | None:
    return sys.executable if importlib.util.find_spec("aiohttp") else None


CONTENDER = Contender(name="aiohttp", find=_find, command=_command)
