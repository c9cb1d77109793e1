"""Which comparisons get a sample: the first of each group, some more at first, then one now and then. Pure; the time
is an argument.

To take what is private out of an exchange takes milliseconds, in which nothing else is compared, and of a difference in
every answer the store keeps a handful of samples anyway. Where a new service differs everywhere, hundreds of groups
would want their samples at once, beside the users of the monolith; so all but the first of each share an allowance.
"""

from collections.abc import Iterable

from strangler_proxy.compare.difference import Difference
from strangler_proxy.compare.groups import GroupKey, group_of

FIRST = 20
"""Samples of a difference group that are taken as they come: some more than the store keeps by default."""
THEN_SECONDS = 30.0
"""Seconds between two samples after that, so that the newest is never old."""
AT_ONCE = 50
"""Samples, besides the first of each group, that are taken one after the other ..."""
PER_SECOND = 10.0
"""... and as many more in each second: a few hundredths of a processor."""
_MOST_GROUPS = 20_000
"""Groups that are remembered; beyond it all are forgotten, which costs samples and no memory."""


class Sampling:
    """How many samples each difference group of an epoch has got, and when the last."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, GroupKey], tuple[int, float]] = {}
        self._allowed = float(AT_ONCE)
        self._allowed_at = 0.0

    def wants(self, epoch: str, differences: Iterable[Difference], now: float) -> bool:
        """Whether one of the differences is of a group that is due a sample; then it is counted for all of them."""
        keys = {(epoch, group_of(one)) for one in differences}
        taken = [self._taken.get(key) for key in keys]
        if not (any(one is None for one in taken) or (any(_is_due(one, now) for one in taken) and self._allow(now))):
            return False
        if len(self._taken) > _MOST_GROUPS:
            self._taken.clear()
        for key in keys:
            self._taken[key] = (self._taken.get(key, (0, now))[0] + 1, now)
        return True

    def _allow(self, now: float) -> bool:
        """Takes one sample off the allowance, if there is one."""
        self._allowed = min(self._allowed + (now - self._allowed_at) * PER_SECOND, float(AT_ONCE))
        self._allowed_at = now
        if self._allowed < 1:
            return False
        self._allowed -= 1
        return True


def _is_due(taken: tuple[int, float] | None, now: float) -> bool:
    return taken is None or taken[0] < FIRST or now - taken[1] >= THEN_SECONDS
