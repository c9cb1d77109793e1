"""A route's walk through its steps: from what is known now, what to do next.

A walk has no state of its own. The route as it stands in the file says which step it is in, so a controller that is
killed and started again goes on where the file is: it can neither skip a step nor take one twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from strangler_proxy.config.model import Route, Step
from strangler_proxy.config.stage import Stage
from strangler_proxy.rollout.alarm import Alarm
from strangler_proxy.rollout.verdict import Judgement, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """What has happened since the route came to the stage and share that it has."""

    since: float
    """Unix time in seconds at which it came there."""
    answers: int = 0
    """Answers of the service to users since."""
    comparisons: int = 0
    """Comparisons since."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """All that the next action is decided from."""

    route: Route
    progress: Progress
    now: float
    """Unix time in seconds."""
    judgement: Judgement | None
    """What the gate of this stage says; None: there is no gate, and no evidence is asked for."""
    alarm: Alarm | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """Go on to this stage and share."""

    stage: Stage
    percent: float | None
    """Share in stage `canary`; None in every other stage."""
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Stay, and look again."""

    reason: str
    until: float | None = None
    """Unix time in seconds before which nothing changes but by an alarm; None: it depends on what comes."""


@dataclass(frozen=True, slots=True)
class RollBack:
    """Back to the monolith, at once, and the walk is over: from there it would only begin again into the same wall."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The walk is over."""

    reason: str


Action = Advance | Hold | RollBack | Done
Question = Callable[[Look], Action | None]
"""What may keep a route from going on; None: it does not."""


def next_action(look: Look) -> Action:
    """Return what to do now: the first thing that keeps the route in its stage, else the way on."""
    for question in QUESTIONS[look.route.stage]:
        action = question(look)
        if action is not None:
            return action
    return ONWARD[look.route.stage](look.route)


def step_of(route: Route) -> Step | None:
    """The step that a canary is in: the last whose share it has reached; None: it has less than the first."""
    return next((step for step in reversed(route.steps) if step.percent <= route.canary.percent), None)


def _alarm(look: Look) -> Action | None:
    return RollBack(look.alarm.reason) if look.alarm else None


def _broken_gate(look: Look) -> Action | None:
    """Users are answered by a service that is known to break its gate."""
    judgement = look.judgement
    return RollBack(" ".join(judgement.reasons)) if judgement and judgement.verdict is Verdict.FAIL else None


def _no_service(look: Look) -> Action | None:
    return None if look.route.service else Hold("The route has no service yet.")


def _gate(look: Look) -> Action | None:
    judgement = look.judgement
    if judgement is None or judgement.verdict is Verdict.PASS:
        return None
    return Hold(f"The gate says {judgement.verdict}. " + " ".join(judgement.reasons))


def _time(look: Look) -> Action | None:
    step = step_of(look.route)
    until = look.progress.since + step.hold_minutes * 60 if step else look.now
    return Hold(f"The step lasts {step.hold_minutes:g} minutes.", until) if step and look.now < until else None


def _answers(look: Look) -> Action | None:
    """Without traffic nothing failed and nothing went well."""
    step, answers = step_of(look.route), look.progress.answers
    if step is None or answers >= step.min_answers:
        return None
    if not answers:
        return Hold("No request has reached the service in this step: that is neither success nor failure.")
    return Hold(f"The service has answered {answers} of the {step.min_answers} requests that the step asks for.")


def _comparisons(look: Look) -> Action | None:
    step, comparisons = step_of(look.route), look.progress.comparisons
    if step is None or comparisons >= step.min_comparisons:
        return None
    return Hold(f"{comparisons} of the {step.min_comparisons} comparisons that the step asks for have come.")


QUESTIONS: Mapping[Stage, tuple[Question, ...]] = MappingProxyType(
    {
        Stage.MONOLITH: (_no_service,),
        Stage.SHADOW: (_gate,),
        Stage.CANARY: (_alarm, _broken_gate, _time, _answers, _comparisons, _gate),
        Stage.SERVICE: (_alarm,),
        Stage.RETIRED: (),
    }
)
"""What is asked in each stage, in this order. In `shadow` a broken gate harms nobody, so the route stays and is mended.
`retired` has nothing to go back to that can be relied on: people decide there."""


def _to_shadow(route: Route) -> Action:
    return Advance(Stage.SHADOW, None, "The walk begins.")


def _to_the_first_step(route: Route) -> Action:
    return Advance(Stage.CANARY, route.steps[0].percent, _why(route))


def _to_the_next_step(route: Route) -> Action:
    following = next((step for step in route.steps if step.percent > route.canary.percent), None)
    if following is None:
        return Advance(Stage.SERVICE, None, _why(route))
    return Advance(Stage.CANARY, following.percent, _why(route))


def _all_is_done(route: Route) -> Action:
    return Done("The service answers. To retire the monolith's code is for people to decide.")


def _is_retired(route: Route) -> Action:
    return Done("The route is retired.")


ONWARD: Mapping[Stage, Callable[[Route], Action]] = MappingProxyType(
    {
        Stage.MONOLITH: _to_shadow,
        Stage.SHADOW: _to_the_first_step,
        Stage.CANARY: _to_the_next_step,
        Stage.SERVICE: _all_is_done,
        Stage.RETIRED: _is_retired,
    }
)
"""Where the walk leads from each stage once nothing keeps the route there. A walk never retires a route by itself."""


def _why(route: Route) -> str:
    """Why it goes on, for the audit log."""
    share = f" at {route.canary.percent:g} percent" if route.stage is Stage.CANARY else ""
    return f"All that stage {route.stage}{share} asks for is there."
