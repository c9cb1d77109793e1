"""Captures reach the comparer, and what it does to itself reaches no user."""

import os
import signal
import time

from proxy_harness import answering, await_true, backend, config, plain, route

from strangler_proxy.proxy.supervisor import COMPARER_MODULE


def shadowed(scripted, **more):
    monolith = scripted(answering(plain(b"x" * 1000)))
    return config(monolith.url, backend("catalog", monolith.url), route("p", "/p/", "shadow"), **more)


def test_every_sampled_exchange_is_taken_by_the_comparer(scripted, proxied):
    proxy = proxied(shadowed(scripted, workers=2))
    await_comparer(proxy)
    before = proxy.metric("strangler_captures_received_total")
    for _ in range(20):
        assert proxy.get("/p/").status == 200
    await_true(lambda: proxy.metric('strangler_captures_received_total{route="p"}') - before >= 20)


def await_comparer(proxy):
    """Waits until every worker has reached the comparer: new connections go to any of them."""
    dropped = 'strangler_captures_dropped_total{reason="no-comparer"}'

    def all_taken():
        before = proxy.metric(dropped)
        return [proxy.get("/p/").status for _ in range(30)] and proxy.metric(dropped) == before

    await_true(all_taken)


def test_a_missing_comparer_costs_captures_and_nothing_else(scripted, proxied):
    proxy = proxied(shadowed(scripted))
    await_comparer(proxy)
    (comparer,) = proxy.children(COMPARER_MODULE)
    os.kill(comparer, signal.SIGKILL)
    statuses = []

    def one_is_dropped():
        statuses.append(proxy.get("/p/").status)
        return proxy.metric('strangler_captures_dropped_total{reason="no-comparer"}') > 0

    await_true(one_is_dropped, 5, "a capture that is dropped")
    assert set(statuses) == {200}


def test_a_hung_comparer_costs_captures_and_nothing_else(scripted, proxied):
    proxy = proxied(shadowed(scripted))
    await_comparer(proxy)
    (comparer,) = proxy.children(COMPARER_MODULE)
    os.kill(comparer, signal.SIGSTOP)
    try:
        slowest = 0.0
        with proxy.client() as client:
            for _ in range(6000):
                started = time.monotonic()
                assert client.get("/p/").status == 200
                slowest = max(slowest, time.monotonic() - started)
        assert proxy.metric('strangler_captures_dropped_total{reason="queue-full"}') > 0
        assert slowest < 0.5
    finally:
        os.kill(comparer, signal.SIGCONT)
