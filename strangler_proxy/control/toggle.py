"""Changes of routes' stages, planned as data from the text of the file. Nothing is written here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from strangler_proxy.config.edit import Edit, edited
from strangler_proxy.config.errors import ConfigError, ConfigInvalid, EditRefused
from strangler_proxy.config.known_route import no_such_route, route_named
from strangler_proxy.config.load import parse
from strangler_proxy.config.model import Canary, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.words import did_you_mean
from strangler_proxy.config.written import WrittenRoute, with_stage, written_routes
from strangler_proxy.errors import WrongUsage
from strangler_proxy.rollout.stages import Event, judge, plan_transition
from strangler_proxy.rollout.verdict import Evidence, Judgement

ORDER = tuple(Stage)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is asked of a route."""

    target: Stage | Event
    service: str | None = None
    urls: Sequence[str] = ()
    """URLs of a new backend called `service`."""
    percent: float | None = None
    force: bool = False
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What becomes of one route."""

    before: Route
    after: Route
    forced: bool
    """Whether it goes past its gate, or leaps, by a person's will."""
    reason: str | None
    judgement: Judgement | None = None
    """What its gate said; None: no gate was asked."""
    written: str | None = None
    """What stands in the file for a stage and is none; None: it is the one of `before`."""

    @property
    def changes(self) -> bool:
        """Whether anything of the route is another than before."""
        return self.before != self.after or self.written is not None

    @property
    def gives_more_to_the_service(self) -> bool:
        """Whether the service answers users that the monolith answered before."""
        return _share(self.after) > _share(self.before)

    @property
    def document(self) -> dict[str, Any]:
        """Its JSON form."""
        return {
            "route": self.before.name,
            "from": self.written or self.before.stage.value,
            "to": self.after.stage.value,
            "from_percent": percent_of(self.before),
            "to_percent": percent_of(self.after),
            "service": self.after.service,
            "forced": self.forced,
            "reason": self.reason,
            "evidence": self.judgement.document if self.judgement else None,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewrite:
    """One change of the file, and what it makes of the routes. `changes` names only routes that were asked for."""

    edit: Edit
    changes: tuple[Change, ...]
    mistakes: tuple[ConfigError, ...] = ()
    """What is wrong with the new text: a proxy does not act by it until it is mended. Only the way back writes one."""
    retired: tuple[str, ...] = ()
    """Routes that a way back of many left where they are: the monolith may have lost their code."""


Planner = Callable[[str], Rewrite]
"""From the text of the file to the change that is made of it; called again when the text changed meanwhile."""


def plan_change(text: str, path: Path, name: str, wish: Wish, evidence: Evidence) -> Rewrite:
    """The change that `wish` makes of the route `name` in `text`, which is that of the file at `path`.

    `evidence` is asked only when the route's gate is.

    Raises: ConfigInvalid, UnknownRoute and EditRefused of the file; TransitionRefused, of which GateUndecided asks for
    more evidence; what `evidence` raises.
    """
    before = route_named(parse(text, path), name, str(path))
    with_service = before if wish.service is None else replace(before, service=wish.service)
    forced_because = (wish.reason or "") if wish.force else None
    transition = plan_transition(with_service, wish.target, percent=wish.percent, forced_because=forced_because)
    judgement = judge(with_service, transition, evidence)
    after_text = edited(
        text,
        name,
        source=path,
        stage=transition.after,
        service=wish.service,
        canary_percent=wish.percent,
        urls=wish.urls,
    )
    change = Change(
        before=before,
        after=route_named(parse(after_text, path), name, str(path)),
        forced=wish.force,
        reason=wish.reason,
        judgement=judgement,
    )
    return Rewrite(edit=Edit(path=path, before=text, after=after_text), changes=(change,))


def plan_way_back(
    text: str, path: Path, names: Sequence[str], service: str | None, everything: bool, stage: Stage, reason: str | None
) -> Rewrite:
    """The change that takes down to `stage` the routes called `names`, those of `service` and, if so asked, all that
    are above it. Retired ones are taken back only by name. The text may have mistakes, as long as the routes can be
    found in it.

    Raises: UnknownRoute; WrongUsage when a named route is below `stage`, or no route has that service; EditRefused.
    """
    written = written_routes(text)
    for name in names:
        _must_be_above(name, written, stage, path)
    if service is not None and service not in {route.service for route in written}:
        known = sorted({route.service for route in written if route.service is not None})
        raise WrongUsage(
            f'no route has the service "{service}".',
            where=str(path),
            remedy=f"{did_you_mean(service, known)}See `strangler routes`.",
        )
    meant = [
        route
        for route in written
        if (everything or (service is not None and route.service == service)) and _is_above(route, stage)
    ]
    retired = [route.name for route in meant if route.known_stage is Stage.RETIRED and route.name not in names]
    chosen = dict.fromkeys([*names, *(route.name for route in meant if route.name not in retired)])
    after_text = with_stage(text, chosen, stage)
    by_name = {route.name: route for route in written}
    mistakes = _mistakes(after_text, path)
    if any(route.name in chosen and route.stage != stage for route in written_routes(after_text)):
        raise EditRefused(
            "the change could not be made in place.",
            where=str(path),
            remedy="Make it by hand, and please report how the route is written.",
        )
    changes = tuple(_change_back(by_name[name], stage, reason) for name in chosen)
    edit = Edit(path=path, before=text, after=after_text)
    return Rewrite(edit=edit, changes=changes, mistakes=mistakes, retired=tuple(retired))


def percent_of(route: Route) -> float | None:
    """The share of a canary; None in every other stage."""
    return route.canary.percent if route.stage is Stage.CANARY else None


def _share(route: Route) -> tuple[int, float]:
    """How far a route has gone over to its service: the stages from canary on, within canary its percentage."""
    at = ORDER.index(route.stage)
    return (at, percent_of(route) or 0.0) if at >= ORDER.index(Stage.CANARY) else (0, 0.0)


def _must_be_above(name: str, written: Sequence[WrittenRoute], stage: Stage, path: Path) -> None:
    found = [route for route in written if route.name == name]
    if not found and name in ORDER:
        raise WrongUsage(f'"{name}" is a stage, not a route.', remedy=f"strangler rollback ROUTE --to {name}")
    if not found:
        raise no_such_route(name, [route.name for route in written], str(path))
    now = found[0].known_stage
    if now is not None and ORDER.index(stage) > ORDER.index(now):
        raise WrongUsage(
            f"route {name} is in stage {now}: to {stage} is no way back.", remedy=f"strangler set {name} {stage}"
        )


def _is_above(route: WrittenRoute, stage: Stage) -> bool:
    return route.known_stage is None or ORDER.index(route.known_stage) > ORDER.index(stage)


def _mistakes(text: str, path: Path) -> tuple[ConfigError, ...]:
    try:
        parse(text, path)
    except ConfigInvalid as error:
        return error.errors
    return ()


def _change_back(route: WrittenRoute, stage: Stage, reason: str | None) -> Change:
    before = Route(
        name=route.name,
        service=route.service,
        stage=route.known_stage or stage,
        canary=Canary() if route.percent is None else Canary(percent=route.percent),
    )
    return Change(
        before=before,
        after=replace(before, stage=stage),
        forced=False,
        reason=reason,
        written=None if route.known_stage else route.stage,
    )
