"""Processes are killed and stopped under a steady load; what every user saw is counted.

`docs/explanation/processes.md` says in its table what is proven here.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from named_backend import NamedBackend, named_backend
from proxy_harness import await_true, backend, config, route, running_proxy
from steady_load import SteadyLoad, lasted

from strangler_proxy.proxy.supervisor import COMPARER_MODULE

CALM = 0.5
"""Seconds of load before a fault and after it."""

FAULT = 1.3
"""Seconds that what can be ended is kept up."""

RECOVERY = 10.0
"""Seconds within which all is well again, on however busy a machine."""

TIMEOUT_MS = 400


@pytest.fixture
def monolith() -> Iterator[NamedBackend]:
    with named_backend("monolith") as one:
        yield one


@pytest.fixture
def busy_monolith() -> Iterator[NamedBackend]:
    """One that takes so long that there are always requests under way."""
    with named_backend("monolith", takes_seconds=0.1) as one:
        yield one


@pytest.fixture
def service() -> Iterator[NamedBackend]:
    with named_backend("service") as one:
        yield one


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process that does nothing during the block, as if it hung."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def two_sided(monolith: NamedBackend, service: NamedBackend, stage: str = "service") -> str:
    toml = config(
        monolith.url,
        backend("catalog", service.url, TIMEOUT_MS) + "\neject_ms = 300",
        route("p", "/p/", stage),
        workers=2,
    )
    return toml.replace("timeout_ms = 1000", f"timeout_ms = {TIMEOUT_MS}")


def await_only(load: SteadyLoad, what: str, method: str | None = None) -> None:
    """Waits until the last half second of answers is all `what`."""

    def settled() -> bool:
        recent = load.since(time.monotonic() - 0.5, method)
        return len(recent) >= 10 and all(one.what == what for one in recent)

    await_true(settled, RECOVERY, f"nothing but {what}; saw {load.counted()}")


def test_a_killed_worker_breaks_its_own_connections_once_and_refuses_nobody(tmp_path, busy_monolith):
    with running_proxy(tmp_path, config(busy_monolith.url, workers=2)) as proxy:
        with SteadyLoad(proxy.address, clients=16) as load:
            time.sleep(CALM)
            for _ in range(2):
                os.kill(proxy.workers()[0], signal.SIGKILL)
                time.sleep(CALM)
                await_true(lambda: len(proxy.workers()) == 2)
                await_only(load, "200 monolith")
        failed = load.failed()
        assert {one.what for one in failed} <= {"dropped", "broken"}
        assert max(Counter(one.client for one in failed).values(), default=0) <= 2, "once a kill and connection"
        assert load.slowest() < RECOVERY
        assert proxy.metric("strangler_worker_restarts_total") == 2


def test_a_worker_that_hangs_for_a_while_keeps_its_users_waiting_and_blames_the_monolith_at_most(
    tmp_path, busy_monolith
):
    load, hung, went_on = load_on_a_hanging_worker(tmp_path, busy_monolith)
    assert load.counted().keys() <= {"200 monolith", "504"}
    assert all(one.asked < hung + 0.1 for one in load.failed()), "only what was under way when it stopped"
    assert all(one.seconds < FAULT + RECOVERY for one in load.seen)
    others = [one for one in load.since(hung) if one.asked + one.seconds < went_on]
    assert others, "the other worker served on"


def test_a_worker_that_hangs_for_longer_than_the_timeout_fails_nobody_whose_answer_is_there(tmp_path, busy_monolith):
    load, _, _ = load_on_a_hanging_worker(tmp_path, busy_monolith)
    assert load.counted().keys() == {"200 monolith"}


def load_on_a_hanging_worker(tmp_path: Path, monolith: NamedBackend) -> tuple[SteadyLoad, float, float]:
    """The load, and when one of two workers was stopped and went on; the time-out is shorter than that."""
    with (
        running_proxy(tmp_path, config(monolith.url, workers=2)) as proxy,
        SteadyLoad(proxy.address, clients=32) as load,
    ):
        time.sleep(CALM)
        hung = time.monotonic()
        with stopped(proxy.workers()[0]):
            time.sleep(FAULT)
        went_on = time.monotonic()
        await_only(load, "200 monolith")
    return load, hung, went_on


def test_a_worker_that_hangs_for_good_keeps_newcomers_waiting_until_it_is_killed_and_loses_none(tmp_path, monolith):
    with running_proxy(tmp_path, config(monolith.url, workers=2)) as proxy:
        hung = proxy.workers()[0]
        os.kill(hung, signal.SIGSTOP)
        with SteadyLoad(proxy.address, clients=16, fresh=True) as load:
            time.sleep(FAULT)
            os.kill(hung, signal.SIGKILL)
            await_only(load, "200 monolith")
    assert load.counted().keys() == {"200 monolith"}
    assert FAULT / 2 < load.slowest() < FAULT + RECOVERY


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_comparer_that_dies_or_hangs_is_noticed_by_no_user(tmp_path, monolith, service, how):
    with running_proxy(tmp_path, two_sided(monolith, service, "shadow")) as proxy:
        (comparer,) = proxy.children(COMPARER_MODULE)
        received = 'strangler_captures_received_total{route="p"}'
        with SteadyLoad(proxy.address, posting=True) as load:
            await_true(lambda: proxy.metric(received) > 0)
            os.kill(comparer, how)
            time.sleep(FAULT)
            if how == signal.SIGSTOP:
                os.kill(comparer, signal.SIGCONT)
            before = await_true(lambda: proxy.metric(received))
            await_true(lambda: proxy.metric(received) > before, RECOVERY, "captures again")
        assert load.counted().keys() == {"200 monolith"}


def test_a_killed_supervisor_is_noticed_by_no_user_nor_is_its_successor(tmp_path, monolith):
    toml = config(monolith.url, workers=2)
    with running_proxy(tmp_path, toml) as proxy:
        orphans = proxy.workers()
        with SteadyLoad(proxy.address) as load:
            time.sleep(CALM)
            proxy.process.kill()
            proxy.process.wait()
            time.sleep(CALM)
            toml = toml.replace('listen = "127.0.0.1:0"', f'listen = "127.0.0.1:{proxy.address[1]}"', 1)
            with running_proxy(tmp_path, toml) as successor:
                await_true(lambda: not any(map(is_alive, orphans)), RECOVERY, "the end of the orphans")
                time.sleep(CALM)
                load.__exit__()
                assert successor.metric("strangler_requests_total{") > 0
        assert load.counted().keys() == {"200 monolith"}


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/status") as status:
            return "State:\tZ" not in status.read()
    except FileNotFoundError:
        return False


def test_a_supervisor_that_hangs_is_noticed_by_no_user_and_takes_the_config_later(tmp_path, monolith, service):
    with running_proxy(tmp_path, two_sided(monolith, service, "monolith")) as proxy:
        with SteadyLoad(proxy.address, posting=True) as load:
            time.sleep(CALM)
            with stopped(proxy.process.pid):
                proxy.save(two_sided(monolith, service, "retired"))
                time.sleep(CALM)
                assert load.counted().keys() == {"200 monolith"}
            await_only(load, "200 service")
        assert load.counted().keys() == {"200 monolith", "200 service"}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_service_that_dies_or_hangs_costs_readers_nothing_and_is_told_to_writers(tmp_path, monolith, service, how):
    with (
        running_proxy(tmp_path, two_sided(monolith, service)) as proxy,
        SteadyLoad(proxy.address, posting=True) as load,
    ):
        await_only(load, "200 service")
        began = time.monotonic()
        end = end_of(service, how)
        time.sleep(FAULT)
        assert {one.what for one in load.since(began + 1.0, "GET")} == {"200 monolith"}
        end()
        await_only(load, "200 service")
    assert load.counted("GET").keys() == {"200 service", "200 monolith"}
    assert load.counted("POST").keys() == {"200 service", told(how)}
    assert lasted(load.failed()) < FAULT + RECOVERY
    assert max(one.seconds for one in load.seen if one.method == "GET") < TIMEOUT_MS / 1000 + RECOVERY


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_monolith_that_dies_or_hangs_is_admitted_to_everybody_until_it_is_back(tmp_path, monolith, how):
    toml = config(monolith.url, workers=2).replace("timeout_ms = 1000", f"timeout_ms = {TIMEOUT_MS}")
    with running_proxy(tmp_path, toml) as proxy, SteadyLoad(proxy.address, posting=True) as load:
        await_only(load, "200 monolith")
        began = time.monotonic()
        end = end_of(monolith, how)
        time.sleep(FAULT)
        if how == signal.SIGKILL:
            assert {one.what for one in load.since(began)} == {"502"}
        end()
        ended = time.monotonic()
        await_only(load, "200 monolith")
    assert load.counted().keys() == {"200 monolith", told(how)}
    assert all(one.asked < ended + 1.0 for one in load.failed()), "it was back, and still not asked"
    assert proxy_kept_its_connections(load)


def told(how: signal.Signals) -> str:
    return "502" if how == signal.SIGKILL else "504"


def proxy_kept_its_connections(load: SteadyLoad) -> bool:
    return not {"dropped", "reset", "refused", "broken", "silent"} & load.counted().keys()


def end_of(backend: NamedBackend, how: signal.Signals):
    """Kills or stops it; gives what ends that."""
    backend.process.send_signal(how)
    if how == signal.SIGSTOP:
        return lambda: backend.process.send_signal(signal.SIGCONT)
    backend.process.wait()
    return backend.start
