"""`strangler walks`: the routes that go through their steps by themselves, and an end to that; `promote --auto`."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import click

from strangler_proxy.cli.evidence_store import open_store
from strangler_proxy.cli.parameters import ROUTE
from strangler_proxy.cli.render import percent_text
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.known_route import route_named
from strangler_proxy.config.load import load
from strangler_proxy.config.model import Route
from strangler_proxy.control.audit_log import append_audit, current_user
from strangler_proxy.control.walk_entry import must_have_a_way, walk_entry
from strangler_proxy.errors import WrongUsage
from strangler_proxy.proxy.state import state_directory, supervisor_lives

NOBODY_WALKS = "No route walks by itself. `strangler promote ROUTE --auto` lets one."
NO_PROXY = "no proxy runs: it goes on by itself as soon as `strangler up` does."


@verb(
    "walks",
    hint="To let a route walk, use `strangler promote ROUTE --auto`.",
    examples=(
        Example("strangler walks", "what each walk waits for, or how it ended"),
        Example('strangler walks --stop product-detail --reason "sale today"', "the route stays where it is"),
    ),
)
@click.option("--stop", "route", type=ROUTE, help="End the walk of this route: it stays where it is.")
@click.option("--reason", metavar="TEXT", help="Why; kept in the audit log.")
def walks(session: Session, route: str | None, reason: str | None) -> int:
    """List the routes that walk by themselves, or end a walk.

    Such a route goes through the steps of its canary as its gate and the time allow it.
    `strangler rollback ROUTE` ends the walk too, and takes the route back.
    """
    if reason is not None and route is None:
        raise WrongUsage("--reason belongs to --stop.", remedy="strangler walks --stop ROUTE --reason TEXT")
    open_store(session)
    if route is not None:
        return _stop(session, route, reason)
    from strangler_proxy.control.walks import walk_list

    found = [walk.document for walk in walk_list()]
    session.answer(found, lambda: "\n".join(_lines(found)) or NOBODY_WALKS)
    return 0


def begin_walk(session: Session, name: str, reason: str | None, *, dry_run: bool) -> int:
    """Let the route walk by itself from where it is, and say so; 0 also when it does already.

    Raises: UnknownRoute; ServiceMissing; TransitionRefused where there is no step that a walk would take; the errors of
    the store.
    """
    path = session.config_path
    route = route_named(load(path), name, str(path))
    must_have_a_way(route)
    began = False
    if not dry_run:
        open_store(session)
        from strangler_proxy.control.walks import walk_begin

        entry = walk_begin(route=route, who=current_user(), now=time.time())
        began = entry is not None
        if entry is not None:
            _audit(session, "walk-begun", route, reason, entry)
    document = {"route": name, "auto": True, "began": began, "dry_run": dry_run, "stage": route.stage.value}
    session.answer(document, lambda: _begun(route, began, dry_run))
    if not dry_run and not supervisor_lives(state_directory(path)):
        session.say(f"warning: {NO_PROXY}")
    return 0


def _begun(route: Route, began: bool, dry_run: bool) -> str:
    steps = ", ".join(percent_text(step.percent) for step in route.steps)
    way = f"shadow, canary at {steps}, service"
    if dry_run:
        return f"{route.name} would walk by itself from {route.stage} on: {way}. Nothing was done (--dry-run)."
    if not began:
        return f"{route.name} walks by itself already. `strangler walks` says what it waits for."
    return (
        f"{route.name} walks by itself from {route.stage} on: {way}. `strangler walks` says what it waits for; "
        f"`strangler rollback {route.name}` takes it back and ends that."
    )


def _stop(session: Session, name: str, reason: str | None) -> int:
    from strangler_proxy.control.walks import walk_stop

    why = f"Ended by {current_user()}{f': {reason}' if reason else '.'}"
    entry = walk_stop(route=name, why=why)
    if entry is not None:
        config = load(session.config_path)
        route = next((one for one in config.routes if one.name == name), Route(name=name))
        _audit(session, "walk-ended", route, reason, entry)
    text = f"{name} does not walk any more, and stays where it is." if entry else f"{name} does not walk."
    session.answer({"route": name, "stopped": entry is not None}, lambda: text)
    return 0 if entry else 1


def _audit(session: Session, what: str, route: Route, reason: str | None, name: str) -> None:
    try:
        append_audit(session.config_path, walk_entry(what, route, who=current_user(), why=reason, name=name))
    except OSError as error:
        session.say(f"warning: it is done, but not in the audit log: {error}.")


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for walk in found:
        yield f"{walk['route']}: {walk_text(walk)}"


def walk_text(walk: Mapping[str, Any]) -> str:
    """A walk in a sentence or two."""
    percent = "" if walk["percent"] is None else f" {percent_text(walk['percent'])}"
    return f"{walk['state']}, {walk['stage']}{percent} since {walk['since']}. {walk['why']}"
