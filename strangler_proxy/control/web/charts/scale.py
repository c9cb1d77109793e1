"""From values to places on a chart. Pure."""

import math
from collections.abc import Sequence


def nice_maximum(highest: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten that is not below `highest`; 1 for nothing."""
    if highest <= 0 or not math.isfinite(highest):
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next((step * power for step in (1, 2, 2.5, 5, 10) if step * power >= highest * 0.9999), 10 * power)


def runs(points: Sequence[tuple[float, float | None]], most_gap: float) -> list[list[tuple[float, float]]]:
    """The points in runs that a line may join: a missing value ends one, and so does a gap of more than `most_gap`."""
    found: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if found[-1] and (y is None or x - found[-1][-1][0] > most_gap):
            found.append([])
        if y is not None:
            found[-1].append((x, y))
    return [run for run in found if run]


def thinned(count: int, most: int) -> int:
    """How many neighbours are put together so that of `count` points at most `most` are drawn."""
    return max(1, -(-count // most))
