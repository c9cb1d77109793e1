"""A database that is gone keeps nobody from being taken back; a route that may not be is told, and stays."""

import signal
import time
from pathlib import Path

import pytest
from named_backend import named_backend
from proxy_harness import await_true, backend, config, route, running_proxy
from steady_load import SteadyLoad

from strangler_proxy.config.load import load
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.audit_log import read_audit


def test_without_a_database_it_is_taken_back_all_the_same_and_a_retired_route_is_told(tmp_path: Path) -> None:
    with named_backend("shop") as monolith, named_backend("shop") as service:
        toml = config(
            monolith.url,
            backend("catalog", service.url),
            route("canary", "/canary/", "canary", more='canary = {percent = 50, sticky = "none"}'),
            route("retired", "/retired/", "retired"),
            route("by-hand", "/by-hand/", "service", more="auto_rollback = false"),
        )
        gone = {"STRANGLER_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
        with running_proxy(tmp_path, toml, gone, controlled=True) as proxy:
            path = tmp_path / "strangler.toml"
            proxy.await_said("walks stand still")
            loads = [
                SteadyLoad(proxy.address, per_second=50, path=f"/{name}/") for name in ("canary", "retired", "by-hand")
            ]
            with loads[0], loads[1], loads[2]:
                time.sleep(1)
                service.process.send_signal(signal.SIGKILL)
                begin = time.monotonic()
                await_true(lambda: load(path).routes[0].stage is Stage.MONOLITH, 5, "the canary to be taken back")
                assert time.monotonic() - begin <= 5
                await_true(lambda: len(list(read_audit(path))) >= 3, 5, "three entries")
                time.sleep(0.5)
            assert loads[0].failed() == []
            assert loads[2].failed() == []
            assert [one.stage for one in load(path).routes] == [Stage.MONOLITH, Stage.RETIRED, Stage.SERVICE]
            told = {line.entry["route"]: line.entry for line in read_audit(path)}
            assert {name: entry["what"] for name, entry in told.items()} == {
                "canary": "auto-rollback",
                "retired": "alarm",
                "by-hand": "alarm",
            }
            assert "people must decide" in told["retired"]["reason"]
            assert "auto_rollback = false" in told["by-hand"]["reason"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_the_control_process_may_die_and_nobody_notices(tmp_path: Path, how: signal.Signals) -> None:
    with named_backend("shop") as monolith, named_backend("shop") as service:
        toml = config(monolith.url, backend("catalog", service.url), route("r", "/p/", "service"))
        with running_proxy(tmp_path, toml, controlled=True) as proxy:
            (pid,) = await_true(lambda: proxy.children("strangler_proxy.control.process"), 10, "the control process")
            time.sleep(1)
            with SteadyLoad(proxy.address, per_second=100) as load_:
                import os

                os.kill(pid, how)
                time.sleep(1)
                assert "strangler_requests_total" in proxy.metrics()
            assert load_.failed() == []
            if how is signal.SIGKILL:
                await_true(lambda: proxy.children("strangler_proxy.control.process") not in ([], [pid]), 10, "another")
            else:
                os.kill(pid, signal.SIGCONT)
