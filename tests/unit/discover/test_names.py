import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.config.patterns import NAME
from strangler_proxy.discover.names import route_names
from tests.unit.discover.examples import answer, endpoint


def names(*endpoints: dict[str, object]) -> list[str]:
    return route_names(answer(*endpoints).endpoints)


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (endpoint("a/", name="detail", namespaces=["catalogue"]), "catalogue-detail"),
        (endpoint("a/", name="auth_user_add", namespaces=["admin"]), "admin-auth-user-add"),
        (endpoint("a/", name="Größe & Gewicht"), "groe-gewicht"),
        (endpoint(""), "root"),
        (endpoint("orders/<int:pk>/lines/"), "orders-pk-lines"),
        (endpoint(r"^old/(?P<year>\d{4})/([a-z]+)/$"), "old-year"),
        (endpoint(r"^v1\.0/(?:a|b)/items/$"), "v1-0-items"),
        (endpoint("日本/"), "root"),
    ],
)
def test_a_name_comes_from_the_url_name_or_else_from_the_path(found: dict[str, object], name: str) -> None:
    assert names(found) == [name]


def test_of_several_equal_names_the_first_keeps_it_and_the_others_are_numbered() -> None:
    assert names(endpoint("a/", name="x"), endpoint("b/", name="x"), endpoint("c/", name="x"), endpoint("x-2/")) == [
        "x", "x-2", "x-3", "x-2-2",
    ]  # fmt: skip


def test_the_twin_with_a_format_suffix_is_called_so() -> None:
    assert names(endpoint("a/", name="x"), endpoint(r"^a\.(?P<format>[a-z]+)$", name="x")) == ["x", "x-format"]


@given(st.lists(st.text("ab-_:é /", max_size=4), max_size=12))
def test_names_are_always_unique_and_valid(url_names: list[str]) -> None:
    made = names(*(endpoint("a/", name=name) for name in url_names))
    assert len(set(made)) == len(url_names)
    assert all(re.fullmatch(NAME, name) for name in made)
