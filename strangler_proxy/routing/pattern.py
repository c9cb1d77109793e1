"""The path of a route as a test that agrees with Django's resolver, and its shape for the index."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from strangler_proxy.config.django_path import route_to_regex
from strangler_proxy.config.expression import compiled_quietly
from strangler_proxy.config.model import Route
from strangler_proxy.routing.shape import Shape, shape_of


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One compiled path; compared by identity, so that a table can see at once that nothing changed."""

    match: Callable[[str], re.Match[str] | None]
    """Takes the decoded path with its leading slash."""
    shape: Shape


def has_parameter(route: Route) -> bool:
    """Whether the path has a converter, or the expression a group that captures: then it stands for many addresses."""
    if route.regex is None:
        return "<" in (route.path or "")  # outside a converter the bracket is refused
    return compiled_quietly(route.regex).groups > 0


def compile_pattern(route: Route, converters: Mapping[str, str]) -> Pattern:
    r"""Return the test that takes just the paths which Django's `path()` or `re_path()` takes for the same text.

    An expression that ends with a dollar sign (even an escaped one) must match the whole path, any other is searched.
    What a converter's `to_python` refuses after its expression matched is not seen here: the service refuses it too.

    Source: `django.urls.resolvers.RegexPattern.match`, `RoutePattern.match` (Django 5.2).
    """
    if route.regex is None:
        regex = compiled_quietly(route_to_regex(route.path or "/", converters))
        return Pattern(match=regex.match, shape=shape_of(regex.pattern))  # begins with ^: match finds what search does
    regex = compiled_quietly(route.regex)
    match = regex.fullmatch if route.regex.endswith("$") else regex.search
    return Pattern(match=match, shape=shape_of(route.regex))
