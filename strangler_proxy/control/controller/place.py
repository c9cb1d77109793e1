"""Where a route is between monolith and service, as one thing that can be compared and kept. Pure."""

from dataclasses import dataclass
from typing import Any

from strangler_proxy.config.model import Route
from strangler_proxy.config.stage import Stage

_ORDER = tuple(Stage)


@dataclass(frozen=True, slots=True)
class Place:
    """A stage, and the share of a canary."""

    stage: Stage
    percent: float | None
    """None in every stage but `canary`."""

    @property
    def height(self) -> tuple[int, float]:
        """How far the route has gone over to its service; grows with each step up."""
        return _ORDER.index(self.stage), self.percent or 0.0

    @property
    def document(self) -> list[Any]:
        """Its JSON form."""
        return [self.stage.value, self.percent]

    def __str__(self) -> str:
        return self.stage.value if self.percent is None else f"{self.stage} at {self.percent:g} percent"


def place_of(route: Route) -> Place:
    """Where the route is now."""
    return Place(route.stage, route.canary.percent if route.stage is Stage.CANARY else None)


def place_from(document: Any) -> Place | None:
    """What `document` gave; None when it is something else."""
    try:
        stage, percent = document
        return Place(Stage(stage), None if percent is None else float(percent))
    except (TypeError, ValueError):
        return None
