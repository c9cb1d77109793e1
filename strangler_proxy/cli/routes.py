"""`strangler routes`: the routes of the config, in the order in which they are tried."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from strangler_proxy.cli.parameters import SERVICE, STAGE
from strangler_proxy.cli.render import percent_text, stage_text, table, terminal_width
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.load import load
from strangler_proxy.config.model import Config, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.words import did_you_mean
from strangler_proxy.control.controller.board import read_board, state_of
from strangler_proxy.errors import WrongUsage

HEADER = ("ROUTE", "METHODS", "PATH", "SERVICE", "STAGE")
SHRINK = (0, 1, 2)
"""Columns that are cut on a narrow terminal: never the stage."""


@verb(
    "routes",
    examples=(
        Example("strangler routes", "list every route, in the order in which they are tried"),
        Example("strangler routes --stage canary --stage service", "only those that a service answers"),
        Example("strangler routes --service catalog --json", "those of one service, for a program"),
    ),
)
@click.option("--stage", "stages", type=STAGE, multiple=True, help="Only routes in this stage; may be repeated.")
@click.option("--service", type=SERVICE, help="Only routes of this service.")
def routes(session: Session, stages: tuple[Stage, ...], service: str | None) -> None:
    """List the routes with their stages.

    What no route matches is answered by the monolith.
    """
    config = load(session.config_path)
    if service is not None and service not in config.backends:
        raise WrongUsage(
            f'there is no backend "{service}".',
            where=str(session.config_path),
            remedy=f"{did_you_mean(service, config.backends)}The backends are {', '.join(config.backends)}.",
        )
    chosen = [
        route
        for route in config.routes
        if (not stages or route.stage in stages) and (service is None or route.service == service)
    ]
    board = read_board(state_of(session.config_path))
    documents = [{**route_document(route, config), "walk": board.get(route.name)} for route in chosen]
    session.answer(documents, lambda: _text(chosen, config, board))


def route_document(route: Route, config: Config) -> dict[str, Any]:
    """One route as `--json` shows it; one of `path` and `regex` is null."""
    return {
        "name": route.name,
        "path": route.path,
        "regex": route.regex,
        "methods": list(route.methods),
        "service": route.service,
        "stage": route.stage.value,
        "canary_percent": route.canary.percent,
        "line": config.route_lines.get(route.name),
    }


def _text(chosen: Sequence[Route], config: Config, board: Mapping[str, Mapping[str, Any]]) -> str:
    if not chosen:
        return "no route matches the filter." if config.routes else "no routes: the monolith answers everything."
    rows = [
        (
            route.name,
            " ".join(route.methods) or "any",
            route.path or route.regex or "",
            route.service or "-",
            stage_text(route.stage, f" {percent_text(route.canary.percent)}" if route.stage is Stage.CANARY else "")
            + (" walking" if board.get(route.name, {}).get("state") == "walking" else ""),
        )
        for route in chosen
    ]
    return table(HEADER, rows, width=terminal_width(), shrink=SHRINK)
