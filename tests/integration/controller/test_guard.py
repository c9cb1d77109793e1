"""A service that fails users is taken back by itself, in time, and readers of one that does not answer notice nothing.

The figures are in docs/explanation/rolling-back.md; `pytest -s` prints those of a run.
"""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from named_backend import NamedBackend, named_backend
from proxy_harness import RunningProxy, await_true, backend, config, route, running_proxy
from sick_service import NAME, SickService, sick_service
from steady_load import SteadyLoad

from strangler_proxy.config.load import load
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.audit_log import read_audit
from strangler_proxy.proxy.in_force import digest, read_in_force

MOST_SECONDS = 5.0
WELL_SECONDS = 2.5
TIMEOUT_SECONDS = 4.0
"""Of the services: a route whose service hangs goes back before the first request has run into it."""
ILLNESSES = {"wrong": {"mismatches"}, "slow": {"slow"}, "500s": {"in-a-row", "bad", "mismatches"}}
"""And which alarms may ring for each: the comparer, too, sees a 500."""
CANARY = 'canary = {percent = 50, sticky = "none"}\ngate = {min_comparisons = 100}\ncompare = {sample_percent = 100}'


@dataclass
class Site:
    """One proxy with a route for each way of failing, all in canary."""

    proxy: RunningProxy
    sick: dict[str, SickService]
    dead: dict[str, NamedBackend]

    def load(self, name: str) -> SteadyLoad:
        return SteadyLoad(self.proxy.address, clients=60, per_second=100, path=f"/{name}/")

    def await_rollback(self, name: str, begin: float) -> float:
        """Seconds from `begin` until every worker acts by a file in which the route is back."""
        path = self.proxy.directory / "strangler.toml"

        def back() -> bool:
            said = read_in_force(path.parent / ".strangler")
            stages = {one.name: one.stage for one in load(path).routes}
            return stages[name] is Stage.MONOLITH and said is not None and said.sha256 == digest(path.read_bytes())

        await_true(back, 15, f"{name} to be taken back; the proxy said {self.proxy.said()}")
        return time.monotonic() - begin

    def rollback_of(self, name: str) -> dict[str, object]:
        """Its entry in the audit log."""
        path = self.proxy.directory / "strangler.toml"
        (entry,) = [
            line.entry
            for line in read_audit(path)
            if line.entry["route"] == name and line.entry["what"] == "auto-rollback"
        ]
        return dict(entry)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All are well at first."""
    with ExitStack() as stack:
        monolith = stack.enter_context(named_backend(NAME))
        sick = {name: stack.enter_context(sick_service()) for name in ILLNESSES}
        dead = {name: stack.enter_context(named_backend(NAME)) for name in ("refuses", "hangs")}
        urls = {name: one.url for name, one in (sick | dead).items()}
        toml = config(
            monolith.url,
            *(backend(f"s-{name}", url, int(TIMEOUT_SECONDS * 1000)) for name, url in urls.items()),
            *(route(name, f"/{name}/", "canary", f"s-{name}", CANARY) for name in urls),
        )
        proxy = stack.enter_context(running_proxy(tmp_path_factory.mktemp("guard"), toml, controlled=True))
        board = proxy.directory / ".strangler" / "walks.json"
        await_true(board.exists, 20, "a control process that has looked once")
        yield Site(proxy, sick, dead)


@pytest.mark.parametrize("illness", ILLNESSES)
def test_a_service_that_answers_badly_is_taken_back_in_time(site: Site, illness: str) -> None:
    service = site.sick[illness]
    with site.load(illness) as load_:
        time.sleep(WELL_SECONDS)
        stages = {one.name: one.stage for one in load(site.proxy.directory / "strangler.toml").routes}
        assert stages[illness] is Stage.CANARY, "it is well, and stays"
        service.illness = illness
        await_true(lambda: service.first_bad, 5, "a bad answer")
        seconds = site.await_rollback(illness, service.first_bad)
        asked = service.last_asked
        time.sleep(0.5)
        last = max(service.last_asked - service.first_bad, 0.0)
    print(f"{illness}: {seconds:.2f} s to the rollback, the last request {last:.2f} s after the first bad answer")
    assert seconds <= MOST_SECONDS
    assert service.last_asked - asked < 0.5, "requests under way may end; no new one comes"
    entry = site.rollback_of(illness)
    assert entry["who"] == "controller"
    assert entry["from_stage"] == "canary"
    assert entry["from_percent"] == 50.0
    evidence = entry["evidence"]
    assert isinstance(evidence, dict)
    assert evidence["alarm"] in ILLNESSES[illness]
    if illness == "500s":
        assert load_.failed() == [], "the fallback answers readers"


@pytest.mark.parametrize("how", ["refuses", "hangs"])
def test_a_service_that_does_not_answer_is_taken_back_in_time_and_readers_see_no_error(site: Site, how: str) -> None:
    service = site.dead[how]
    with site.load(how) as load_:
        time.sleep(WELL_SECONDS)
        service.process.send_signal(signal.SIGKILL if how == "refuses" else signal.SIGSTOP)
        seconds = site.await_rollback(how, time.monotonic())
        time.sleep(0.5)
    service.process.send_signal(signal.SIGCONT)
    print(f"{how}: {seconds:.2f} s to the rollback; the slowest answer took {load_.slowest():.2f} s")
    assert seconds < TIMEOUT_SECONDS
    assert load_.failed() == []
    assert site.rollback_of(how)["to_stage"] == "monolith"


def test_the_rollbacks_reach_the_database(site: Site) -> None:
    path = site.proxy.directory / "strangler.toml"
    lines = [json.loads(line) for line in (path.parent / ".strangler" / "audit.jsonl").read_text().splitlines()]
    assert {line["what"] for line in lines} == {"auto-rollback"}
    import sqlite3
    from contextlib import closing

    def known() -> set[str]:
        with closing(sqlite3.connect(path.parent / ".strangler" / "evidence.sqlite3", timeout=30)) as database:
            return {step for (step,) in database.execute("SELECT step FROM strangler_auditentry")}

    await_true(lambda: known() == {line["id"] for line in lines}, 10, "all entries in the database")
