"""The guard at work looks only while a service answers users, and knows when that ended."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from strangler_proxy.control.controller.guarding import Guarding
from strangler_proxy.proxy.counters import Counters, Report
from strangler_proxy.rollout.evidence import RouteEvidence
from tests.unit.control.test_guard import config


def test_what_was_compared_before_a_route_came_back_does_not_ring_when_it_goes_on_again(tmp_path: Path) -> None:
    counters, canary = Counters(), config()

    async def count() -> Report:
        return counters.report()

    async def walk(guarding: Guarding) -> None:
        guarding.know({"r": RouteEvidence(route="r", epoch="bad")})
        await guarding.look()
        for stage in (config("monolith"), config("shadow")):
            guarding.config = stage
            for _ in range(40):
                counters.count("comparisons", "r different")
            await guarding.look()
        guarding.config = canary
        guarding.know({"r": RouteEvidence(route="r", epoch="good")})
        await guarding.look()

    with ThreadPoolExecutor(1) as executor:
        guarding = Guarding(tmp_path / "strangler.toml", count, executor, lambda line: None, config=canary)
        asyncio.run(walk(guarding))
    assert guarding.rang == {}
