"""Whom a pool asks, first and at all, by what is known of its origins."""

import random

import pytest

from strangler_proxy.config.model import Backend
from strangler_proxy.proxy import pool as pool_module
from strangler_proxy.proxy.pool import Origin, Pool

A, B, C = "http://a:1", "http://b:2", "http://c:3"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pool_module, "monotonic", clock)
    return clock


def made(*urls: str, name: str = "catalog", health: str | None = None, told: list[str] | None = None) -> Pool:
    backend = Backend(name=name, urls=urls, eject_after=2, eject_ms=1000, slow_start_ms=10_000, health=health)

    def on_turn(pool: Pool, origin: Origin, why: str) -> None:
        if told is not None:
            told.append(f"{origin.url} {origin.health.phase} {why}".strip())

    return Pool(backend, random.Random(3), on_turn)


def asked(pool: Pool, last_resort: bool = True) -> list[str]:
    order = pool.order_in_trouble(last_resort) if pool.in_trouble else pool.order()
    return [origin.url for origin in order]


def eject(pool: Pool, *urls: str) -> None:
    for origin in pool.origins:
        if origin.url in urls:
            for _ in range(2):
                pool.failed(origin, "timeout")


def test_a_left_out_origin_is_not_asked_and_the_others_are_in_turn(clock):
    told: list[str] = []
    pool = made(A, B, C, told=told)
    eject(pool, B)
    assert told == [f"{B} open timeout"]
    assert pool.left_out == 1
    for _ in range(6):
        assert sorted(asked(pool)) == [A, C]
    assert {asked(pool)[0] for _ in range(6)} == {A, C}


def test_when_all_are_left_out_only_the_last_resort_asks_them(clock):
    pool = made(A, B)
    eject(pool, A, B)
    assert asked(pool, last_resort=False) == []
    assert sorted(asked(pool)) == [A, B]


def test_of_the_monolith_one_url_is_always_asked(clock):
    pool = made(A, B, name="monolith")
    eject(pool, A, B)
    assert asked(pool, last_resort=False) == [B]
    only = made(A, name="monolith")
    eject(only, A)
    assert not only.in_trouble


def test_one_request_is_the_trial_and_the_others_go_elsewhere(clock):
    told: list[str] = []
    pool = made(A, B, told=told)
    eject(pool, A)
    clock.now += 2
    assert asked(pool) == [A, B]
    assert [asked(pool) for _ in range(3)] == [[B]] * 3
    pool.succeeded(pool.origins[0])
    assert told[-1] == f"{A} closed"


def test_with_a_health_path_no_request_is_a_trial(clock):
    pool = made(A, B, health="/healthz")
    eject(pool, A)
    clock.now += 2
    assert [asked(pool) for _ in range(4)] == [[B]] * 4
    pool.checked(pool.origins[0], "")
    assert sorted(asked(pool)) == [A, B]


def test_a_returned_origin_gets_its_share_by_and_by(clock):
    pool = made(A, B, health="/healthz")
    eject(pool, A)
    clock.now += 2
    pool.checked(pool.origins[0], "")
    first = []
    for wait in (0.0, 5.0, 6.0):
        clock.now += wait
        pool.sweep(clock.now)
        first.append(sum(asked(pool)[0] == A for _ in range(1000)))
    assert 20 < first[0] < 90, "a tenth of its half"
    assert 200 < first[1] < 300, "half of its half"
    assert first[2] == 500
    assert not pool.in_trouble
