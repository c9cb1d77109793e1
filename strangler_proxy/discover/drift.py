"""How far `strangler.toml` and the project's URLconf have moved apart. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from strangler_proxy.config.django_path import DJANGO_CONVERTERS
from strangler_proxy.config.model import Config, Route
from strangler_proxy.discover.answer import Answer, Endpoint
from strangler_proxy.discover.layout import lay_out
from strangler_proxy.discover.pattern import Link, LinkKind, Tongue, join, same_language


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """What one of the two has and the other lacks."""

    missing: tuple[Endpoint, ...]
    """Endpoints of the project that no route stands for: they go to the monolith, and cannot be moved."""
    unknown: tuple[Route, ...]
    """Routes that stand for no endpoint: the project has lost it, or a person wrote the route by hand."""


def missing_endpoints(config: Config, answer: Answer) -> Drift:
    """The endpoints that the file lacks, in the project's order, and the routes that it has too many, in the file's.

    A route stands for an endpoint when it matches the same paths; which methods, hosts or headers it asks for is
    its own affair. What `strangler init` leaves out is not missing.
    """
    endpoints = {_key(entry.endpoint): entry.endpoint for entry in lay_out(answer) if entry.left_out is None}
    known = {same_language(endpoint.pattern.expression) for endpoint in answer.endpoints}
    routes = [(route, _route_key(route, config.converters)) for route in config.routes]
    covered = {key for _, key in routes}
    return Drift(
        missing=tuple(endpoint for key, endpoint in endpoints.items() if key not in covered),
        unknown=tuple(route for route, key in routes if key not in known),
    )


def _key(endpoint: Endpoint) -> str:
    return same_language(endpoint.pattern.expression)


def _route_key(route: Route, converters: Mapping[str, str]) -> str:
    if route.path is None:
        return same_language(route.regex or "")
    tongue = Tongue(converters={**DJANGO_CONVERTERS, **converters})
    return same_language(join([Link(kind=LinkKind.PATH, text=route.path.removeprefix("/"))], tongue).expression)
