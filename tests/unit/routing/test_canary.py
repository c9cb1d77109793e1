"""Shares by hash: who is in, that growth sends nobody back, and that the shares are right."""

import math

import pytest
from django.http.cookie import parse_cookie
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.config.model import Canary, Compare, Route, Sticky, StickyKind
from strangler_proxy.config.stage import Stage
from strangler_proxy.routing.canary import bucket, is_sampled
from strangler_proxy.routing.cookies import cookie_value
from tests.unit.routing.examples import request, table, thoroughly

BY_ADDRESS = Sticky(kind=StickyKind.IP)
USERS = [f"user-{n}" for n in range(20_000)]


def canary(percent: float, sticky: Sticky = BY_ADDRESS, **more) -> Route:
    more = {"name": "one", "path": "/a/", "service": "catalog", **more}
    return Route(stage=Stage.CANARY, canary=Canary(percent=percent, sticky=sticky), **more)


def within_bound(count: int, of: int, percent: float) -> bool:
    """Five standard deviations of a fair draw: a right share fails once in a million sets of users."""
    share = percent / 100
    return abs(count - of * share) <= 5 * math.sqrt(of * share * (1 - share))


@thoroughly
@given(st.text(), st.floats(0, 100), st.floats(0, 100))
def test_growing_a_canary_never_moves_a_user_back(user, percent, other):
    smaller, larger = sorted((percent, other))
    asked = request("/a/", client_ip=user)
    if table(canary(smaller)).decide(asked).backend == "catalog":
        assert table(canary(larger)).decide(asked).backend == "catalog"


@pytest.mark.parametrize("percent", [0.1, 0.5, 10, 33.3, 50, 99])
def test_the_share_is_within_its_statistical_bound(percent):
    made = table(canary(percent))
    inside = sum(made.decide(request("/a/", client_ip=user)).backend == "catalog" for user in USERS)
    assert within_bound(inside, len(USERS), percent)


def test_the_captured_share_is_within_its_statistical_bound_and_independent_of_the_canary():
    made = table(canary(50, Sticky(kind=StickyKind.NONE), compare=Compare(sample_percent=20)))
    decisions = [made.decide(request("/a/", request_id=user)) for user in USERS]
    left = [decision for decision in decisions if decision.backend == "monolith"]
    assert within_bound(sum(decision.captured for decision in left), len(left), 20)


def test_two_services_have_independent_cohorts():
    both = sum(bucket("catalog", user) < 50 and bucket("orders", user) < 50 for user in USERS)
    assert within_bound(both, len(USERS), 25)


def test_a_user_is_on_one_side_for_all_routes_of_a_service():
    made = table(canary(50), canary(50, name="two", path="/b/"))
    for user in USERS[:200]:
        sides = {made.decide(request(target, client_ip=user)).backend for target in ("/a/", "/b/")}
        assert len(sides) == 1


@given(st.text(), st.text())
def test_a_bucket_is_at_least_0_and_below_100(service, key):
    assert 0 <= bucket(service, key) < 100


@given(st.text())
def test_0_percent_takes_nobody_and_100_percent_everybody(text):
    assert table(canary(0)).decide(request("/a/", client_ip=text)).backend == "monolith"
    assert table(canary(100)).decide(request("/a/", client_ip=text)).backend == "catalog"
    assert not is_sampled(text, 0)
    assert is_sampled(text, 100)


@pytest.mark.parametrize(
    ("sticky", "of_user"),
    [
        (
            Sticky(kind=StickyKind.COOKIE, name="sessionid"),
            lambda user: {"headers": {"cookie": f"a=b; sessionid={user}"}},
        ),
        (Sticky(kind=StickyKind.HEADER, name="X-User"), lambda user: {"headers": {"x-user": user}}),
        (Sticky(kind=StickyKind.IP), lambda user: {"client_ip": user}),
    ],
)
def test_a_user_stays_on_the_side_of_their_key_whatever_the_request(sticky, of_user):
    made = table(canary(50, sticky))
    for user in USERS[:100]:
        sides = {made.decide(request("/a/", request_id=f"id-{n}", **of_user(user))).backend for n in range(5)}
        assert sides == {"catalog" if bucket("catalog", user) < 50 else "monolith"}


@pytest.mark.parametrize(
    "sticky",
    [
        Sticky(kind=StickyKind.COOKIE, name="sessionid"),
        Sticky(kind=StickyKind.HEADER, name="X-User"),
        Sticky(kind=StickyKind.NONE),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"cookie": "sessionid=; x=1", "x-user": ""}])
def test_a_crowd_without_a_key_behind_one_address_is_shared_out_by_request(sticky, headers):
    made = table(canary(50, sticky))
    inside = sum(made.decide(request("/a/", headers=headers, request_id=user)).backend == "catalog" for user in USERS)
    assert within_bound(inside, len(USERS), 50)


@thoroughly
@given(
    st.text('ab=;," \\0173\t')
    | st.lists(st.sampled_from(("s=1", ' s = "2\\"" ', "s", "S=3", "as=4", '="'))).map(";".join)
)
def test_a_cookie_is_read_as_django_reads_it(header):
    cookies = parse_cookie(header)
    for name in ("s", "a", "b", "S"):
        assert cookie_value(header, name) == cookies.get(name)
