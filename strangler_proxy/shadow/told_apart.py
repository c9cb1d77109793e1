"""One difference of each group, which is all that is counted of one comparison. Pure.

A page in which each of 10000 members differs would else take a second to make private, in which nothing is compared and
the answers of services seem slow.
"""

from collections.abc import Sequence

from strangler_proxy.compare.difference import Difference
from strangler_proxy.compare.groups import GroupKey, group_of

MOST = 500
"""Groups of one comparison that are told apart; of the rest one is kept for each part of the answer and kind."""


def one_of_each_group(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """The first difference of each group, in their order."""
    if len(differences) < 2:
        return tuple(differences)
    firsts: dict[GroupKey, Difference] = {}
    for one in differences:
        firsts.setdefault(group_of(one), one)
    if len(firsts) <= MOST:
        return tuple(firsts.values())
    in_order = sorted(firsts.items(), key=lambda item: (item[0].path, item[0].kind))
    rest: dict[tuple[str, str], Difference] = {}
    for key, one in in_order[MOST:]:
        rest.setdefault((key.path.partition(":")[0], key.kind), one)
    return (*(one for _, one in in_order[:MOST]), *rest.values())
