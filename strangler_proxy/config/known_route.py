"""The route of a name, or an error that suggests the one that was meant."""

from collections.abc import Sequence

from strangler_proxy.config.errors import UnknownRoute
from strangler_proxy.config.model import Config, Route
from strangler_proxy.config.words import did_you_mean


def route_named(config: Config, name: str, where: str) -> Route:
    """The route called `name`.

    Raises: UnknownRoute when the config, which `where` names, has none.
    """
    for route in config.routes:
        if route.name == name:
            return route
    raise no_such_route(name, [route.name for route in config.routes], where)


def no_such_route(name: str, known: Sequence[str], where: str) -> UnknownRoute:
    """The error for a name that none of the `known` routes has."""
    hint = did_you_mean(name, known)
    return UnknownRoute(
        f'there is no route "{name}".', where=where, remedy=f"{hint}See them all with `strangler routes`."
    )
