"""Random tables and requests: the index, reloads and Django's own resolver."""

import re
from urllib.parse import unquote_to_bytes

from django.core.handlers.wsgi import get_path_info
from django.http import HttpResponse
from django.urls import Resolver404, URLResolver, path, re_path
from django.urls.resolvers import RegexPattern
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.config.django_path import route_to_regex
from strangler_proxy.config.model import Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.routing.conditions import compile_conditions
from strangler_proxy.routing.index import Index
from strangler_proxy.routing.model import Request, Why
from strangler_proxy.routing.shape import heads_of, shape_of
from strangler_proxy.routing.table import RoutingTable
from tests.unit.routing.examples import (
    config,
    django_paths,
    regexes,
    request_paths,
    requests,
    routes,
    table,
    target_of,
    thoroughly,
)


def matches(route: Route, decoded: str) -> bool:
    if route.regex is None:
        return re.search(route_to_regex(route.path or "", {}), decoded) is not None
    matcher = re.fullmatch if route.regex.endswith("$") else re.search
    return matcher(route.regex, decoded) is not None


def first_in_file_order(every_route: tuple[Route, ...], asked: Request) -> Route | None:
    """The plainest form of the rule that the table implements."""
    decoded = unquote_to_bytes(asked.target).decode()
    if not any(matches(route, decoded) for route in every_route) and not decoded.endswith("/"):
        decoded += "/"
    for route in every_route:
        conditions = compile_conditions(route)
        if (
            matches(route, decoded)
            and (not route.methods or asked.method in route.methods)
            and (conditions is None or conditions.hold(asked))
        ):
            return route
    return None


@thoroughly
@given(routes(), st.lists(requests, min_size=1, max_size=8))
def test_the_index_agrees_with_trying_every_route_in_file_order(every_route, asked):
    made = table(*every_route)
    for one in asked:
        assert made.decide(one).route == first_in_file_order(every_route, one)


@thoroughly
@given(routes(), routes(), st.lists(requests, min_size=1, max_size=8))
def test_a_reloaded_table_decides_as_one_built_afresh(before, after, asked):
    reloaded = RoutingTable.build(config(*after), previous=table(*before))
    fresh = table(*after)
    for one in asked:
        assert reloaded.decide(one) == fresh.decide(one)


@thoroughly
@given(st.one_of(regexes(), django_paths().map(lambda text: route_to_regex(text, {}))), st.data())
def test_every_path_that_an_expression_matches_has_its_shape(regex, data):
    matching = st.from_regex(regex, alphabet=st.sampled_from("ab1./xy-pjson$Aé"))
    decoded = data.draw(matching.filter(lambda text: "\n" not in text))  # which no path that is matched has
    heads = heads_of(decoded)
    for position, head in enumerate(shape_of(regex)):
        assert head is None or head == heads[position]


@thoroughly
@given(
    st.lists(st.lists(st.sampled_from((None, "a", "b", "c", "d")), max_size=4).map(tuple), max_size=40),
    st.lists(st.sampled_from(("a", "b", "c", "x")), max_size=5),
)
def test_the_index_leaves_out_no_shape_that_a_path_has_and_keeps_file_order(shapes, heads):
    candidates = list(Index(shapes).candidates("/".join(heads)))
    segments = "/".join(heads).split("/")
    fitting = {
        number
        for number, shape in enumerate(shapes)
        if all(
            head is None or (position < len(segments) and segments[position] == head)
            for position, head in enumerate(shape)
        )
    }
    assert fitting <= set(candidates)
    assert candidates == sorted(set(candidates))


@thoroughly
@given(
    st.lists(st.one_of(django_paths().map(lambda text: ("path", text)), regexes().map(lambda text: ("regex", text)))),
    st.lists(request_paths, min_size=1, max_size=8),
)
def test_the_table_matches_a_path_as_django_resolves_it(patterns, decoded_paths):
    made = table(
        *(
            Route(name=str(n), **{kind: text}, service="catalog", stage=Stage.SERVICE)
            for n, (kind, text) in enumerate(patterns)
        )
    )
    views = [
        path(text[1:], HttpResponse, {"n": str(n)})
        if kind == "path"
        else re_path(without_slash(text), HttpResponse, {"n": str(n)})
        for n, (kind, text) in enumerate(patterns)
    ]
    resolver = URLResolver(RegexPattern(r"^/"), views)
    for decoded in decoded_paths:
        target = target_of(decoded)
        decision = made.decide(Request("GET", target, "", lambda name: None, "", "id", 0.0))
        path_info = get_path_info({"PATH_INFO": unquote_to_bytes(target).decode("latin-1")})
        assert (decision.route and decision.route.name) == resolved_or_redirected(resolver, path_info)


def without_slash(regex: str) -> str:
    """The expression as Django's root resolver sees it, which has taken the leading slash off the path."""
    return re.sub(r"(\A|\|)\^/", r"\1^", regex)


def resolved_or_redirected(resolver: URLResolver, path_info: str) -> str | None:
    """What `CommonMiddleware` with APPEND_SLASH makes of a path."""
    for candidate in (path_info, path_info + "/"):
        try:
            return resolver.resolve(candidate).kwargs["n"]
        except Resolver404:
            if candidate.endswith("/"):
                return None
    return None


AMBIGUOUS_PIECES = (
    *(b"%2F", b"%2f", b"%5C", b"%5c", b"\\", b"%00", b"\x00", b"%0a", b"%0D", b"%7F", b"\x7f", b"\t", b" "),
    *(b";", b"%3B", b";v=1", b"%~", b"%4~", b"%zz", b"%C0%AF", b"%FF", b"%ED%A0%80", b"\xc3\xa9", b"\xff"),
    *(b"/../", b"/./", b"/%2e%2e/", b"/.%2E/", b"/%2E/", b"#", b"#x", b"%252F", b"%252e", b"%C2%85", b"%E2%80%A8"),
)


@thoroughly
@given(
    routes(),
    requests,
    st.sampled_from(AMBIGUOUS_PIECES),
    st.data(),
)
def test_an_ambiguous_path_reaches_no_service_under_any_table(some_routes, asked, piece, data):
    takes_all = Route(name="all", regex="^/?", service="catalog", stage=Stage.RETIRED)
    end = data.draw(
        st.sampled_from([n for n in range(1, len(asked.target) + 1) if b"%" not in asked.target[n - 2 : n]])
    )
    target = asked.target[:end] + piece + asked.target[end:]
    ambiguous = Request("GET", target, asked.host, asked.header, asked.client_ip, asked.request_id, 0.0)
    decision = table(*some_routes, takes_all).decide(ambiguous)
    assert (decision.backend, decision.why, decision.captured) == ("monolith", Why.AMBIGUOUS_PATH, False)
