"""The route of a name, or an error that suggests the one that was meant."""

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
    hint = did_you_mean(name, [route.name for route in config.routes])
    raise UnknownRoute(
        f'there is no route "{name}".', where=where, remedy=f"{hint}See them all with `strangler routes`."
    )
