"""`strangler override ROUTE`: the signed header with which a tester chooses the side, whatever the stage."""

import os
import time
from datetime import UTC, datetime
from typing import cast

import click

from strangler_proxy.cli.failure import NoSecret
from strangler_proxy.cli.parameters import ROUTE
from strangler_proxy.cli.session import SECRET_VARIABLE, Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.known_route import route_named
from strangler_proxy.config.load import load
from strangler_proxy.routing.override import (
    EVERY_ROUTE,
    HEADER,
    MAX_LIFETIME_SECONDS,
    Side,
    mint,
)

LONGEST_MINUTES = MAX_LIFETIME_SECONDS // 60


@verb(
    "override",
    examples=(
        Example("strangler override product-detail", "a header that sends its bearer to the route's service"),
        Example("strangler override '*' --side monolith --minutes 5", "every route answered by the monolith"),
    ),
)
@click.argument("route", type=ROUTE)
@click.option("--side", type=click.Choice(["service", "monolith"]), default="service", show_default=True)
@click.option(
    "--minutes", type=click.IntRange(1, LONGEST_MINUTES), default=60, show_default=True, help="How long it lasts."
)
def override(session: Session, route: str, side: str, minutes: int) -> None:
    """Make the signed header that sends a tester to one side.

    It is signed with the secret in STRANGLER_OVERRIDE_SECRET, which the proxy must have too; nobody can make one
    without it. ROUTE is a route's name, or '*' for every route.
    """
    secret = os.environ.get(SECRET_VARIABLE, "")
    if not secret:
        raise NoSecret(f"{SECRET_VARIABLE} is not set.", remedy=NoSecret.usual_remedy)
    if route != EVERY_ROUTE:
        route_named(load(session.config_path), route, str(session.config_path))
    expires = int(time.time()) + minutes * 60
    value = mint(secret.encode(), side=cast(Side, side), route=route, expires=expires)
    header = "-".join(part.title() for part in HEADER.split("-"))
    until = datetime.fromtimestamp(expires, UTC).isoformat()
    document = {"header": header, "value": value, "route": route, "side": side, "expires": until}
    session.answer(document, lambda: f"{header}: {value}")
    session.say(f"valid until {until}; whoever has it is answered by the {side}. Try: curl -H '{header}: …' URL")
