"""Differences that a person looks at as one thing are one group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.compare.groups import MOST_GROUPS, GroupKey, folded_path, group_of, within_bound
from strangler_proxy.compare.paths import PathPattern, Star, body_path, steps_of
from strangler_proxy.compare.rules import Ignore
from strangler_proxy.config import patterns

STEPS = st.lists(
    st.text(st.characters(codec="utf-8"), max_size=6)
    | st.integers(0, 99)
    | st.sampled_from(
        [
            "id",
            "a b",
            "a'b",
            "a\\b",
            "[3]",
            "a ~(",
            "x until 2027-01-31",
            "2026-03-01",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        ]
    )
    | st.just(Star.ANY),
    max_size=5,
).map(tuple)


@pytest.mark.parametrize(
    ("path", "folded"),
    [
        ("status", "status"),
        ("header:etag", "header:etag"),
        ("cookie:sessionid", "cookie:sessionid"),
        ("cookie:cart-1842", "cookie:cart-*"),
        ("header:x-item-12", "header:x-item-12"),
        ("header:x-item-3f2504e0", "header:x-item-*"),
        ("body:$", "body:$"),
        ("body:$.results[12].price", "body:$.results[*].price"),
        ("body:$.html.body.ul[0].li[2]['@class']", "body:$.html.body.ul[*].li[*]['@class']"),
        ("body:$['first name'][3]", "body:$['first name'][*]"),
        ("body:$['a[3]b'].c", "body:$['a[3]b'].c"),
        ("body:$.stock['1842'].left", "body:$.stock[*].left"),
        ("body:$['2026-03-01']", "body:$[*]"),
        ("body:$.by['3f2504e0-4f89-11d3-9a0c-0305e82c3301'].n", "body:$.by[*].n"),
        ("body:$.by.d41d8cd98f00b204e9800998ecf8427e", "body:$.by[*]"),
        ("body:$.by['redacted-1a2b3c4d'].n", "body:$.by[*].n"),
        ("body:$.by['mail of redacted-abcdefab']", "body:$.by[*]"),
        ("body:$.results_of_the_first_page.x", "body:$.results_of_the_first_page.x"),
    ],
)
def test_positions_and_names_that_are_data_are_folded(path: str, folded: str) -> None:
    assert folded_path(path) == folded


def test_kinds_are_groups_of_their_own() -> None:
    keys = {group_of(Difference("body:$.a[0]", kind, 1, 2)) for kind in Kind}
    assert keys == {GroupKey("body:$.a[*]", kind) for kind in Kind}


def test_once_there_are_too_many_what_is_new_is_counted_together() -> None:
    known = {GroupKey(f"body:$.x{number}", Kind.VALUE) for number in range(MOST_GROUPS)}
    old, new = GroupKey("body:$.x7", Kind.VALUE), GroupKey("body:$.never", Kind.VALUE)
    assert within_bound(new, known, len(known) - 1) == new
    assert within_bound(old, known, len(known)) == old
    assert within_bound(new, known, len(known)) == GroupKey("body:…", Kind.VALUE)
    assert within_bound(new, known, len(known)).is_rest


@given(STEPS)
def test_a_path_says_its_steps(steps: tuple[object, ...]) -> None:
    assert steps_of(body_path(steps)) == steps  # type: ignore[arg-type]


@given(STEPS)
def test_folding_twice_is_folding_once(steps: tuple[object, ...]) -> None:
    once = folded_path(body_path(steps))  # type: ignore[arg-type]
    assert folded_path(once) == once


@given(STEPS)
def test_a_folded_path_in_a_body_is_a_rule_that_excuses_its_group(steps: tuple[str | int, ...]) -> None:
    path = body_path(steps)
    rule = folded_path(path)
    assert patterns.fits(patterns.IGNORE, rule)
    assert PathPattern.of(rule).matches(steps)
    assert Ignore.of(rule).excuses(Difference(path, Kind.REMOVED, 1, None), steps)


NAMES = st.from_regex(rf"(?:header|cookie):{patterns.TOKEN}[-_.]?[0-9A-Fa-f]{{0,12}}", fullmatch=True)


@given(NAMES)
def test_a_folded_name_is_a_rule_that_excuses_its_group(path: str) -> None:
    rule = folded_path(path)
    assert patterns.fits(patterns.IGNORE, rule)
    assert Ignore.of(rule).excuses(Difference(path, Kind.REMOVED, 1, None), None)


@given(NAMES, NAMES)
def test_a_folded_name_excuses_no_other_group(path: str, other: str) -> None:
    if folded_path(path).lower() != folded_path(other).lower():
        assert not Ignore.of(folded_path(path)).excuses(Difference(other, Kind.REMOVED, 1, None), None)


def test_a_rule_for_a_name_that_is_written_out_means_no_other_one() -> None:
    assert not Ignore.of("cookie:cart-1842").excuses(Difference("cookie:cart-1843", Kind.REMOVED, 1, None), None)
    assert not Ignore.of("cookie:cart-*").excuses(Difference("cookie:cart-total", Kind.REMOVED, 1, None), None)
