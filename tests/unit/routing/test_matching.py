"""Which route takes a request: order, methods, hosts, headers, and the path without its last slash."""

import pytest
from django.http.request import split_domain_port

from strangler_proxy.config.model import Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.routing.conditions import host_name
from strangler_proxy.routing.index import Index
from strangler_proxy.routing.model import Why
from strangler_proxy.routing.pattern import compile_pattern
from strangler_proxy.routing.shape import shape_of
from strangler_proxy.routing.table import RoutingTable
from tests.unit.routing.examples import config, decide, request, table


def served(name: str, path: str = "/a/", **rules) -> Route:
    return Route(name=name, path=path, service="catalog", stage=Stage.SERVICE, **rules)


def taken_by(made: RoutingTable, *asked, **more) -> str | None:
    route = made.decide(request(*asked, **more)).route
    return route and route.name


def test_the_first_route_in_file_order_wins_over_a_more_exact_one():
    made = table(served("wide", "/<slug:any>/"), served("exact", "/a/"))
    assert taken_by(made, "/a/") == "wide"


def test_a_request_that_no_route_matches_goes_to_the_monolith():
    decision = table(served("one")).decide(request("/b/"))
    assert (decision.route, decision.stage, decision.backend) == (None, Stage.MONOLITH, "monolith")
    assert (decision.why, decision.reason) == (Why.NO_ROUTE, "no route matches: the monolith answers")


def test_the_query_takes_no_part_in_matching():
    assert taken_by(table(served("one")), "/a/?next=/b/%2F;%zz") == "one"


def test_get_does_not_imply_head():
    made = table(served("one", methods=("GET",)))
    assert [taken_by(made, "/a/", method) for method in ("GET", "HEAD")] == ["one", None]


def test_two_routes_can_share_a_path_by_method():
    made = table(served("read", methods=("GET",)), served("write", methods=("POST",)))
    assert [taken_by(made, "/a/", method) for method in ("GET", "POST", "PUT")] == ["read", "write", None]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("example.com", "exact"),
        ("EXAMPLE.com:8000", "exact"),
        ("example.com.", "exact"),
        ("shop.example.com", "below"),
        ("a.b.example.com:80", "below"),
        ("badexample.com", None),
        ("example.com.evil.org", None),
        ("", None),
    ],
)
def test_a_host_rule_is_held_against_the_name_without_port(host, name):
    made = table(served("exact", hosts=("example.com",)), served("below", hosts=("*.example.com",)))
    assert taken_by(made, "/a/", host=host) == name


@pytest.mark.parametrize(
    "host", ["Example.com", "example.com:8000", "example.com.", "[::1]:80", "[::1]", "127.0.0.1:1"]
)
def test_a_host_name_is_what_django_takes_it_for(host):
    assert host_name(host) == split_domain_port(host)[0]


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"x-client": "app", "x-version": "12"}, "strict"),
        ({"x-client": "app", "x-version": "12b"}, "present"),
        ({"x-client": "App", "x-version": "12"}, "present"),
        ({"x-client": ""}, "present"),
        ({"x-version": "12"}, None),
    ],
)
def test_all_header_rules_of_a_route_must_hold(headers, name):
    made = table(
        served("strict", headers={"x-client": "app", "x-version": "~[0-9]+"}),
        served("present", headers={"X-Client": "*"}),
    )
    assert taken_by(made, "/a/", headers=headers) == name


def test_a_path_without_its_last_slash_is_taken_too():
    assert taken_by(table(served("one")), "/a?x=1") == "one"


def test_a_path_without_its_last_slash_is_not_taken_when_append_slash_is_off():
    assert taken_by(table(served("one"), append_slash=False), "/a") is None


def test_a_route_for_the_path_as_it_is_comes_before_the_one_with_a_slash():
    assert taken_by(table(served("slash", "/a/"), served("bare", "/a")), "/a") == "bare"


def test_a_route_for_the_path_as_it_is_blocks_the_one_with_a_slash_whatever_its_method():
    made = table(served("bare", "/a", methods=("GET",)), served("slash", "/a/"))
    assert taken_by(made, "/a", "POST") is None


def test_no_slash_is_ever_taken_away():
    assert taken_by(table(served("bare", "/a")), "/a/") is None


@pytest.mark.parametrize(
    ("target", "matched"),
    [("/caf%C3%A9/", True), ("/caf%c3%a9/", True), ("/cafe/", False), ("/%63af%C3%A9/", True)],
)
def test_a_path_is_percent_decoded_before_it_is_matched(target, matched):
    assert (taken_by(table(served("one", "/café/")), target) == "one") is matched


def test_a_regex_that_ends_with_an_escaped_dollar_sign_must_match_the_whole_path_as_in_django():
    made = table(Route(name="one", regex=r"^/a\$", service="catalog", stage=Stage.SERVICE))
    assert [taken_by(made, target) for target in ("/a$", "/a$b")] == ["one", None]


def test_the_project_s_own_converters_are_used_and_their_change_is_seen_at_a_reload():
    route = served("one", "/<year:y>/")
    before = RoutingTable.build(config(route, converters={"year": "[0-9]{4}"}))
    after = RoutingTable.build(config(route, converters={"year": "[0-9]{2}"}), previous=before)
    assert [taken_by(made, "/2024/") for made in (before, after)] == ["one", None]


def test_a_reload_takes_over_what_it_shares_with_the_table_before():
    before = table(served("one", "/a/"), served("two", "/b/<int:pk>/"))
    after = RoutingTable.build(config(served("one", "/a/"), served("two", "/b/<int:pk>/", methods=("GET",))), before)
    assert after._index is before._index
    assert after._routes[0] is before._routes[0]
    assert after._routes[1].pattern is before._routes[1].pattern


@pytest.mark.parametrize(
    ("regex", "shape"),
    [
        (r"^/api/(?P<pk>[0-9]+)/lines/\Z", ("", "api", None, "lines", "")),
        (r"^/products\.(?P<format>[a-z0-9]+)/?$", ("", "products")),
        (r"^/products/(?P<pk>[^/.]+)/$", ("", "products", None, "")),
        (r"^/a\-b/(?P<rest>.+)\Z", ("", "a-b")),
        (r"^/a/(?:b/)?c/$", ("", "a")),
        (r"^/a/b", ("", "a")),
        (r"^/a/?$", ("",)),
        (r"^/a/$|^/b/$", ()),
        (r"/a/", ()),
        (r"^/(?i:a)/b/$", ()),
    ],
)
def test_the_shape_of_an_expression_is_what_all_its_paths_have_in_common(regex, shape):
    assert shape_of(regex) == shape


def test_ten_thousand_routes_of_one_form_leave_a_handful_of_candidates():
    index = Index([("", "api", None, f"part{n}", None, "") for n in range(10_000)])
    assert list(index.candidates("/api/acme/part77/17/")) == [77]


def test_candidates_that_say_nothing_of_their_segments_stay_in_file_order():
    index = Index([(), ("", "a"), (), ("", "b"), (), ("", "a"), (), (), ("", "c")])
    assert list(index.candidates("/a/")) == [0, 1, 2, 4, 5, 6, 7]


def test_a_decision_of_a_route_is_one_object_for_all_its_requests():
    made = table(served("one", "/a/<int:pk>/"))
    assert made.decide(request("/a/1/")) is made.decide(request("/a/2/"))


def test_a_route_with_a_regex_and_one_with_a_path_are_tried_together():
    legacy = Route(name="legacy", regex="^/(?:old|new)/$", service="orders", stage=Stage.RETIRED)
    assert decide(legacy, request("/new/")).backend == "orders"
    assert taken_by(table(served("one", "/new/"), legacy), "/old/") == "legacy"


def test_paths_that_end_alike_share_one_expression_and_it_still_sees_what_stands_before():
    products, orders = (
        compile_pattern(Route(name="r", path=f"/{name}/<int:pk>/"), {}) for name in ("products", "orders")
    )
    assert products.match_rest is orders.match_rest
    assert products.match("/products/7/")["pk"] == "7"
    assert products.match("/orders/7/") is None
    behind = compile_pattern(Route(name="r", path="/a/<tail:t>"), {"tail": "(?<=/)b"})
    assert behind.match("/a/b")["t"] == "b"
