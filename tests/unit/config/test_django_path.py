"""Our reading of `path()` against Django's own resolver."""

import re
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import converters as django_converters
from django.urls.resolvers import _route_to_regex
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.config.django_path import DJANGO_CONVERTERS, DjangoPathError, route_to_regex

OWN = {"year": "[0-9]{4}", "sku": "[A-Z]{2}-(?:[0-9]+)"}


@pytest.fixture(autouse=True, scope="module")
def _registered_converters() -> Iterator[None]:
    """Make OWN known to Django too, as a project's `register_converter` does."""
    before = dict(django_converters.REGISTERED_CONVERTERS)
    for name, regex in OWN.items():
        kind = type(name, (django_converters.StringConverter,), {"regex": regex})
        django_converters.register_converter(kind, name)
    yield
    django_converters.REGISTERED_CONVERTERS.clear()
    django_converters.REGISTERED_CONVERTERS.update(before)
    django_converters.get_converters.cache_clear()
    _route_to_regex.cache_clear()


literals = st.text(alphabet="ab/-._~%+ $^*()[]{}|\\?é#&", max_size=8)
parameters = st.builds(
    lambda converter, name: f"<{converter}:{name}>" if converter else f"<{name}>",
    st.sampled_from(["", *DJANGO_CONVERTERS, *OWN]),
    st.sampled_from(["pk", "slug", "year", "größe", "_x"]),
)
well_formed = st.lists(st.one_of(literals, parameters), max_size=6).map("".join)
anything = st.text(alphabet="<>:/ab_1 \tint.", max_size=14)


def django_says(path: str) -> str | None:
    """The regular expression Django makes of `path`; None when Django refuses it, or its expression is none."""
    try:
        regex: str = _route_to_regex(path, True)[0]
        re.compile(regex)
    except (ImproperlyConfigured, re.error):
        return None
    return regex


def we_say(path: str) -> str | None:
    try:
        return route_to_regex(path, OWN)
    except DjangoPathError:
        return None


@given(well_formed.map(lambda rest: f"/{rest}"))
def test_a_well_formed_path_becomes_the_very_regex_that_django_makes(path: str) -> None:
    assert we_say(path) == django_says(path)


@given(anything)
def test_whatever_django_refuses_is_refused_and_beyond_it_only_stray_brackets(path: str) -> None:
    ours, django = we_say(path), django_says(path)
    stray = "<" in re.sub("<[^>]+>", "", path) or ">" in re.sub("<[^>]+>", "", path)
    assert ours == (None if stray else django)


def test_the_built_in_converters_are_djangos() -> None:
    assert {name: kind.regex for name, kind in django_converters.DEFAULT_CONVERTERS.items()} == dict(DJANGO_CONVERTERS)


def test_a_projects_own_converter_wins_over_a_built_in_one_as_in_django() -> None:
    assert route_to_regex("/<int:pk>/", {"int": "-?[0-9]+"}) == r"^/(?P<pk>-?[0-9]+)/\Z"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "/a/<int:pk/",
            'STR135 the "<" at character 4 opens no parameter. Close it, e.g. <int:pk>; '
            'a path with a literal "<" is written as regex.',
        ),
        (
            "/a/pk>/",
            'STR135 the ">" at character 6 closes no parameter. Open it, e.g. <int:pk>; '
            'a path with a literal ">" is written as regex.',
        ),
        ("/<int: pk>/", "STR135 <int: pk> has whitespace between its brackets. Write <int:pk>, as Django wants it."),
        (
            "/<itn:pk>/",
            'STR135 unknown converter "itn" in <itn:pk>. Did you mean "int"? '
            "Known are int, path, slug, str, uuid; add your own under [converters], with its regular expression.",
        ),
        ("/<pk>/<int:pk>/", 'STR135 the parameter "pk" is there twice. Give each parameter of a path its own name.'),
        (
            "/<int:2nd>/",
            'STR135 the parameter name "2nd" in <int:2nd> is not a Python identifier. '
            "Use letters, digits and underscores, not beginning with a digit: <int:pk>.",
        ),
    ],
)
def test_a_refused_path_says_what_and_how_to_mend_it(path: str, message: str) -> None:
    with pytest.raises(DjangoPathError) as caught:
        route_to_regex(path, {})
    assert str(caught.value) == message
