"""`strangler set`, `promote` and `rollback`: toggling a route."""

import click

from strangler_proxy.cli.carry_out import carry_out
from strangler_proxy.cli.parameters import PERCENT, ROUTE, SERVICE, STAGE
from strangler_proxy.cli.session import Session
from strangler_proxy.cli.stored_evidence import stored_judgement
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.cli.walks import begin_walk
from strangler_proxy.config.load import load, read
from strangler_proxy.config.model import MONOLITH
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.words import did_you_mean
from strangler_proxy.control.reach import must_answer
from strangler_proxy.control.toggle import Rewrite, Wish, plan_change, plan_way_back
from strangler_proxy.errors import WrongUsage
from strangler_proxy.rollout.stages import Event

_dry_run = click.option("--dry-run", is_flag=True, help="Show the change of the file, and write nothing.")
_force = click.option(
    "--force",
    is_flag=True,
    help="Go past the gate, past a service that does not answer, or over a stage; needs --reason.",
)
_reason = click.option("--reason", metavar="TEXT", help="Why; kept in the audit log.")


@verb(
    "set",
    hint="The share of a canary goes into --percent.",
    examples=(
        Example(
            "strangler set product-detail shadow --service catalog --url http://127.0.0.1:8002",
            "begin: the monolith answers; the service is asked the same, and its answers are compared",
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
) -> int:
    """Put a route into a stage.

    Down to any stage, always; up by one, when the route's gate allows it. A running proxy acts by it at once.
    """
    if percent is not None and stage is not Stage.CANARY:
        forced = f' --force --reason "{reason or "WHY"}"' if force else ""
        raise WrongUsage(
            f"--percent belongs to stage canary, not to {stage}.",
            remedy=f"strangler set {route} canary --percent {percent:g}{forced}",
        )
    if service is not None and not urls:
        _must_be_a_service(session, service)
    wish = Wish(target=stage, service=service, urls=urls, percent=percent, force=force, reason=reason)
    return _toggle(session, "set", route, wish, dry_run)


@verb(
    "promote",
    hint="To choose the stage, use `strangler set ROUTE STAGE`.",
    examples=(
        Example("strangler promote product-detail", "one stage up"),
        Example("strangler promote product-detail --dry-run", "show which stage that is, and the change of the file"),
        Example('strangler promote product-detail --force --reason "compared by hand"', "past its gate"),
        Example("strangler promote product-detail --auto", "let it walk by itself, from step to step, up to service"),
    ),
)
@click.argument("route", type=ROUTE)
@_force
@click.option("--auto", is_flag=True, help="Let the route walk by itself from here on; see `strangler walks`.")
@_reason
@_dry_run
def promote(session: Session, route: str, force: bool, auto: bool, reason: str | None, dry_run: bool) -> int:
    """Take a route one stage up, when its gate allows it.

    monolith → shadow → canary → service → retired. Exit code 3: the gate asks for more evidence. With --auto the
    running `strangler up` takes each step when its gate and its time allow it, up to stage service, and takes the route
    back when its service fails.
    """
    if auto:
        if force:
            raise WrongUsage("--auto goes past no gate, so there is nothing to force.", remedy="Leave one of them out.")
        return begin_walk(session, route, reason, dry_run=dry_run)
    wish = Wish(target=Event.PROMOTE, force=force, reason=reason)
    return _toggle(session, "promote", route, wish, dry_run)


@verb(
    "rollback",
    hint="To choose the stage, use --to STAGE.",
    examples=(
        Example("strangler rollback product-detail", "the monolith answers again, at once"),
        Example("strangler rollback product-detail product-list", "both, in one change of the file"),
        Example('strangler rollback --service catalog --reason "prices differ"', "all that this service answers"),
        Example("strangler rollback --all", "the monolith answers everything"),
        Example("strangler rollback product-detail --to shadow", "to an earlier stage that is not the first"),
    ),
)
@click.argument("routes", type=ROUTE, nargs=-1, metavar="[ROUTE]...")
@click.option("--service", type=SERVICE, help="Every route of this service above the stage, but retired ones.")
@click.option("--all", "everything", is_flag=True, help="Every route above the stage, but retired ones.")
@click.option("--to", "stage", type=STAGE, default="monolith", show_default=True, help="The earlier stage.")
@_reason
@_dry_run
def rollback(
    session: Session,
    routes: tuple[str, ...],
    service: str | None,
    everything: bool,
    stage: Stage,
    reason: str | None,
    dry_run: bool,
) -> int:
    """Take routes back to the monolith, or to an earlier stage, at once.

    Always allowed, asks no gate, and works on a full disk, without an audit log, and in a file with mistakes elsewhere.
    No request is lost. A retired route goes back only by name: the monolith may have lost its code.
    """
    if not routes and service is None and not everything:
        raise WrongUsage(
            "it is not said which route.", remedy="strangler rollback ROUTE..., or --service NAME, or --all."
        )
    path = session.config_path

    def plan(text: str) -> Rewrite:
        return plan_way_back(text, path, routes, service, everything, stage, reason)

    return carry_out(session, "rollback", plan, dry_run=dry_run, at_any_price=True)


def _toggle(session: Session, verb_name: str, route: str, wish: Wish, dry_run: bool) -> int:
    """Plan once to see whether the service must answer first; then make the change."""
    path = session.config_path

    def plan(text: str) -> Rewrite:
        return plan_change(text, path, route, wish, stored_judgement(session))

    planned = plan(read(path))
    if not wish.force:
        must_answer(planned, path)
    return carry_out(session, verb_name, plan, dry_run=dry_run)


def _must_be_a_service(session: Session, service: str) -> None:
    path = session.config_path
    services = [name for name in load(path).backends if name != MONOLITH]
    if service not in services:
        raise WrongUsage(
            f'there is no service "{service}".',
            where=str(path),
            remedy=f"{did_you_mean(service, services)}A new one needs its address: --service {service} --url URL.",
        )
