"""The rules of one route of a config, base URLs included."""

from collections.abc import Sequence

from strangler_proxy.compare.rules import Bases, Rules
from strangler_proxy.config.model import MONOLITH, Config, Route


def rules_of(config: Config, route: Route, *, also: Sequence[str] = ()) -> Rules:
    """What decides how the monolith's answers of this route are held against its service's.

    Users know the site by the route's hosts and by the address on which the proxy listens; `also` are base URLs that
    mean the same place besides.
    """
    hosts = [host for host in route.hosts if not host.startswith("*")]
    public = [
        f"http://{config.proxy.listen}",
        *(f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")),
        *also,
    ]
    if route.service is None:
        return Rules.of(route.compare, bases=Bases.of(config.backends[MONOLITH].urls, (), public))
    service = config.backends[route.service]
    bases = Bases.of(config.backends[MONOLITH].urls, service.urls, public)
    return Rules.of(route.compare, bases=bases, version_header=service.version_header)
