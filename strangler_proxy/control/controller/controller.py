"""The controller: looks at each walk at short intervals, and takes its next step when the time has come.

1. What a killed controller left under way is settled, and the audit log is copied into the database.
2. A route that stands lower than it did was taken back by somebody: its walk is over. One that stands higher was taken
   on, by a step or by a person: a new step begins.
3. The next action is decided from that and from the evidence (`rollout.walk`).
4. A step is made under the lock of the file, from the file as it is then: when the route is not where it was, or
   another controller leads by now, nothing is made and it is looked at again.

Killed at any point, the next controller goes on where the file is.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from strangler_proxy.config.errors import ConfigInvalid, EditRefused
from strangler_proxy.config.load import load, read
from strangler_proxy.config.model import Config, Route
from strangler_proxy.config.stage import Stage
from strangler_proxy.config.write import hold
from strangler_proxy.control.audit_import import AuditImport
from strangler_proxy.control.audit_log import AuditEntry, append_once, now_text, read_audit
from strangler_proxy.control.connection import reached
from strangler_proxy.control.controller.board import Board
from strangler_proxy.control.controller.change import UNDER_WAY, change, settle
from strangler_proxy.control.controller.lease import Lease
from strangler_proxy.control.controller.place import Place, place_of
from strangler_proxy.control.controller.plans import step_planned, way_back_planned
from strangler_proxy.control.controller.progress import StepSoFar, new_step, step_from
from strangler_proxy.control.models import AuditEntry as AuditRow
from strangler_proxy.control.models import Walk, WalkState
from strangler_proxy.control.reach import visited_host, why_unreached
from strangler_proxy.control.rewrite_file import entry_of
from strangler_proxy.control.selectors import evidence_of
from strangler_proxy.control.toggle import Change, Rewrite
from strangler_proxy.control.walks import step_name, steps_prefix, walk_now
from strangler_proxy.rollout.alarm import Alarm
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.judge import judge_evidence
from strangler_proxy.rollout.stages import gate_of, limits_of
from strangler_proxy.rollout.verdict import Judgement
from strangler_proxy.rollout.walk import Action, Advance, Done, Hold, Look, RollBack, next_action

WHO = "controller"


class LooksAgain(Exception):
    """The file, or who leads, is not what was decided by; nothing was changed, and it is looked at again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sights:
    """What the rest of the control process sees, by route."""

    answers: Callable[[str], int] = lambda _route: 0
    """Answers of its service since some moment; it grows, or begins anew."""
    alarm: Callable[[str], Alarm | None] = lambda _route: None
    """An alarm that rang lately."""


@dataclass(slots=True)
class Controller:
    """One of several; the one that holds the lease acts."""

    path: Path
    lease: Lease
    state: Path
    sights: Sights = field(default_factory=Sights)
    say: Callable[[str], None] = lambda _text: None
    """Tells the person who watches the console."""
    _imports: AuditImport = field(init=False)
    _board: Board = field(init=False)
    _answers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._imports = AuditImport(self.path)
        self._board = Board(self.state)

    def look(self, now: float) -> bool:
        """Looks at all walks once, at `now` (Unix time); whether anything was changed.

        Raises: StoreUnreachable, ConfigInvalid, ConfigUnreadable, OSError; what was done by then stays done.
        """
        if not self.lease.take(now):
            return False
        if (self.state / UNDER_WAY).exists():  # seldom: the lock is not taken from people for nothing
            with hold(self.path):
                settle(self.path, read(self.path))
        self._imports.run()
        with reached():
            walks = list(Walk.objects.filter(state=WalkState.WALKING).order_by("id"))
        changed = False
        if walks:
            config = load(self.path)
            routes = {route.name: route for route in config.routes}
            for walk in walks:
                changed |= self._look_at(walk, routes.get(walk.route), config, now)
        with reached():
            self._board.show([walk_now(walk).document for walk in Walk.objects.order_by("route")])
        return changed

    def _look_at(self, walk: Walk, route: Route | None, config: Config, now: float) -> bool:
        if route is None:
            self._end(walk, WalkState.PAUSED, "The route is not in the file any more.", None)
            return True
        place, noted = place_of(route), step_from(walk.notes)
        if noted is not None and place.height < noted.place.height:
            self._end(walk, WalkState.ROLLED_BACK, self._why_taken_back(route, noted.place, place), place)
            return True
        evidence = evidence_of(route.name, route.compare)
        step = self._step(walk, place, noted, evidence, now)
        action = self._decided(route, step, evidence, config, now)
        if isinstance(action, Hold):
            self._keep(walk, step, action.reason)
            return False
        if isinstance(action, Done):
            self._keep(walk, step, action.reason)
            self._end(walk, WalkState.ARRIVED, action.reason, place)
            return True
        self._keep(walk, step, action.reason)
        return self._act(walk, route, place, action, _judgement(route, evidence), now)

    def _step(
        self, walk: Walk, place: Place, noted: StepSoFar | None, evidence: RouteEvidence, now: float
    ) -> StepSoFar:
        """The step that the route is in: the one that is noted, or a new one when the route came on."""
        answers = self.sights.answers(walk.route)
        more = answers - self._answers.get(walk.route, answers)
        self._answers[walk.route] = answers
        if noted is None or noted.place != place:
            return new_step(place, now, evidence)
        return noted.with_answers(more)

    def _decided(self, route: Route, step: StepSoFar, evidence: RouteEvidence, config: Config, now: float) -> Action:
        look = Look(
            route=route,
            progress=step.progress(evidence),
            now=now,
            judgement=_judgement(route, evidence),
            alarm=self.sights.alarm(route.name),
        )
        action = next_action(look)
        if isinstance(action, RollBack) and not route.auto_rollback:
            return Hold(f"The route says auto_rollback = false, so people must take it back. {action.reason}")
        if isinstance(action, Advance) and action.stage in (Stage.CANARY, Stage.SERVICE):
            why = why_unreached(config.backends[route.service or ""], visited_host(config))
            if why is not None:
                return Hold(f"The service does not answer, and users would be sent to it: {why}.")
        return action

    def _act(
        self, walk: Walk, route: Route, place: Place, action: Action, judgement: Judgement | None, now: float
    ) -> bool:
        """Makes the step; False when it could not be made and is to be looked at again."""
        assert isinstance(action, Advance | RollBack)
        name = step_name(walk, self._steps_taken(walk))
        what = "step" if isinstance(action, Advance) else "auto-rollback"

        def plan(text: str) -> Rewrite:
            if not self.lease.holds(now):
                raise LooksAgain("another controller leads by now")
            if isinstance(action, Advance):
                planned = step_planned(text, self.path, route.name, Place(action.stage, action.percent))
            else:
                planned = way_back_planned(text, self.path, [route.name], action.reason)
            (found,) = planned.changes
            if place_of(found.before) != place:
                raise LooksAgain(f"the route is not {place} any more")
            return planned

        def entry(made: Change) -> AuditEntry:
            told = replace(made, reason=action.reason)
            evidence = judgement.document if judgement else None
            return replace(entry_of(told, who=WHO, what=what), evidence=evidence, id=name)

        try:
            change(self.path, plan, entry)
        except (LooksAgain, EditRefused, ConfigInvalid) as error:
            self._keep(walk, None, f"It is looked at again: {error}.")
            return False
        self._imports.run()
        if isinstance(action, RollBack):
            self.say(f"{route.name} goes back to the monolith: {action.reason}")
            self._end(walk, WalkState.ROLLED_BACK, action.reason, place_of(replace(route, stage=Stage.MONOLITH)))
        else:
            self.say(f"{route.name} goes on to {Place(action.stage, action.percent)}: {action.reason}")
        return True

    def _steps_taken(self, walk: Walk) -> int:
        """By the audit log, which knows of every step that was made, also of one whose controller was killed."""
        with reached():
            steps = AuditRow.objects.filter(step__startswith=steps_prefix(walk), what__in=("step", "auto-rollback"))
            return int(steps.count())

    def _keep(self, walk: Walk, step: StepSoFar | None, why: str) -> None:
        """Writes down what has changed of the walk; one that was ended meanwhile by a person stays ended."""
        values: dict[str, object] = {"why": why}
        if step is not None:
            values |= {"notes": step.notes, "step_since": datetime.fromtimestamp(step.since, UTC)}
        if all(getattr(walk, name) == value for name, value in values.items()):
            return
        with reached():
            values["step"] = self._steps_taken(walk)
            Walk.objects.filter(id=walk.pk, number=walk.number, state=WalkState.WALKING).update(**values)

    def _end(self, walk: Walk, state: str, why: str, place: Place | None) -> None:
        """Ends the walk, and says so in the audit log, once."""
        told = f"{WalkState(state).label}: {why}"
        append_once(self.path, _walk_entry(step_name(walk, "end"), walk.route, place, told))
        with reached():
            Walk.objects.filter(id=walk.pk, number=walk.number, state=WalkState.WALKING).update(
                state=state, why=why, step=self._steps_taken(walk), notes=_noted(walk, place)
            )
        self._answers.pop(walk.route, None)
        self._imports.run()
        self.say(f"the walk of {walk.route} is over: {why}")

    def _why_taken_back(self, route: Route, before: Place, place: Place) -> str:
        """What the last entry of the audit log says of the route."""
        said = f"The route was taken back from {before} to {place}."
        with contextlib.suppress(OSError):
            entries = [line.entry for line in read_audit(self.path) if line.entry.get("route") == route.name]
            changes = [one for one in entries if one.get("from_stage") != one.get("to_stage")]
            if changes and changes[-1].get("to_stage") == place.stage:
                reason = changes[-1].get("reason")
                return f"{said} By {changes[-1].get('who')}{f': {reason}' if reason else '.'}"
        return said


def _noted(walk: Walk, place: Place | None) -> Mapping[str, object]:
    return walk.notes if place is None else {**walk.notes, "place": place.document}


def _judgement(route: Route, evidence: RouteEvidence) -> Judgement | None:
    return None if gate_of(route) is None else judge_evidence(evidence, limits_of(route))


def _walk_entry(name: str, route: str, place: Place | None, reason: str) -> AuditEntry:
    """An entry of the audit log about a walk, which changes no stage."""
    stage = place.stage.value if place else ""
    percent = place.percent if place else None
    return AuditEntry(
        when=now_text(),
        who=WHO,
        what="walk-ended",
        route=route,
        from_stage=stage,
        to_stage=stage,
        from_percent=percent,
        to_percent=percent,
        reason=reason,
        forced=False,
        id=name,
    )
