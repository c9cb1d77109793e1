"""`strangler override`."""

import time

import pytest

from strangler_proxy.routing.override import verify
from tests.unit.cli.conftest import Run

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _secret(config: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRANGLER_OVERRIDE_SECRET", SECRET)


def test_the_proxy_takes_what_is_minted_until_it_expires(run: Run) -> None:
    document = run("override", "product-detail", "--side", "monolith", "--minutes", "5", "--json").json
    assert set(document) == {"header", "value", "route", "side", "expires"}
    assert document["header"] == "X-Strangler-Override"
    now = time.time()
    wish = verify(SECRET.encode(), document["value"], now)
    assert wish is not None
    assert (wish.side, wish.route) == ("monolith", "product-detail")
    assert verify(SECRET.encode(), document["value"], now + 301) is None


def test_standard_output_is_the_header_alone_so_that_curl_can_take_it(run: Run) -> None:
    ran = run("override", "*")
    assert ran.out.startswith("X-Strangler-Override: v1.service.*.")
    assert ran.out.count("\n") == 1
    assert "valid until" in ran.err


def test_a_month_is_the_longest(run: Run) -> None:
    assert run("override", "*", "--minutes", "43200").code == 0
    assert run("override", "*", "--minutes", "43201").code == 2


def test_an_unknown_route_is_refused(run: Run) -> None:
    ran = run("override", "prodct-detail")
    assert ran.code == 2
    assert 'Did you mean "product-detail"?' in ran.err


def test_without_a_secret_it_says_how_to_make_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRANGLER_OVERRIDE_SECRET", "")
    ran = run("override", "*")
    assert (ran.code, ran.out) == (4, "")
    assert "openssl rand" in ran.err
    monkeypatch.setenv("STRANGLER_OVERRIDE_SECRET", "short")
    assert run("override", "*").code == 1
