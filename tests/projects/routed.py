"""The route that the proxy would choose for a path, without starting it."""

from urllib.parse import quote

from strangler_proxy.routing.model import Request
from strangler_proxy.routing.table import RoutingTable


def routed(table: RoutingTable, path: str, method: str = "GET") -> str | None:
    """The name of the route that takes `method` and the (unquoted) `path`; None: no route does."""
    decision = table.decide(
        Request(
            method=method,
            target=quote(path).encode(),
            host="127.0.0.1",
            header=lambda name: None,
            client_ip="127.0.0.1",
            request_id="r",
            now=0.0,
        )
    )
    return decision.route.name if decision.route else None
