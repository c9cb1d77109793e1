"""Every golden pair says what it is expected to say, from both sides."""

import json
from collections import Counter

import pytest

from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import SWAPPED
from tests.unit.compare.golden import PLAIN, Pair, document_of, expected, pairs

ALL = list(pairs())
EXPECTED = expected()


def name_of(pair: Pair) -> str:
    return f"{pair.group}-{pair.name}"


def test_there_are_pairs_of_every_kind_of_body() -> None:
    assert len(ALL) >= 200
    groups = {pair.group for pair in ALL}
    assert groups >= {
        "json",
        "html",
        "xml",
        "csv",
        "forms",
        "text",
        "bytes",
        "encodings",
        "headers",
        "cookies",
        "django",
    }


def test_no_pair_has_the_name_of_another_and_no_expectation_is_an_orphan() -> None:
    names = [(pair.group, pair.name) for pair in ALL]
    assert len(set(names)) == len(names)
    assert set(EXPECTED) == set(names), "write them anew: python -m tests.unit.compare.golden"


@pytest.mark.parametrize("pair", ALL, ids=name_of)
def test_a_pair_differs_as_expected(pair: Pair) -> None:
    said = json.loads(json.dumps(document_of(pair.compared())))
    assert said == EXPECTED[pair.group, pair.name], "write them anew: python -m tests.unit.compare.golden"


@pytest.mark.parametrize("pair", ALL, ids=name_of)
def test_an_answer_equals_itself(pair: Pair) -> None:
    for answer in (pair.primary, pair.candidate):
        assert compare(answer, answer, pair.rules).differences == ()


SIDED = [pair for pair in ALL if pair.rules == PLAIN]


@pytest.mark.parametrize("pair", SIDED, ids=name_of)
def test_swapped_sides_swap_added_and_removed(pair: Pair) -> None:
    there = Counter(SWAPPED.get(one.kind, one.kind) for one in compare(pair.primary, pair.candidate).differences)
    back = Counter(one.kind for one in compare(pair.candidate, pair.primary).differences)
    assert there == back
