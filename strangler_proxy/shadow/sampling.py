"""Which comparisons get a sample: all at first, then one now and then. Pure; the time is an argument.

To take what is private out of an exchange takes milliseconds, in which nothing else is compared, and of a difference in
every answer the store keeps a handful of samples anyway.
"""

from collections.abc import Iterable

from strangler_proxy.compare.difference import Difference
from strangler_proxy.compare.groups import GroupKey, group_of

FIRST = 20
"""Samples of a difference group that are all taken: some more than the store keeps by default."""
THEN_SECONDS = 30.0
"""Seconds between two samples after that, so that the newest is never old."""
_MOST_GROUPS = 20_000
"""Groups that are remembered; beyond it all are forgotten, which costs samples and no memory."""


class Sampling:
    """How many samples each difference group of an epoch has got, and when the last."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, GroupKey], tuple[int, float]] = {}

    def wants(self, epoch: str, differences: Iterable[Difference], now: float) -> bool:
        """Whether one of the differences is of a group that is due a sample; then it is counted for all of them."""
        keys = {(epoch, group_of(one)) for one in differences}
        if not any(self._is_due(self._taken.get(key), now) for key in keys):
            return False
        if len(self._taken) > _MOST_GROUPS:
            self._taken.clear()
        for key in keys:
            self._taken[key] = (self._taken.get(key, (0, now))[0] + 1, now)
        return True

    def _is_due(self, taken: tuple[int, float] | None, now: float) -> bool:
        return taken is None or taken[0] < FIRST or now - taken[1] >= THEN_SECONDS
