"""`strangler set`, `promote` and `rollback`: toggling a route."""

from collections.abc import Callable
from datetime import UTC, datetime

import click

from strangler_proxy.cli.failure import WrongUsage
from strangler_proxy.cli.parameters import PERCENT, ROUTE, SERVICE, STAGE
from strangler_proxy.cli.render import coloured_diff, percent_text, stage_text
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.toggle import Change, Wish, apply_at_any_price, apply_change, audit, plan_change
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.load import load
from strangler_proxy.config.model import MONOLITH, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.words import did_you_mean
from strangler_proxy.rollout.stages import Event

_dry_run = click.option("--dry-run", is_flag=True, help="Show the change of the file, and write nothing.")
_force = click.option("--force", is_flag=True, help="Go past the gate, or leap over a stage; needs --reason.")
_reason = click.option("--reason", metavar="TEXT", help="Why; kept in the audit log.")

AFTERWARDS = {
    Stage.MONOLITH: "the monolith answers",
    Stage.SHADOW: "the monolith answers, and the service is sent a copy",
    Stage.CANARY: "the service answers its share, the monolith the rest",
    Stage.SERVICE: "the service answers, and the monolith stands by",
    Stage.RETIRED: "the service answers alone; the monolith's code may be deleted",
}


@verb(
    "set",
    hint="The share of a canary goes into --percent.",
    examples=(
        Example(
            "strangler set product-detail shadow --service catalog --url http://127.0.0.1:8002",
            "begin: the service is sent a copy of each request",
        ),
        Example("strangler set product-detail canary --percent 5", "let the service answer 5 % of the users"),
        Example("strangler set product-detail canary --percent 25 --dry-run", "show what would change"),
        Example(
            'strangler set product-detail service --force --reason "compared by hand"',
            "leap, or go past the gate",
        ),
    ),
)
@click.argument("route", type=ROUTE)
@click.argument("stage", type=STAGE)
@click.option("--service", type=SERVICE, help="The backend that takes the route over.")
@click.option("--url", "urls", multiple=True, metavar="URL", help="Add --service as a new backend at this URL.")
@click.option("--percent", type=PERCENT, help="The share that the service answers, in stage canary.")
@_force
@_reason
@_dry_run
def set_stage(
    session: Session,
    route: str,
    stage: Stage,
    service: str | None,
    urls: tuple[str, ...],
    percent: float | None,
    force: bool,
    reason: str | None,
    dry_run: bool,
) -> None:
    """Put a route into a stage.

    Down to any stage, always; up by one, when the route's gate allows it. A running proxy acts by it at once.
    """
    if percent is not None and stage is not Stage.CANARY:
        raise WrongUsage(
            f"--percent belongs to stage canary, not to {stage}.", remedy=f"strangler set {route} canary --percent 5"
        )
    if service is not None and not urls:
        _must_be_a_service(session, service)
    wish = Wish(target=stage, service=service, urls=urls, percent=percent, force=force, reason=reason)
    _carry_out(session, "set", plan_change(session.config_path, route, wish), dry_run)


@verb(
    "promote",
    hint="To choose the stage, use `strangler set ROUTE STAGE`.",
    examples=(
        Example("strangler promote product-detail", "one stage up"),
        Example("strangler promote product-detail --dry-run", "show which stage that is, and the change of the file"),
        Example('strangler promote product-detail --force --reason "compared by hand"', "past its gate"),
    ),
)
@click.argument("route", type=ROUTE)
@_force
@_reason
@_dry_run
def promote(session: Session, route: str, force: bool, reason: str | None, dry_run: bool) -> None:
    """Take a route one stage up, when its gate allows it.

    monolith → shadow → canary → service → retired. Exit code 3: the gate asks for more evidence.
    """
    wish = Wish(target=Event.PROMOTE, force=force, reason=reason)
    _carry_out(session, "promote", plan_change(session.config_path, route, wish), dry_run)


@verb(
    "rollback",
    hint="To choose the stage, use --to STAGE.",
    examples=(
        Example("strangler rollback product-detail", "the monolith answers again, at once"),
        Example('strangler rollback product-detail --to shadow --reason "prices differ"', "go on comparing"),
    ),
)
@click.argument("route", type=ROUTE)
@click.option("--to", "stage", type=STAGE, default="monolith", show_default=True, help="The earlier stage.")
@_reason
@_dry_run
def rollback(session: Session, route: str, stage: Stage, reason: str | None, dry_run: bool) -> None:
    """Take a route back to the monolith, or to an earlier stage, at once.

    Always allowed, asks no gate, and works on a full disk and without an audit log. No request is lost.
    """
    change = plan_change_down(session, route, Wish(target=stage, reason=reason))
    _carry_out(session, "rollback", change, dry_run, at_any_price=True)


def plan_change_down(session: Session, route: str, wish: Wish) -> Change:
    """The change, if it leads down or nowhere.

    Raises: WrongUsage when it would lead up; as `plan_change`.
    """
    path = session.config_path
    order = list(Stage)
    current = {known.name: known.stage for known in load(path).routes}.get(route)
    target = Stage(wish.target)
    if current is not None and order.index(target) > order.index(current):
        raise WrongUsage(
            f"route {route} is in stage {current}: to {target} is no way back.",
            remedy=f"strangler set {route} {target}",
        )
    return plan_change(path, route, wish)


def _must_be_a_service(session: Session, service: str) -> None:
    path = session.config_path
    services = [name for name in load(path).backends if name != MONOLITH]
    if service not in services:
        raise WrongUsage(
            f'there is no service "{service}".',
            where=str(path),
            remedy=f"{did_you_mean(service, services)}A new one needs its address: --service {service} --url URL.",
        )


def _carry_out(session: Session, verb_name: str, change: Change, dry_run: bool, *, at_any_price: bool = False) -> None:
    """Show the plan; without `dry_run` apply it, then write the audit log; and answer."""
    document = change.document(dry_run=dry_run)
    if not change.edit.changes:
        session.answer(document, lambda: f"{change.before.name} is in stage {_stage(change.before)} already.")
        return
    plan = f"{change.before.name}: {_stage(change.before)} → {_stage(change.after)}{_service_change(change)}"
    if dry_run:
        shown = f"{plan}\n{coloured_diff(change.edit.diff)}\nNothing was written (--dry-run)."
        session.answer(document, lambda: shown)
        return
    if at_any_price:
        if apply_at_any_price(change):
            session.say("warning: the file could not be replaced, so it was written over in place.")
    else:
        apply_change(change)
    document["audited"] = _audited(session, lambda: audit(change, verb_name, datetime.now(UTC)))
    session.answer(document, lambda: f"{plan}. {_afterwards(change.after)}")


def _audited(session: Session, write: Callable[[], None]) -> bool:
    try:
        write()
    except OSError as error:
        session.say(f"warning: the change is made, but not in the audit log: {error}.")
        return False
    return True


def _stage(route: Route) -> str:
    return stage_text(route.stage, f" {percent_text(route.canary.percent)}" if route.stage is Stage.CANARY else "")


def _service_change(change: Change) -> str:
    old, new = change.before.service, change.after.service
    return "" if old == new else f", service {old} → {new}" if old else f", service {new}"


def _afterwards(route: Route) -> str:
    sentence = AFTERWARDS[route.stage]
    return f"{sentence[0].upper()}{sentence[1:]}."
