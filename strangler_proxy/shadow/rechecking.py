"""Which differences are asked for again: those that have not proven to stay. Pure; the time is an argument.

To ask both again costs the monolith a request. A difference that was there again some times in a row is no replica that
lags; until it is seen to vanish once more, it is believed, and looked at again now and then.
"""

from collections.abc import Iterable

from strangler_proxy.compare.difference import Difference
from strangler_proxy.compare.groups import GroupKey, group_of

BELIEVED = 5
"""Times in a row that a difference group must have stayed."""
AGAIN_SECONDS = 30.0
"""Seconds between two looks at a group that is believed."""
_MOST_GROUPS = 20_000
"""Groups that are remembered; beyond it all are forgotten, and asked for again."""


class Rechecking:
    """How often in a row each difference group of an epoch has stayed, and when it was looked at last."""

    def __init__(self) -> None:
        self._stayed: dict[tuple[str, GroupKey], tuple[int, float]] = {}

    def wants(self, epoch: str, differences: Iterable[Difference], now: float) -> bool:
        """Whether one of the differences is of a group that is not believed, or not looked at for long."""
        return any(self._is_due(self._stayed.get((epoch, group_of(one))), now) for one in differences)

    def looked(self, epoch: str, before: Iterable[Difference], staying: Iterable[Difference], now: float) -> None:
        """What came of asking again."""
        if len(self._stayed) > _MOST_GROUPS:
            self._stayed.clear()
        stay = {group_of(one) for one in staying}
        for key in {group_of(one) for one in before}:
            times = self._stayed.get((epoch, key), (0, now))[0] + 1 if key in stay else 0
            self._stayed[epoch, key] = (times, now)

    def _is_due(self, stayed: tuple[int, float] | None, now: float) -> bool:
        return stayed is None or stayed[0] < BELIEVED or now - stayed[1] >= AGAIN_SECONDS
