"""One expression for a chain of patterns, held against Django's own resolver."""

import re

import pytest
from django.urls.resolvers import RegexPattern, Resolver404, RoutePattern, URLPattern, URLResolver
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.discover.pattern import Link, LinkKind, Pattern, Tongue, join, same_language
from strangler_proxy.discover.sample import sample_path

TONGUE = Tongue(languages=("en", "de", "fr"), default_language="en")
EVERYWHERE = Link(kind=LinkKind.LOCALE)
NOT_FOR_DEFAULT = Link(kind=LinkKind.LOCALE, prefix_default=False)


def path(text: str, **by_language: str) -> Link:
    return Link(kind=LinkKind.PATH, text=text, by_language=by_language)


def regex(text: str) -> Link:
    return Link(kind=LinkKind.REGEX, text=text)


def joined(*chain: Link) -> str:
    pattern = join(chain, TONGUE)
    return pattern.path or pattern.expression


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ([path("")], "/"),
        ([path("shop/<slug:shop>/"), path("items/<pk>/")], "/shop/<slug:shop>/items/<pk>/"),
        ([path("v1.0/"), regex(r"^items/$")], r"^/v1\.0/items/$"),
        ([regex(r"^items/"), path("<int:pk>/")], r"^/items/(?P<pk>[0-9]+)/\Z"),
        ([path("a/<pk>/"), path("b/<pk>/")], r"^/a/(?P<pk>[^/]+)/b/(?P<pk_2>[^/]+)/\Z"),
        ([path("a<b/")], r"^/a<b/\Z"),
        ([path("<path:p>/"), path("b/")], r"^/(?>(?P<p>.+)/)b/\Z"),
        ([regex("loose/")], "^/.*?loose/"),
        ([regex("loose/$")], "^/loose/$"),
        ([regex("loose/$"), path("b/")], r"^/(?>.*?loose/$)b/\Z"),
        ([regex("^top$|other$")], "^/(?:top$|other$)"),
        ([regex("^top|other$")], r"^/(?:top|other$)\Z"),
        ([regex(r"^price\$")], r"^/(?:price\$)\Z"),
        ([regex(r"^back\\$")], r"^/back\\$"),
        ([regex("(?i)^top|other$")], r"^/(?i:top|other$)\Z"),
        ([regex(r"\Aanchored/\Z")], r"^/anchored/\Z"),
        ([regex("")], "^/"),
        ([regex("(?P<all>.*)$")], "^/(?P<all>.*)$"),
        ([regex("^a/$"), path("b/")], r"^/a/$b/\Z"),
        ([regex("(?i)^a/"), regex("^b$")], "^/(?i:a/)b$"),
        ([regex("^(?i)a/$")], "^/(?i:a/$)"),
        ([regex("(?x) ^a/ "), regex("^b$")], "^/(?x:a/ )b$"),
        ([regex("(?x) # begin [\n ^a/ [#] # or (\n | ^b/ # end")], "^/(?x:a/ [#] \n |b/ )"),
        ([regex("(?x) ^a/ # in $")], r"^/(?x:a/ )\Z"),
        ([regex("^a/|^b/"), path("c/")], r"^/(?:a/|b/)c/\Z"),
        ([regex("^(?:a|b)/[|]/"), path("c/")], r"^/(?:a|b)/[|]/c/\Z"),
        ([regex("^[]|]/"), path("c/")], r"^/[]|]/c/\Z"),
        ([regex(r"^(\w+)/"), regex(r"^(a|b)\1$")], r"^/(\w+)/(a|b)\2$"),
        ([regex(r"^(?P<a>\w)/"), regex(r"^(?P<a>\d)(?P=a)$")], r"^/(?P<a>\w)/(?P<a_2>\d)(?P=a_2)$"),
        ([regex(r"^(\w)/"), regex("^(z)?(?(1)b|c)/$")], r"^/(\w)/(z)?(?(2)b|c)/$"),
        ([regex(r"^\w+"), regex("^a$")], r"^/(?>\w+)a$"),
        ([EVERYWHERE, path("a/")], r"^/(?:en/|de/|fr/)a/\Z"),
        ([NOT_FOR_DEFAULT, path("a/")], r"^/(?>(?:de/|fr/)?)a/\Z"),
        ([EVERYWHERE, path("x/", de="y/", fr="x/", en="x/")], r"^/(?:en/x/\Z|de/y/\Z|fr/x/\Z)"),
        ([NOT_FOR_DEFAULT, path("x/", de="y/", fr="z/", en="x/")], r"^/(?:x/\Z|de/y/\Z|fr/z/\Z)"),
        ([path("x/", de="y/", fr="x/", en="x/")], r"^/(?:x/\Z|y/\Z)"),
    ],
)
def test_a_chain_is_joined(chain: list[Link], expected: str) -> None:
    assert joined(*chain) == expected


def test_a_projects_own_converter_that_has_a_built_in_name_is_the_one_that_counts() -> None:
    tongue = Tongue(converters={**TONGUE.converters, "int": "-?[0-9]+"})
    pattern = join([path("<int:pk>/")], tongue)
    assert pattern == Pattern(path="/<int:pk>/", regex=None, expression=r"^/(?P<pk>-?[0-9]+)/\Z")


@pytest.mark.parametrize(
    ("name", "regex"), [("4digits", "[0-9]{4}"), ("a.b", "a"), ("größe", "a"), ("n", "(?P<x>a)"), ("n", ""), ("n", "(")]
)
def test_a_converter_that_the_file_cannot_hold_is_written_out(name: str, regex: str) -> None:
    pattern = join([path(f"<{name}:p>/")], Tongue(converters={name: regex}))
    assert (pattern.path, pattern.regex) == (None, rf"^/(?P<p>{regex})/\Z")


def test_a_link_without_an_expression_makes_the_whole_match_nothing() -> None:
    pattern = join([Link(kind=LinkKind.UNREADABLE), path("a/")], TONGUE)
    assert (pattern.is_readable, pattern.expression) == (False, r"^/(?!)a/\Z")


def test_patterns_that_differ_in_names_alone_are_the_same_language() -> None:
    one, other = join([path("a/<int:pk>/")], TONGUE), join([regex("^a/(?P<id>[0-9]+)/$")], TONGUE)
    assert same_language(one.expression) == same_language(other.expression)
    assert same_language(one.expression) != same_language(join([path("a/<pk>/")], TONGUE).expression)


PATHS = ["", "a/", "ab/", "<int:n>/", "<slug:s>-", "<path:p>/", "<x>/b/"]
REGEXES = [
    "", "^$", "^a/", "a/", "^ab?", r"^(\d)/", "^(a|b)/", "b|^a/", "(?i)^A/", "^a/$", "^[^/]+/", r"^(?P<w>\w+)", "^.*/",
    "^(a/)*", r"(\w)\1", "^(?!b)", r"^\w*?b/", "a$", "a/|^b$", "^1|a$", r"^(a)?(?(1)b|1)",
    "(?x) ^a # $", "(?x) # |\n ^a/ | b$",
]  # fmt: skip
links = st.one_of(st.sampled_from(PATHS).map(path), st.sampled_from(REGEXES).map(regex))


@given(st.lists(links, min_size=1, max_size=4), st.lists(st.text("ab1A/-", max_size=7), max_size=5))
def test_a_path_matches_exactly_when_django_resolves_it(chain: list[Link], rests: list[str]) -> None:
    expression = join(chain, TONGUE).expression
    django = resolver(chain)
    sample = sample_path(expression)
    for target in [*(f"/{rest}" for rest in rests), *([sample] if sample else [])]:
        assert (re.search(expression, target) is not None) == resolves(django, target), (expression, target)


def resolver(chain: list[Link]) -> URLResolver:
    def django_pattern(link: Link, is_endpoint: bool) -> RoutePattern | RegexPattern:
        made = RoutePattern if link.kind is LinkKind.PATH else RegexPattern
        return made(link.text, is_endpoint=is_endpoint)

    entry: URLPattern | URLResolver = URLPattern(django_pattern(chain[-1], True), lambda request: None)
    for link in reversed(chain[:-1]):
        entry = URLResolver(django_pattern(link, False), [entry])
    return URLResolver(RegexPattern("^/"), [entry])


def resolves(django: URLResolver, target: str) -> bool:
    try:
        django.resolve(target)
    except Resolver404:
        return False
    return True
