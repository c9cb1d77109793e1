"""Which endpoints become routes, and what is said about those that a person should mind."""

import pytest

from strangler_proxy.config.load import parse
from strangler_proxy.discover.layout import Entry, lay_out
from strangler_proxy.discover.write_config import config_text
from tests.unit.discover.examples import answer, endpoint

STATIC = "django.views.static.serve"


def entries(*endpoints: dict[str, object], debug: bool = False) -> list[Entry]:
    return list(lay_out(answer(*endpoints, debug=debug)))


def test_files_that_django_serves_for_debug_have_no_route_where_none_below_would_take_them() -> None:
    _, files, _ = entries(endpoint("^.*$"), endpoint("^media/(.*)$", view=STATIC), endpoint("a/"), debug=True)
    assert files.left_out == "Files that Django serves itself while DEBUG is on: no route, so the monolith answers."


def test_a_pattern_that_no_route_can_be_written_for_names_the_catch_all_that_takes_its_paths() -> None:
    broken, _, _ = entries(endpoint("^a(?i)b/$"), endpoint("c/"), endpoint("^.*$", name="all"))
    assert (broken.left_out or "").startswith("Not a valid expression for Python 3.")
    assert broken.notes == ('NOTE: route "all" below takes its paths: moving that one moves them, too.',)


def test_without_a_catch_all_below_nothing_is_said_of_one() -> None:
    _, broken, _ = entries(endpoint("^.*$", name="all"), endpoint("^a(?i)b/$"), endpoint("c/"))
    assert broken.notes == ()


def test_two_patterns_that_cannot_be_read_are_not_taken_for_the_same() -> None:
    unreadable = {"kind": "unreadable", "text": "", "by_language": {}}
    first, second = (endpoint(chain=[{**unreadable, "decided_by": f"shop.{name}"}]) for name in ("One", "Other"))
    assert [(entry.left_out or "").partition(" says")[0] for entry in entries(first, second)] == [
        "shop.One",
        "shop.Other",
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("semi;colon/", "has a semicolon"),
        ("back\\slash/", "has an encoded slash or a backslash"),
        ("tab\t/", "has a control character"),
        ("new\nline/", "has a control character"),
        ("a%20b/", "is percent-encoded twice"),
        ("dot/./x/", "has a dot segment"),
        ("/double/", "begins with two slashes"),
    ],
)
def test_a_path_that_the_proxy_leaves_to_the_monolith_is_a_route_with_a_note(text: str, what: str) -> None:
    (entry,) = entries(endpoint(text))
    assert entry.notes == (
        f"NOTE: the path {what}; the proxy leaves such paths to the monolith, so they cannot be moved.",
    )
    assert len(parse(config_text(answer(endpoint(text)))).routes) == 1


def test_an_unusual_path_that_the_proxy_does_route_has_no_note() -> None:
    assert [entry.notes for entry in entries(endpoint("grüße/q?m/h#h/100%/a//b/"), endpoint("^[;a]$"))] == [(), ()]
