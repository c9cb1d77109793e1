"""What an ignore would hide of a difference group: told from the group's path, and from the exchanges kept of it. Pure.

The store has counts of groups and some whole exchanges of each, so what a guard would excuse is known of those alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.compare.groups import GroupKey, group_of
from strangler_proxy.compare.paths import steps_of
from strangler_proxy.compare.rules import Ignore

_BEGIN_OF_MARK = "redacted-"
"""Of a mark's folded form too."""


class Extent(StrEnum):
    """How much of a group an ignore hides."""

    WHOLLY = "wholly"
    PARTLY = "partly"
    UNKNOWN = "unknown"
    """The path is one that it means, but whether its guard lets all pass cannot be told: no exchange is kept."""
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Hidden:
    """What an ignore does to one group."""

    extent: Extent
    examples: tuple[Difference, ...] = ()
    """Differences that it would hide, of the exchanges that were looked at."""
    looked_at: int = 0
    """Differences of the group that were looked at."""


def by_path(rule: Ignore, path: str) -> Extent:
    """What the path alone tells: a rule without a guard hides all of the groups that it covers.

    A name outside the body that has a mark is in no rule's reach, as answers are compared before marks are put in.
    """
    steps = steps_of(path)
    if rule.pattern is not None:
        covered = steps is not None and rule.pattern.covers(steps)
    else:
        covered = steps is None and rule.names(path) and _BEGIN_OF_MARK not in path
    if not covered:
        return Extent.NOT
    return Extent.WHOLLY if rule.guard is None else Extent.UNKNOWN


def hidden(rule: Ignore, key: GroupKey, differences: Sequence[Difference]) -> Hidden:
    """What the rule does to the group: by the `differences` of the exchanges kept of it; where none is, by its path."""
    of_group = [one for one in differences if group_of(one) == key]
    excused = tuple(one for one in of_group if rule.excuses(one, steps_of(one.path)))
    if not of_group:
        extent = by_path(rule, key.path)
        unreachable = extent is Extent.UNKNOWN and key.kind is not Kind.VALUE
        return Hidden(Extent.NOT if unreachable else extent)
    if not excused:
        return Hidden(Extent.NOT, (), len(of_group))
    return Hidden(Extent.WHOLLY if len(excused) == len(of_group) else Extent.PARTLY, excused, len(of_group))
