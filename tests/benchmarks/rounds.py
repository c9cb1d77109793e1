"""Rounds: contenders are measured by turns, so that a busy minute of the machine falls on all of them."""

import operator
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


def by_turns(names: Iterable[str], rounds: int, measure: Callable[[str], T]) -> dict[str, list[T]]:
    """The measurements of each name, one a round: A B C, A B C. The order turns round every other time."""
    order = list(names)
    measured: dict[str, list[T]] = {name: [] for name in order}
    for turn in range(rounds):
        for name in order if turn % 2 == 0 else reversed(order):
            measured[name].append(measure(name))
    return measured


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of some rounds, and how far they lay apart."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Figure":
        """The figure of these rounds; at least one."""
        ordered = sorted(values)
        return cls(statistics.median(ordered), ordered[0], ordered[-1])

    @property
    def spread(self) -> str:
        """Lowest to highest."""
        digits = 1 if self.highest < 100 else 0
        return f"{self.lowest:.{digits}f}-{self.highest:.{digits}f}"


def paired_ratio(values: list[float], bases: list[float] | None) -> float | None:
    """The median of the ratios round by round, since what disturbs a round disturbs its neighbours alike; None
    without a base."""
    return statistics.median(map(operator.truediv, values, bases)) if bases else None
