"""`strangler explain METHOD URL`: which backend the running proxy would ask, and why, without sending anything."""

import os
from typing import Any

import click

from strangler_proxy.cli.imagined import Imagined, imagined_request
from strangler_proxy.cli.render import percent_text, stage_text
from strangler_proxy.cli.session import SECRET_VARIABLE, Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.load import load
from strangler_proxy.config.model import MONOLITH, Config, StickyKind
from strangler_proxy.routing.canary import sticky_key
from strangler_proxy.routing.model import Decision, Why
from strangler_proxy.routing.outcomes import CAPTURED_METHODS, RULES
from strangler_proxy.routing.override import verify
from strangler_proxy.routing.table import RoutingTable


@verb(
    "explain",
    examples=(
        Example("strangler explain GET /api/products/7/", "who answers this path?"),
        Example("strangler explain GET 'https://shop.example.com/api/products/?page=2'", "a whole URL, host included"),
        Example("strangler explain GET /api/products/7/ -H 'Cookie: sessionid=abc'", "on which side is this user?"),
        Example("strangler explain POST /api/cart/ --ip 203.0.113.9 --json", "as seen from an address, for a program"),
    ),
)
@click.argument("method")
@click.argument("url")
@click.option("-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="A request header; repeatable.")
@click.option("--ip", default="127.0.0.1", show_default=True, help="The address that connects to the proxy.")
@click.option("--override", metavar="VALUE", help="A tester's override, as `strangler override` makes it.")
def explain(session: Session, method: str, url: str, headers: tuple[str, ...], ip: str, override: str | None) -> None:
    """Say which backend would answer a request, and why.

    Nothing is sent: the same code decides as in the running proxy, by the same file.
    """
    path = session.config_path
    config = load(path)
    imagined = imagined_request(method, url, headers=headers, peer=ip, override=override, config=config)
    wish = _verified(session, imagined)
    decision = RoutingTable.build(config).decide(imagined.request, wish)
    open_share = _open_share(decision, imagined)
    document = _document(decision, config, str(path), open_share)
    document["captured_percent"] = _sample_percent(decision, imagined)
    session.answer(document, lambda: _text(f"{method.upper()} {url}", decision, document))


def _verified(session: Session, imagined: Imagined) -> Any:
    """The override, when the request carries one that the secret vouches for."""
    if imagined.override is None:
        return None
    secret = os.environ.get(SECRET_VARIABLE, "")
    if not secret:
        session.say(f"warning: {SECRET_VARIABLE} is not set here, so the override cannot be checked: it is ignored.")
        return None
    wish = verify(secret.encode(), imagined.override, imagined.request.now)
    if wish is None:
        session.say("warning: the override is not valid (wrong secret, expired, or misspelt): the proxy ignores it.")
    return wish


def _open_share(decision: Decision, imagined: Imagined) -> float | None:
    """Percentage of such requests that the service answers, when the request's own id decides; None: it is settled."""
    route = decision.route
    if route is None or decision.why not in (Why.CANARY_IN, Why.CANARY_OUT) or imagined.has_request_id:
        return None
    keyed = bool(sticky_key(route.canary.sticky)(imagined.request))
    return None if keyed or route.canary.percent in (0, 100) else route.canary.percent


def _sample_percent(decision: Decision, imagined: Imagined) -> float | None:
    """Percentage of such requests that are captured, when the request's own id decides; None: it is settled."""
    route = decision.route
    if (
        route is None
        or imagined.has_request_id
        or decision.backend != MONOLITH
        or decision.why is Why.OVERRIDE
        or not RULES[route.stage].compares
        or imagined.request.method not in CAPTURED_METHODS
    ):
        return None
    sample = route.compare.sample_percent
    return None if sample in (0, 100) else sample


def _document(decision: Decision, config: Config, name: str, open_share: float | None) -> dict[str, Any]:
    route = decision.route
    document = {
        "route": None if route is None else route.name,
        "stage": decision.stage.value,
        "backend": decision.backend,
        "captured": decision.captured,
        "reason": decision.reason,
        "why": decision.why.value,
        "fallback": decision.fallback,
        "file": name,
        "line": None if route is None else config.route_lines.get(route.name),
        "depends_on": None,
    }
    if route is None or open_share is None:
        return document
    sticky = route.canary.sticky
    missing = "" if sticky.kind is StickyKind.NONE else f" without {sticky.kind} {sticky.name}"
    service = route.service or MONOLITH
    return document | {
        "depends_on": "request id",
        "share": {service: open_share, MONOLITH: 100 - open_share},
        "reason": f"route {route.name} is in stage canary, and each request{missing} is placed by its own id: "
        f"{service} answers {percent_text(open_share)} of them, the monolith the rest; this one went to "
        f"{'the monolith' if decision.backend == MONOLITH else decision.backend}",
    }


def _text(asked: str, decision: Decision, document: dict[str, Any]) -> str:
    route = decision.route
    lines = [f"{asked} → {click.style(decision.backend, bold=True)}"]
    if document["depends_on"]:
        share = ", ".join(f"{name} {percent_text(percent)}" for name, percent in document["share"].items())
        lines = [f"{asked} → depends on the request: {click.style(share, bold=True)}"]
    facts = [("why", document["reason"])]
    if route is not None:
        percent = f" {percent_text(route.canary.percent)}" if document["why"].startswith("canary") else ""
        facts += [
            ("route", f"{route.name}, {document['file']}:{document['line']}"),
            ("matches", f"{' '.join(route.methods) or 'any method'} {route.path or route.regex}"),
            ("stage", stage_text(decision.stage, percent)),
            ("fallback", f"{decision.fallback}, when {decision.backend} fails" if decision.fallback else "none"),
            ("captured", _captured_text(decision, document["captured_percent"])),
        ]
    return "\n".join([*lines, *(f"  {name:<9} {value}" for name, value in facts)])


def _captured_text(decision: Decision, sample_percent: float | None) -> str:
    if sample_percent is not None:
        return f"of {percent_text(sample_percent)} of such requests, drawn by their id, a copy goes to the comparer"
    return "yes: a copy goes to the comparer" if decision.captured else "no"
