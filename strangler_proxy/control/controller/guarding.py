"""The guard at work: asks the workers for their counts, and takes back what rings. It needs no database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any

from strangler_proxy.config.model import Config
from strangler_proxy.config.stage import Stage
from strangler_proxy.control.audit_log import AuditEntry, append_audit, now_text
from strangler_proxy.control.controller.change import change
from strangler_proxy.control.controller.guard import Guard, Ringing
from strangler_proxy.control.controller.place import place_of
from strangler_proxy.control.controller.plans import way_back_planned
from strangler_proxy.control.rewrite_file import entry_of
from strangler_proxy.control.toggle import Change, Rewrite
from strangler_proxy.proxy.counters import Report
from strangler_proxy.rollout.alarm import Alarm
from strangler_proxy.rollout.evidence import RouteEvidence

LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.25, 1.0
"""Seconds between two looks at the counters while a service answers users, with few such routes and with very many;
while none does, nobody is asked."""

MANY_ROUTES = 200
"""Routes up to which the looks are as close as that. A look at 2,000 that are all busy takes 0.16 s of a processor."""

REMEMBERED_SECONDS = 10.0
"""For how long a walk is told of an alarm."""

WHO = "controller"


class NothingToTakeBack(Exception):
    """Somebody else was quicker."""


@dataclass(slots=True)
class Guarding:
    """Watches by what `count` says, for as long as `run` runs."""

    path: Path
    count: Callable[[], Awaitable[Report]]
    executor: Executor
    """Where the file is changed, one change at a time."""
    say: Callable[[str], None]
    guard: Guard = field(default_factory=Guard)
    config: Config | None = None
    """The one in force; None: none is known yet."""
    _news: Mapping[str, RouteEvidence] = field(default_factory=dict)
    rang: dict[str, tuple[float, Alarm]] = field(default_factory=dict)

    async def run(self) -> None:
        """Looks until it is cancelled. A look that fails is said, and the next one follows."""
        while True:
            await asyncio.sleep(self._pause())
            try:
                await self.look()
            except Exception as error:
                self.say(f"could not look at the services: {type(error).__name__}: {error}")
                await asyncio.sleep(1.0)

    def _pause(self) -> float:
        routes = 0 if self.config is None else len(self.guard.watches(self.config))
        return min(LOOK_SECONDS * max(1.0, routes / MANY_ROUTES), LONGEST_LOOK_SECONDS)

    async def look(self) -> None:
        """Looks once, and acts."""
        config = self.config
        if config is None or not self.guard.watches(config):
            return
        news, self._news = self._news, {}
        self.guard.know(news)
        report = await self.count()
        now = monotonic()
        ringing = self.guard.look(report, config, now)
        if ringing:
            self.rang |= {one.route.name: (now, one.rung.alarm) for one in ringing}
            await asyncio.get_running_loop().run_in_executor(self.executor, self._act, ringing)

    def know(self, evidence: Mapping[str, RouteEvidence]) -> None:
        """Takes in the newest evidence of some routes; called by another thread, and used at the next look."""
        self._news = {**self._news, **evidence}

    def alarm(self, route: str) -> Alarm | None:
        """The alarm that rang for the route lately."""
        at, alarm = self.rang.get(route, (float("-inf"), None))
        return alarm if monotonic() - at < REMEMBERED_SECONDS else None

    def _act(self, ringing: Sequence[Ringing]) -> None:
        """Takes back each route that may be; one that can't be does not hold up the others."""
        for one in ringing:
            if one.obstacle is not None:
                self.say(f"{one.route.name}: {one.rung.alarm.reason} {one.obstacle}")
                with suppress(OSError):
                    append_audit(self.path, _told(one))
                continue
            try:
                take_back(self.path, one)
            except NothingToTakeBack:
                continue
            except Exception as error:  # it rings again
                self.say(f"{one.route.name} should go back to the monolith, and can't: {error}")
                continue
            self.say(f"{one.route.name} goes back to the monolith: {one.rung.alarm.reason}")


def take_back(path: Path, ringing: Ringing) -> None:
    """Takes a route back to the monolith, in the file and in the audit log.

    Raises: NothingToTakeBack when it is there already; as `change`.
    """
    name, reason = ringing.route.name, ringing.rung.alarm.reason

    def plan(text: str) -> Rewrite:
        planned = way_back_planned(text, path, [name], reason)
        if not planned.edit.changes or planned.changes[0].before.stage in (Stage.SHADOW, Stage.RETIRED):
            raise NothingToTakeBack
        return planned

    def entry(made: Change) -> AuditEntry:
        return replace(entry_of(made, who=WHO, what="auto-rollback"), evidence=_numbers(ringing))

    change(path, plan, entry, at_any_price=True)


def _numbers(ringing: Ringing) -> dict[str, Any]:
    """The window's numbers at the moment of the alarm."""
    return {"alarm": ringing.rung.alarm.cause, "seconds": ringing.rung.seconds, **asdict(ringing.rung.window)}


def _told(ringing: Ringing) -> AuditEntry:
    """The entry about an alarm after which nothing was changed."""
    place = place_of(ringing.route)
    return AuditEntry(
        when=now_text(),
        who=WHO,
        what="alarm",
        route=ringing.route.name,
        from_stage=place.stage.value,
        to_stage=place.stage.value,
        from_percent=place.percent,
        to_percent=place.percent,
        reason=f"{ringing.rung.alarm.reason} {ringing.obstacle}",
        forced=False,
        evidence=_numbers(ringing),
    )
