"""Every capture is accounted for, whoever is killed: captures made = compared + each kind of not compared."""

import os
import random
import signal
import sqlite3
import time
from contextlib import closing

import pytest
from evidence import await_accounted, await_comparer, evidence, file_of
from named_backend import named_backend
from proxy_harness import answering, await_true, backend, config, plain, route
from steady_load import SteadyLoad

from strangler_proxy.proxy.supervisor import COMPARER_MODULE


@pytest.fixture(scope="module")
def backends():
    """Monolith and service, whose answers differ."""
    with named_backend("monolith") as monolith, named_backend("catalog") as catalog:
        yield monolith, catalog


@pytest.fixture
def proxy(backends, proxied):
    monolith, catalog = backends
    return proxied(config(monolith.url, backend("catalog", catalog.url), route("p", "/p/", "shadow"), workers=2))


def kill_comparer(proxy, signal_number):
    """Ends the comparer; it is gone when this returns."""
    (comparer,) = await_true(lambda: proxy.children(COMPARER_MODULE), 30, "a comparer")
    os.kill(comparer, signal_number)
    await_true(lambda: comparer not in proxy.children(COMPARER_MODULE), 10, "its end")


def test_the_counts_add_up_when_the_comparer_is_killed_at_any_moment(proxy):
    chance = random.Random(7)
    asked = await_comparer(proxy, "/p/")
    with SteadyLoad(proxy.address, per_second=300) as load:
        for _ in range(3):
            before = evidence(proxy.directory).compared
            await_true(lambda before=before: evidence(proxy.directory).compared > before, 30, "comparisons")
            time.sleep(chance.random())
            kill_comparer(proxy, signal.SIGKILL)
    assert load.failed() == []
    made = asked + len(load.seen)
    found = await_accounted(proxy, made, 60)
    time.sleep(1.2)  # nothing is counted twice later either
    assert evidence(proxy.directory) == found
    assert found.accounted_for == made
    assert found.compared > 0
    assert found.left["lost"] > 0
    assert found.left["no-comparer"] > 0


def test_the_counts_add_up_when_the_comparer_is_told_to_stop(proxy):
    asked = await_comparer(proxy, "/p/")
    with SteadyLoad(proxy.address, per_second=300) as load:
        time.sleep(0.5)
        kill_comparer(proxy, signal.SIGTERM)
        time.sleep(0.5)
    assert load.failed() == []
    made = asked + len(load.seen)
    assert await_accounted(proxy, made, 60).accounted_for == made


def test_a_killed_worker_takes_only_what_it_had_not_yet_sent(proxy):
    asked = await_comparer(proxy, "/p/")
    with SteadyLoad(proxy.address, per_second=300) as load:
        time.sleep(0.5)
        (first, *_) = proxy.workers()
        os.kill(first, signal.SIGKILL)
        await_true(lambda: first not in proxy.workers() and len(proxy.workers()) == 2, 10, "another worker")
        time.sleep(0.5)
    answered = asked + load.counted()["200 monolith"]
    await_true(lambda: evidence(proxy.directory).accounted_for > answered - 100, 30, "what the others sent")
    time.sleep(1.2)
    assert evidence(proxy.directory).accounted_for <= asked + len(load.seen)


def test_a_locked_store_costs_nothing_and_a_person_is_told(proxy):
    asked = await_comparer(proxy, "/p/")
    await_accounted(proxy, asked)
    with closing(sqlite3.connect(file_of(proxy.directory), isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        with SteadyLoad(proxy.address, per_second=200) as load:
            time.sleep(2)
        proxy.await_said("warning: comparer: the store of comparisons can't be written", 15)
        assert evidence(proxy.directory).accounted_for == asked
        database.execute("ROLLBACK")
    assert load.failed() == []
    made = asked + len(load.seen)
    assert await_accounted(proxy, made).accounted_for == made
    proxy.await_said("comparer: the store of comparisons is written again")


@pytest.mark.parametrize("url", ["mysql://nobody@127.0.0.1/x", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_store_that_can_not_be_opened_is_said_with_its_reason_and_users_are_served(scripted, proxied, url):
    monolith = scripted(answering(plain(b"x")))
    toml = config(monolith.url, backend("catalog", monolith.url), route("p", "/p/", "shadow"))
    proxy = proxied(toml, {"STRANGLER_DATABASE_URL": url})
    await_comparer(proxy, "/p/")
    proxy.await_said(r"warning: comparer: the store of comparisons can't be written: .*STR90\d", 20)
    assert proxy.get("/p/").status == 200
