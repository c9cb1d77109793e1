"""What an ignore would hide of a group."""

import pytest

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.compare.groups import GroupKey
from strangler_proxy.compare.rules import Ignore
from strangler_proxy.control.report.hides import Extent, by_path, hidden

PRICE = GroupKey("body:$.results[*].price", Kind.VALUE)
FIRST = Difference("body:$.results[0].price", Kind.VALUE, "1", "2")
SECOND = Difference("body:$.results[1].price", Kind.VALUE, "x", "2")


@pytest.mark.parametrize(
    ("rule", "path", "extent"),
    [
        ("body:$.results[*].price", "body:$.results[*].price", Extent.WHOLLY),
        ("body:$.results", "body:$.results[*].price", Extent.WHOLLY),
        ("body:$..price", "body:$.results[*].price", Extent.WHOLLY),
        ("body:$.results[0].price", "body:$.results[*].price", Extent.NOT),
        ("body:$.results[*].price ~1", "body:$.results[*].price", Extent.UNKNOWN),
        ("header:ETag", "header:etag", Extent.WHOLLY),
        ("status", "header:etag", Extent.NOT),
        ("body:$", "status", Extent.NOT),
        ("cookie:cart-*", "cookie:cart-*", Extent.WHOLLY),
        ("cookie:cart-1842", "cookie:cart-*", Extent.NOT),
        ("cookie:cart-*", "cookie:cart-total", Extent.NOT),
        ("cookie:redacted-*", "cookie:redacted-*", Extent.NOT),
    ],
)
def test_the_path_tells_what_a_rule_reaches(rule: str, path: str, extent: Extent) -> None:
    assert by_path(Ignore.of(rule), path) is extent


@pytest.mark.parametrize(
    ("rule", "extent", "count"),
    [
        ("body:$.results[*].price", Extent.WHOLLY, 2),
        ("body:$.results[0].price", Extent.PARTLY, 1),
        (r"body:$..price ~\d", Extent.PARTLY, 1),
        (r"body:$..price ~\w", Extent.WHOLLY, 2),
        ("body:$..name", Extent.NOT, 0),
    ],
)
def test_the_kept_exchanges_tell_what_it_excuses(rule: str, extent: Extent, count: int) -> None:
    effect = hidden(Ignore.of(rule), PRICE, [FIRST, SECOND])
    assert (effect.extent, len(effect.examples), effect.looked_at) == (extent, count, 2)


def test_without_a_kept_exchange_a_guard_may_hide_changed_values_and_nothing_else() -> None:
    rule = Ignore.of("body:$..price ~1")
    assert hidden(rule, PRICE, []).extent is Extent.UNKNOWN
    assert hidden(rule, GroupKey(PRICE.path, Kind.REMOVED), []).extent is Extent.NOT


def test_a_rule_that_is_a_groups_path_hides_what_the_group_folds() -> None:
    key = GroupKey("cookie:cart-*", Kind.VALUE)
    found = hidden(Ignore.of("cookie:cart-*"), key, [Difference("cookie:cart-1842", Kind.VALUE, "a", "b")])
    assert found.extent is Extent.WHOLLY
