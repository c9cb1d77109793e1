"""What has happened in the step that a walk is in, as it is kept from one controller to the next. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from strangler_proxy.control.controller.place import Place, place_from
from strangler_proxy.rollout.evidence import RouteEvidence
from strangler_proxy.rollout.walk import Progress


@dataclass(frozen=True, kw_only=True, slots=True)
class StepSoFar:
    """The route's place, since when, and what came since."""

    place: Place
    since: float
    """Unix time in seconds."""
    answers: int = 0
    """Of the service, to users."""
    epoch: str = ""
    comparisons_before: int = 0
    """Comparisons that the epoch had when the step began."""

    @property
    def notes(self) -> dict[str, Any]:
        """Its JSON form."""
        return {
            "place": self.place.document,
            "since": self.since,
            "answers": self.answers,
            "epoch": self.epoch,
            "comparisons_before": self.comparisons_before,
        }

    def progress(self, evidence: RouteEvidence) -> Progress:
        """What the next action is decided from. In another epoch every comparison is new."""
        before = self.comparisons_before if evidence.epoch == self.epoch else 0
        comparisons = max(evidence.comparisons - before, 0)
        return Progress(since=self.since, answers=self.answers, comparisons=comparisons)

    def with_answers(self, more: int) -> "StepSoFar":
        """After so many more answers."""
        return replace(self, answers=self.answers + max(more, 0))


def step_from(notes: Mapping[str, Any]) -> StepSoFar | None:
    """What `notes` says; None when nothing is noted yet."""
    place = place_from(notes.get("place"))
    if place is None:
        return None
    return StepSoFar(
        place=place,
        since=float(notes.get("since", 0.0)),
        answers=int(notes.get("answers", 0)),
        epoch=str(notes.get("epoch", "")),
        comparisons_before=int(notes.get("comparisons_before", 0)),
    )


def new_step(place: Place, now: float, evidence: RouteEvidence | None) -> StepSoFar:
    """A step that begins now."""
    return StepSoFar(
        place=place,
        since=now,
        epoch=evidence.epoch if evidence else "",
        comparisons_before=evidence.comparisons if evidence else 0,
    )
