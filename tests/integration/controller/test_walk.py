"""A route that walks by itself under real traffic: it waits for evidence and answers, and arrives."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from named_backend import named_backend
from proxy_harness import await_true, backend, config, route, running_proxy
from steady_load import SteadyLoad

from strangler_proxy.config.load import load
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.audit_log import read_audit

GATE = "gate = {min_comparisons = 30, max_mismatch_percent = 20, max_latency_ratio = 50, fast_enough_ms = 500}\n"
STEP = "[[routes.steps]]\npercent = 50\nhold_minutes = 0.01\nmin_answers = 30\n"


def strangler(directory: Path, *words: str) -> Any:
    """What the command answers in JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "strangler_proxy.cli", *words, "--json"],
        cwd=directory,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_route_walks_from_monolith_to_service_by_its_evidence(tmp_path: Path) -> None:
    with named_backend("shop") as monolith, named_backend("shop") as service:
        more = f'canary = {{sticky = "none"}}\n{GATE}{STEP}'
        toml = config(monolith.url, backend("catalog", service.url), route("r", "/p/", "monolith", more=more))
        with running_proxy(tmp_path, toml, controlled=True) as proxy:
            path = tmp_path / "strangler.toml"
            assert strangler(tmp_path, "promote", "r", "--auto", "--reason", "it is time")["began"] is True
            await_true(lambda: load(path).routes[0].stage is Stage.SHADOW, 15, "the first step")
            (walk,) = await_true(
                lambda: [one for one in strangler(tmp_path, "walks") if "No comparison" in one["why"]], 10, "a reason"
            )
            assert (walk["state"], walk["stage"]) == ("walking", "shadow"), "without traffic it stays"
            with SteadyLoad(proxy.address, per_second=100) as load_:
                await_true(lambda: load(path).routes[0].stage is Stage.SERVICE, 30, f"the end; {proxy.said()}")
                proxy.await_said("the walk of r is over")
            assert load_.failed() == []
            steps = [line.entry for line in read_audit(path) if line.entry["what"] == "step"]
            assert [one["to_stage"] for one in steps] == ["shadow", "canary", "service"]
            assert [one["evidence"]["verdict"] for one in steps[1:]] == ["pass", "pass"]
            ((state, why),) = [(one["state"], one["why"]) for one in strangler(tmp_path, "walks")]
            assert (state, "people" in why) == ("arrived", True)
