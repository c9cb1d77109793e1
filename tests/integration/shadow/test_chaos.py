"""Everything at once, at random moments: each capture is accounted for all the same.

`CHAOS_ROUNDS` and `CHAOS_SEED` are for longer runs; what a failed run drew is in the test's name.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from evidence import await_comparer, evidence, file_of
from named_backend import named_backend
from proxy_harness import await_true, backend, config, route
from steady_load import SteadyLoad

from strangler_proxy.proxy.supervisor import COMPARER_MODULE

STRANGLER = Path(sys.executable).with_name("strangler")
SEED = int(os.environ.get("CHAOS_SEED", 20))
SEEDS = range(SEED, SEED + int(os.environ.get("CHAOS_ROUNDS", 2)))


def kill_comparer(proxy, chance):
    pids = proxy.children(COMPARER_MODULE)
    if pids:
        os.kill(pids[0], chance.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGABRT)))


def stop_comparer_a_while(proxy, chance):
    pids = proxy.children(COMPARER_MODULE)
    if pids:
        os.kill(pids[0], signal.SIGSTOP)
        time.sleep(chance.uniform(0.1, 1.0))
        try:
            os.kill(pids[0], signal.SIGCONT)
        except ProcessLookupError:
            return  # the supervisor has ended what did not answer


def lock_the_store(proxy, chance):
    with closing(sqlite3.connect(file_of(proxy.directory), isolation_level=None, timeout=10)) as database:
        database.execute("BEGIN IMMEDIATE")
        time.sleep(chance.uniform(0.1, 1.5))
        database.execute("ROLLBACK")


def renew_the_config(proxy, chance):
    text = (proxy.directory / "strangler.toml").read_text()
    proxy.save(f"{text}\n# {chance.random()}\n")


def ignore_something(proxy, chance):
    done = subprocess.run(
        [STRANGLER, "ignore", "p", f"body:$.x{chance.randrange(10_000)}"],
        cwd=proxy.directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr


EVENTS = (kill_comparer, stop_comparer_a_while, lock_the_store, renew_the_config, ignore_something)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_counts_add_up_whatever_happens_meanwhile(proxied, seed):
    chance = random.Random(seed)
    with named_backend("monolith") as monolith, named_backend("catalog") as catalog:
        more = "[routes.compare]\nnoise_percent = 10\n"
        shadowed = route("p", "/p/", "shadow", more=more)
        proxy = proxied(config(monolith.url, backend("catalog", catalog.url), shadowed, workers=2))
        asked = await_comparer(proxy, "/p/")
        drawn = []
        with SteadyLoad(proxy.address, per_second=200) as load:
            for _ in range(6):
                event = chance.choice(EVENTS)
                drawn.append(event.__name__)
                event(proxy, chance)
                time.sleep(chance.uniform(0, 0.8))
        assert load.failed() == []
        made = asked + len(load.seen)
        await_true(lambda: evidence(proxy.directory).accounted_for >= made, 90, f"{made} captures after {drawn}")
        time.sleep(1.2)
        found = evidence(proxy.directory)
        assert found.accounted_for == made, (drawn, found.left)
        assert found.left.keys() <= {"no-comparer", "lost", "queue-full", "backlog", "stopped"}, drawn
        assert proxy.stop() == 0
        assert evidence(proxy.directory).accounted_for == made


def test_what_is_removed_during_load_is_neither_counted_again_nor_taken_for_lost(proxied):
    with named_backend("monolith") as monolith, named_backend("catalog") as catalog:
        proxy = proxied(config(monolith.url, backend("catalog", catalog.url), route("p", "/p/", "shadow")))
        asked = await_comparer(proxy, "/p/")
        with SteadyLoad(proxy.address, per_second=100) as load:
            for _ in range(2):
                time.sleep(0.7)
                purged = subprocess.run(
                    [STRANGLER, "purge", "p"],
                    cwd=proxy.directory,
                    capture_output=True,
                    text=True,
                    timeout=60,
                    check=True,
                )
                assert "removed" in purged.stdout
            kill_comparer(proxy, random.Random(1))
        assert load.failed() == []
        made = asked + len(load.seen)
        await_true(lambda: intake(proxy) >= made, 60, "all taken in")
        time.sleep(1.2)
        assert intake(proxy) == made
        assert evidence(proxy.directory).accounted_for < made


def intake(proxy):
    """Captures that the store knows of, those included that were removed since."""
    with closing(sqlite3.connect(file_of(proxy.directory), timeout=30)) as database:
        ((count,),) = database.execute("SELECT coalesce(sum(count), 0) FROM strangler_intake").fetchall()
        return count
