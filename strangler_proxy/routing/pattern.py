"""The path of a route as a test that agrees with Django's resolver, and its shape for the index."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from strangler_proxy.config.django_path import route_to_regex
from strangler_proxy.config.expression import compiled_quietly
from strangler_proxy.config.model import Route
from strangler_proxy.routing.shape import Shape, shape_of


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One compiled path, in two parts; compared by identity, so that a table can see at once that nothing changed.

    What follows the literal beginning is the same for most routes (`<int:pk>/`, or nothing), so it is compiled once for
    all of them, and is at hand for the processor whichever of ten thousand routes is tried.
    """

    prefix: str
    """How every path that matches begins, with its leading slash; may be empty."""
    match_rest: Callable[[str, int], re.Match[str] | None]
    """Takes the whole decoded path, and where the prefix ends in it."""
    shape: Shape

    def match(self, path: str) -> re.Match[str] | None:
        """How a decoded path with its leading slash matches; None: it does not."""
        return self.match_rest(path, len(self.prefix)) if path.startswith(self.prefix) else None


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
        path = route.path or "/"
        prefix = path.partition("<")[0]
        regex = route_to_regex(path, converters)
        return Pattern(prefix, _match_of(regex.removeprefix(f"^{re.escape(prefix)}")), shape_of(regex))
    compiled = compiled_quietly(route.regex)
    match = compiled.fullmatch if route.regex.endswith("$") else compiled.search
    return Pattern("", match, shape_of(route.regex))


@lru_cache(maxsize=1024)
def _match_of(expression: str) -> Callable[[str, int], re.Match[str] | None]:
    return compiled_quietly(expression).match
