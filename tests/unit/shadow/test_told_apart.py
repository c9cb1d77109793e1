"""One difference of each group."""

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.control.tally import groups_of
from strangler_proxy.shadow.told_apart import MOST, one_of_each_group


def difference(path: str, kind: Kind = Kind.VALUE) -> Difference:
    return Difference(path, kind, 1, 2)


def test_the_store_counts_the_same_groups_as_of_all_differences() -> None:
    results = [difference(f"body:$.results[{at}].{name}") for at in range(3000) for name in ("price", "stock")]
    last = difference("header:etag")
    kept = one_of_each_group([*results, last])
    assert len(kept) == 3
    assert groups_of(kept) == groups_of([*results, last])


def test_of_too_many_groups_each_part_and_kind_of_the_rest_is_kept() -> None:
    many = [difference(f"body:$.k{at}", kind) for at in range(10_000) for kind in (Kind.ADDED, Kind.REMOVED)]
    kept = one_of_each_group([*many, difference("header:x")])
    assert len(kept) == MOST + 3
    assert groups_of(kept) == groups_of([*many, difference("header:x")])
