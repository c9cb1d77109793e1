"""The kind of a request tells what was covered, and no value of a user."""

import pytest

from strangler_proxy.config.model import Route
from strangler_proxy.routing.pattern import compile_pattern
from strangler_proxy.shadow.shape import OTHER, Shapes, routed, shape_of


def match(path):
    return compile_pattern(Route(name="r", path=path), {}).match


@pytest.mark.parametrize(
    ("path", "target", "kind"),
    [
        ("/p/<int:pk>/", b"/p/7/", "GET pk=number anonymous 200"),
        ("/p/<int:pk>/", b"/p/0/", "GET pk=zero anonymous 200"),
        ("/p/<int:pk>/", b"/p/99999999999/", "GET pk=long-number anonymous 200"),
        ("/p/<int:pk>/", b"/p/7", "GET pk=number anonymous 200"),
        ("/p/<slug:name>/", b"/p/red-hat_2/", "GET name=slug anonymous 200"),
        ("/p/<slug:name>/", b"/p/hat/", "GET name=word anonymous 200"),
        ("/p/<str:name>/", "/p/hüte/".encode(), "GET anonymous 200"),
        ("/p/<str:name>/", b"/p/h%C3%BCte/", "GET name=text anonymous 200"),
        ("/p/<uuid:key>/", b"/p/6ba7b810-9dad-11d1-80b4-00c04fd430c8/", "GET key=uuid anonymous 200"),
        ("/p/<path:rest>", b"/p/a/b.txt", "GET rest=path anonymous 200"),
        ("/p/<str:day>/", b"/p/2026-01-31/", "GET day=date anonymous 200"),
        ("/p/", b"/p/?sort=-name&page=2&page=3", "GET ?page,sort anonymous 200"),
        ("/p/", b"/p/?email=a%40b.c&4111111111111111=1", "GET ?email,… anonymous 200"),
        (
            "/p/",
            b"/p/?" + b"&".join(b"k%c=1" % letter for letter in b"abcdefghijk"),
            "GET ?" + ",".join(f"k{letter}" for letter in "abcdefgh") + ",… anonymous 200",
        ),
    ],
)
def test_a_kind_has_the_classes_of_values_and_the_keys_of_the_query(capture, path, target, kind) -> None:
    assert shape_of(capture(target=target), routed(target, match(path))) == kind


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        (((b"Cookie", b"csrftoken=a; sessionid=b"),), "logged-in"),
        (((b"authorization", b"Bearer x"),), "logged-in"),
        (((b"Cookie", b"csrftoken=sessionid=1; xsessionid=b"),), "anonymous"),
        ((), "anonymous"),
    ],
)
def test_a_session_or_an_authorization_is_somebody(capture, headers, who) -> None:
    asked = capture(request_headers=headers, status=404)
    assert shape_of(asked, routed(asked.target, match("/p/"))) == f"GET ?page {who} 404"


def test_the_kinds_of_a_route_are_bounded() -> None:
    shapes = Shapes()
    known = [shapes.known("r", str(number)) for number in range(300)]
    assert known[199] == "199"
    assert known[200:] == [OTHER] * 100
    assert shapes.known("r", "7") == "7"
    assert shapes.known("other route", "201") == "201"
