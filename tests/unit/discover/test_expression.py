import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.discover.expression import ends_in_one_way
from strangler_proxy.discover.sample import sample_path


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("foo/", True),
        ("foo/|bar/", True),
        (r"[\w-]*_\d+/", True),
        ("[^/]+/", True),
        ("(?:a|bc)/x/", True),
        ("(?P<a>[a-z]+/){2}", False),
        (".*/", False),
        (r"(\w+/)*x/", False),
        (r"\w+", False),
        ("ab?", False),
        ("(unclosed", False),
    ],
)
def test_it_is_known_whether_an_expression_can_end_in_several_places(expression: str, answer: bool) -> None:
    assert ends_in_one_way(expression) is answer


parts = st.sampled_from(["a", "/", "[^/]+", r"\w*", "(?:a|b/)", "(a)", ".", "b?", "(?:a/){2}", "[a/]", "(?>a*)"])


@given(st.lists(parts, min_size=1, max_size=4).map("".join), st.text("ab/", max_size=9))
def test_what_is_said_to_end_in_one_way_matches_at_most_one_beginning_of_any_text(expression: str, text: str) -> None:
    if ends_in_one_way(expression):
        assert sum(re.fullmatch(expression, text[:end]) is not None for end in range(len(text) + 1)) <= 1


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        (r"^/a/(?P<pk>[0-9]+)/\Z", "/a/1/"),
        (r"^/(?P<slug>[\w-]+(/[\w-]+)*)_(?P<pk>\d+)/$", "/a/a_1/"),
        (r"^/(a|b)\1$", "/aa"),
        ("^/(?!a)[a-c]*$", "/"),
        ("^/x(?i:foo)[^a](json|api)/?$", "/xfoo1json/"),
        (r"^/(?>(?:de/|fr/)?)x/\Z", "/de/x/"),
        ("^/(unclosed", None),
        (r"^/a\Zb", None),
    ],
)
def test_a_sample_is_the_plainest_path_that_matches(expression: str, path: str | None) -> None:
    assert sample_path(expression) == path
