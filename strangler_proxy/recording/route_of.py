"""Which route a recorded exchange belongs to, and by which rules its answers are compared. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from strangler_proxy.compare.route_rules import rules_of
from strangler_proxy.compare.rules import PLAIN, Bases, Rules
from strangler_proxy.config.model import Config, Route
from strangler_proxy.recording.exchange import Exchange, header
from strangler_proxy.routing.model import Request
from strangler_proxy.routing.table import RoutingTable


def with_routes(exchanges: Sequence[Exchange], config: Config) -> tuple[Exchange, ...]:
    """The exchanges with their routes: the one that was recorded where the config has it, else the one that matches."""
    known = {route.name for route in config.routes}
    table = RoutingTable.build(config)
    return tuple(one if one.route in known else replace(one, route=_matching(one, table)) for one in exchanges)


def _matching(exchange: Exchange, table: RoutingTable) -> str | None:
    def field(name: str) -> str | None:
        return header(exchange.request_headers, name.encode()) or None

    request = Request(
        method=exchange.method,
        target=exchange.target.encode(),
        host=field("host") or "",
        header=field,
        client_ip="127.0.0.1",
        request_id="",
        now=exchange.started,
    )
    route = table.decide(request, None).route
    return None if route is None else route.name


class RouteRules:
    """The rules of each exchange: its route's, or `plain` for one without; links to both sides mean the same."""

    def __init__(self, config: Config | None, today: date, *, urls: Sequence[str] = (), plain: Rules = PLAIN) -> None:
        """`today` decides which ignores have ended; `urls` are those of the side that is asked."""
        self._config = config
        self._today = today
        self._routes: Mapping[str, Route] = {} if config is None else {route.name: route for route in config.routes}
        self._urls = tuple(urls)
        self._plain = plain
        self._made: dict[tuple[str | None, str], Rules] = {}

    def of(self, exchange: Exchange) -> Rules:
        """The rules by which the exchange's answers are compared."""
        key = exchange.route, exchange.origin
        if key not in self._made:
            self._made[key] = self._rules(exchange).on(self._today)
        return self._made[key]

    def _rules(self, exchange: Exchange) -> Rules:
        route = None if exchange.route is None else self._routes.get(exchange.route)
        places = (exchange.origin, *self._urls)
        if self._config is None or route is None:
            return replace(self._plain, bases=Bases.of(places, places))
        return rules_of(self._config, route, also=places)
