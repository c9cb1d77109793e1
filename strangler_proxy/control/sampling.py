"""Which samples of a difference group are kept: how it began, and how it looks now. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

FIRST = 3
"""Samples of the beginning that stay while newer ones come and go."""
REFRESH_SECONDS = 60.0
"""Seconds that the newest sample must be old before it makes a newer one room: a difference in every answer would
otherwise be a write of two whole answers for every request."""


@dataclass(frozen=True, slots=True)
class Place:
    """That a new sample is kept."""

    instead_of: int | None
    """The index of the one that goes for it; None: there is room."""


def place_for(at: float, kept: Sequence[float], limit: int) -> Place | None:
    """Where a sample of the time `at` goes among those of the times `kept`, oldest first; None: it is not kept.

    At most `limit` are kept: the first `FIRST` for good, and the newest.
    """
    if len(kept) < limit:
        return Place(None)
    if limit <= FIRST or at < kept[-1] + REFRESH_SECONDS:
        return None
    return Place(FIRST)
