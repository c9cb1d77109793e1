"""Ignores end, and those that hide too much or nothing are told of."""

from datetime import date

import pytest

from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import Difference, Excused, Kind
from strangler_proxy.compare.ignore_use import ENOUGH, Concern, Use, expired, uses, warnings
from strangler_proxy.compare.rules import Rules
from strangler_proxy.config import patterns
from strangler_proxy.config.model import Compare
from tests.unit.compare.test_laws import json_answer

LAST, END = date(2027, 1, 30), date(2027, 1, 31)
UNTIL = "body:$.x until 2027-01-31"
GUARDED = "body:$.x until 2027-01-31 ~[0-9]+"


def concerns(rule: str, use: Use, comparisons: int, today: date = LAST) -> list[Concern]:
    return [one.concern for one in warnings((rule,), {rule: use}, comparisons, today)]


@pytest.mark.parametrize("text", [UNTIL, GUARDED])
def test_an_ignore_excuses_nothing_from_its_day_on(text: str) -> None:
    rules = Rules.of(Compare(ignore=(text,)))
    sides = json_answer({"x": 1}), json_answer({"x": 2})
    assert compare(*sides, rules.on(LAST)).equal
    assert not compare(*sides, rules.on(END)).equal
    assert [one.rule for one in compare(*sides, rules).excused] == [text]
    assert patterns.fits(patterns.IGNORE, text)


def test_rules_without_an_end_are_the_same_every_day() -> None:
    rules = Rules.of(Compare(ignore=("status",)))
    assert rules.on(END) is rules


@pytest.mark.parametrize(
    "text", ["header:etag until 2027-01-31", "status until 2027-01-31", "cookie:a until 2027-01-31"]
)
def test_what_is_outside_the_body_can_end_as_well(text: str) -> None:
    assert expired((text,), LAST) == []
    assert [one.concern for one in expired((text,), END)] == [Concern.EXPIRED]


def test_a_guard_with_the_word_until_is_no_end() -> None:
    assert expired(("body:$.x ~a until 2020-01-01",), END) == []


def test_an_ignore_that_matched_nothing_is_told_of_once_there_is_enough() -> None:
    assert concerns("status", Use(), ENOUGH - 1) == []
    assert concerns("status", Use(), ENOUGH) == [Concern.UNUSED]
    assert concerns("status", Use(comparisons=1), ENOUGH) == []


def test_an_ignore_that_hides_most_comparisons_is_told_of() -> None:
    assert concerns("header:etag", Use(comparisons=50), 100) == []
    assert concerns("header:etag", Use(comparisons=51), 100) == [Concern.TOO_MUCH]


def test_an_unguarded_ignore_that_hides_breakage_is_told_of() -> None:
    assert concerns("body:$.x", Use(comparisons=1, breaking=1), 100) == [Concern.HIDES_BREAKAGE]


def test_an_expired_ignore_earns_that_remark_alone() -> None:
    assert concerns(UNTIL, Use(), ENOUGH, END) == [Concern.EXPIRED]


def test_uses_are_counted_once_for_each_comparison() -> None:
    changed = Excused("a", Difference("body:$.x", Kind.VALUE, 1, 2))
    gone = Excused("a", Difference("body:$.y", Kind.REMOVED, 1, None))
    other = Excused("b", Difference("status", Kind.VALUE, 1, 2))
    assert uses([[changed, changed, gone], [changed, other], []]) == {
        "a": Use(comparisons=2, breaking=1),
        "b": Use(comparisons=1),
    }
