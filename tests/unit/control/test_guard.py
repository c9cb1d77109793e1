"""The guard: from the workers' counts alone it knows which route must go back, and lets alone what is as it was."""

import random
from typing import Any

import pytest

from strangler_proxy.config.load import parse
from strangler_proxy.config.model import Config
from strangler_proxy.control.controller.guard import Guard, Ringing
from strangler_proxy.control.controller.readings import reading_of, sorted_by_route
from strangler_proxy.proxy.counters import BOUNDS, Counters, Report
from strangler_proxy.rollout.evidence import RouteEvidence

LOOK = 0.25


def config(stage: str = "canary", gate: str = "gate = {min_comparisons = 1}", more: str = "") -> Config:
    return parse(
        "[backends.monolith]\nurls = ['http://127.0.0.1:1']\n[backends.catalog]\nurls = ['http://127.0.0.1:2']\n"
        f"[[routes]]\nname = 'r'\npath = '/r/'\nservice = 'catalog'\nstage = '{stage}'\n{gate}\n{more}\n"
    )


class Proxy:
    """Counts as workers do, and is looked at four times a second."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.guard = Guard()
        self.now = 1000.0
        self.counters = Counters()
        self.gauges: dict[str, Any] = {}
        self.rang: list[Ringing] = []
        self.look()

    def asks(self, count: int = 1, status: int = 200, seconds: float = 0.02, backend: str = "catalog") -> None:
        stage = self.config.routes[0].stage
        for _ in range(count):
            self.counters.series_of("r", stage, backend).add(status, seconds)

    def falls_back(self, count: int, word: str = "unreachable") -> None:
        for _ in range(count):
            self.counters.count("fallbacks", f"r {word}")
            self.asks(backend="monolith")

    def look(self, seconds: float = LOOK) -> list[Ringing]:
        self.now += seconds
        report = self.counters.report()
        for name, value in self.gauges.items():
            setattr(report, name, value)
        found = self.guard.look(report, self.config, self.now)
        self.rang += found
        return found

    def compares(self, count: int, mismatches: int = 0) -> None:
        """The comparer counts so many more."""
        for number in range(count):
            self.counters.count("comparisons", f"r {'different' if number < mismatches else 'equal'}")

    def knows(self, comparisons: int, mismatches: int, epoch: str = "first") -> None:
        self.guard.know({"r": RouteEvidence(route="r", epoch=epoch, comparisons=comparisons, mismatches=mismatches)})

    def cause(self) -> str | None:
        found = self.look()
        return found[0].rung.alarm.cause if found else None


def test_ten_minutes_of_a_service_that_is_well_ring_nothing() -> None:
    proxy, chance = Proxy(config()), random.Random(7)
    for look in range(2400):
        for _ in range(12):
            proxy.asks(status=500 if chance.random() < 0.005 else 200, seconds=chance.expovariate(40))
            proxy.asks(backend="monolith", seconds=chance.expovariate(40))
        proxy.knows(comparisons=look * 12, mismatches=look * 12 // 500)
        proxy.compares(12, int(look % 40 == 0))
        assert proxy.look() == []


@pytest.mark.parametrize("word", ["unreachable", "timeout", "ejected", "closed", "broken-answer", "busy"])
def test_a_service_without_an_answer_rings_though_the_fallback_saved_the_user(word: str) -> None:
    proxy = Proxy(config())
    proxy.asks(200)
    assert proxy.cause() is None
    proxy.falls_back(6, word)
    (ringing,) = proxy.look()
    assert ringing.rung.alarm.cause == "in-a-row"
    assert (ringing.rung.window.failures, ringing.rung.window.errors) == (6, 0)
    assert ringing.obstacle is None


def test_5xx_ring_be_they_seen_or_saved() -> None:
    proxy = Proxy(config())
    proxy.asks(4, status=503)
    proxy.falls_back(4, "server-error")
    (ringing,) = proxy.look()
    assert (ringing.rung.window.failures, ringing.rung.window.errors) == (0, 8)


def test_answers_that_break_off_are_failures() -> None:
    proxy = Proxy(config())
    for _ in range(8):
        proxy.asks()
        proxy.counters.count("broken_answers", "r catalog")
    (ringing,) = proxy.look()
    assert ringing.rung.window.failures == 8


def test_one_bad_answer_in_the_middle_of_good_ones_is_borne() -> None:
    proxy = Proxy(config())
    for _ in range(20):
        proxy.asks(10)
        proxy.asks(status=500)
        proxy.look()
        proxy.asks(40)
        assert proxy.look() == []


def test_slow_answers_ring_by_what_the_monolith_took_for_this_route() -> None:
    proxy = Proxy(config())
    proxy.asks(400, backend="monolith", seconds=0.03)
    proxy.asks(40, seconds=0.09)
    assert proxy.cause() is None, "what nobody feels is not slow"
    proxy.asks(40, seconds=0.4)
    assert proxy.cause() == "slow"


def test_requests_that_wait_ring_before_any_of_them_runs_into_a_timeout() -> None:
    proxy = Proxy(config())
    proxy.asks(400, backend="monolith", seconds=0.03)
    proxy.look(5)
    waits = [0] * (len(BOUNDS) + 1)
    waits[-4] = 20
    proxy.gauges["waiting"] = {("r", "canary", "catalog"): waits}
    assert proxy.cause() == "slow"


def test_where_nothing_was_ever_timed_nothing_is_slow() -> None:
    proxy = Proxy(config())
    proxy.asks(400, seconds=9.0)
    assert proxy.cause() is None


def test_mismatches_ring_only_where_a_gate_says_how_many_there_may_be() -> None:
    gated, free = Proxy(config()), Proxy(config(gate=""))
    for proxy in (gated, free):
        proxy.knows(1000, 0)
        proxy.compares(1000)
        proxy.look()
        proxy.compares(40, 40)
    assert gated.cause() == "mismatches"
    assert free.cause() is None


def test_mismatches_that_were_known_when_users_were_sent_there_do_not_ring() -> None:
    proxy = Proxy(config())
    proxy.knows(1000, 30)
    for _ in range(200):
        proxy.compares(33, 1)
        assert proxy.look() == []
    proxy.compares(60, 60)
    assert proxy.cause() == "mismatches"


def test_a_service_that_goes_on_answering_wrongly_does_not_come_to_be_usual() -> None:
    proxy = Proxy(config())
    proxy.knows(100, 90)
    proxy.compares(100, 90)
    assert proxy.cause() == "mismatches"


def test_while_it_is_not_known_how_it_was_before_mismatches_wait_a_little() -> None:
    proxy = Proxy(config())
    causes = []
    for _ in range(60):
        proxy.compares(10, 10)
        causes.append(proxy.cause())
    assert causes.index("mismatches") == pytest.approx(40, abs=1), "ten seconds, and a store that is gone hides nothing"


def noisy() -> Proxy:
    """Of a route that learns which differences are the monolith's own."""
    return Proxy(config(more="compare = {noise_percent = 5}"))


def test_what_may_be_noise_is_judged_by_the_evidence() -> None:
    proxy = noisy()
    proxy.knows(1000, 0)
    proxy.compares(1000, 900)
    assert proxy.cause() is None
    proxy.knows(1040, 40)
    assert proxy.cause() == "mismatches"


def test_a_new_version_of_the_service_is_judged_by_its_own_comparisons() -> None:
    proxy = noisy()
    proxy.knows(100_000, 20_000, "old")
    proxy.look()
    proxy.knows(30, 30, "new")
    assert proxy.cause() == "mismatches"


def test_groups_that_are_judged_anew_ring_nothing() -> None:
    proxy = noisy()
    proxy.knows(1000, 0)
    proxy.look()
    proxy.knows(1010, 900)
    assert proxy.cause() is None


def test_a_service_that_nobody_can_ask_rings_without_any_traffic() -> None:
    proxy = Proxy(config("service"))
    proxy.gauges = {"left_out": {"catalog": 2}, "urls": {"catalog": 2}}
    causes = [proxy.cause() for _ in range(50)]
    assert causes.index("health") == 40, "after ten seconds"


def test_a_service_of_which_one_url_is_asked_still_is_well() -> None:
    proxy = Proxy(config("service"))
    proxy.gauges = {"left_out": {"catalog": 1}, "urls": {"catalog": 2}}
    assert [proxy.cause() for _ in range(60)] == [None] * 60


def test_no_traffic_is_neither_good_nor_bad() -> None:
    proxy = Proxy(config())
    proxy.falls_back(4)
    assert proxy.cause() == "bad"
    assert [proxy.cause() for _ in range(200)].count(None) >= 190


@pytest.mark.parametrize(("stage", "more"), [("retired", ""), ("service", "auto_rollback = false")])
def test_a_route_that_may_not_be_taken_back_is_told_once_and_says_why(stage: str, more: str) -> None:
    proxy = Proxy(config(stage, gate=more))
    for _ in range(20):
        proxy.falls_back(5)
        proxy.look()
    (ringing,) = proxy.rang
    assert ringing.obstacle is not None
    assert "strangler rollback r" in ringing.obstacle


@pytest.mark.parametrize("stage", ["monolith", "shadow"])
def test_where_the_monolith_answers_nothing_is_watched(stage: str) -> None:
    proxy = Proxy(config(stage))
    proxy.falls_back(50)
    assert proxy.look() == []
    assert Guard.watches(proxy.config) == []


def test_a_route_that_came_back_to_its_stage_is_watched_anew() -> None:
    proxy = Proxy(config())
    proxy.falls_back(10)
    assert proxy.look()
    canary, proxy.config = proxy.config, config("monolith")
    proxy.look(60)
    proxy.config = canary
    assert [proxy.cause() for _ in range(40)] == [None] * 40


def test_answers_are_counted_since_the_route_came_to_its_stage() -> None:
    proxy = Proxy(config())
    for _ in range(400):
        proxy.asks(3)
        proxy.look()
    assert proxy.guard.answers("r") == 1200
    assert proxy.guard.answers("another") == 0


def test_of_a_client_that_left_nobody_is_blamed() -> None:
    report = Report(series={("r", "canary", "catalog"): ([9, 0, 5, 0, 0, 0], [0] * 13, 0.0)})
    reading = reading_of(sorted_by_route(report), "r", "catalog")
    assert (reading.good, reading.gone, reading.errors, reading.failures) == (5, 9, 0, 0)
