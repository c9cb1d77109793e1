"""Leaving shared items out finds what a comparison of everything finds."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.body import compare_bodies
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import Comparison
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.json_body import parse_json
from strangler_proxy.compare.rules import Rules
from strangler_proxy.compare.shared_items import FIRST_MARK, without_shared_items
from strangler_proxy.compare.values import Values
from strangler_proxy.config.model import Compare

RULES = Rules.of(Compare(ignore=("body:$..at", "body:$[2]")))
TEXTS = st.text('ab[]{}",: \\é', max_size=4)
LEAVES = st.integers(0, 3) | st.booleans() | TEXTS | st.sampled_from([0.5, None, FIRST_MARK + 2])
INNER = LEAVES | st.lists(LEAVES, max_size=2) | st.lists(st.fixed_dictionaries({"w": LEAVES, "v": LEAVES}), max_size=4)
ITEMS = st.dictionaries(st.sampled_from(["id", "a", "b", "at", "x y"]), INNER, min_size=1, max_size=4)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two lists of records that share most of them."""
    primary = draw(st.lists(ITEMS, min_size=6, max_size=12))
    candidate = [dict(item) for item in primary]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(candidate) - 1))
        change = draw(st.sampled_from(["set", "set", "del", "replace", "drop", "insert", "swap"]))
        if change == "set":
            candidate[at] = {**candidate[at], draw(st.sampled_from(["a", "b", "at", "new"])): draw(INNER)}
        elif change == "del":
            candidate[at] = dict(list(candidate[at].items())[1:]) or {"z": 1}
        elif change == "replace":
            candidate[at] = draw(ITEMS)
        elif change == "drop" and len(candidate) > 1:
            del candidate[at]
        elif change == "insert":
            candidate.insert(at, draw(ITEMS))
        else:
            candidate[at], candidate[0] = candidate[0], candidate[at]
    wrap = draw(st.booleans())
    return ({"n": 1, "r": primary}, {"n": draw(st.integers(1, 2)), "r": candidate}) if wrap else (primary, candidate)


def plainly(primary: str, candidate: str, rules: Rules) -> Comparison:
    findings = Findings(rules)
    Values(findings).compare(parse_json(primary).value, parse_json(candidate).value)
    return findings.comparison()


@pytest.mark.parametrize("separators", [(", ", ": "), (",", ":")])
@given(pair=pairs())
def test_the_same_is_found_as_when_everything_is_compared(separators: tuple[str, str], pair: tuple[Any, Any]) -> None:
    mine, other = (json.dumps(one, separators=separators, ensure_ascii=False) for one in pair)
    answers = [
        Answer(status=200, headers=((b"Content-Type", b"application/json"),), body=text.encode())
        for text in (mine, other)
    ]
    for rules in (Rules(), RULES):
        assert compare(*answers, rules) == plainly(mine, other, rules)


def records(count: int, **last: Any) -> bytes:
    return json.dumps([*({"id": n, "tags": ["a", {"b": n}]} for n in range(count)), last]).encode()


def test_shared_records_are_left_out() -> None:
    left = without_shared_items(records(50, a=1), records(50, a=2))
    assert left is not None
    assert (left.primary[-1], left.candidate[-1], left.steps) == ({"a": 1}, {"a": 2}, ())
    assert left.primary[:-1] == left.candidate[:-1] == list(range(FIRST_MARK, FIRST_MARK + 50))


def test_what_is_around_the_list_is_left_in_where_it_differs() -> None:
    mine = b'{"n": 1, "page": {"results": %b}}' % records(9, a=1)
    left = without_shared_items(mine, mine.replace(b'"n": 1', b'"n": 2'))
    assert left is not None
    assert (left.primary["n"], left.candidate["n"], left.steps) == (1, 2, ())
    assert left.primary["page"] == left.candidate["page"] == {"results": list(range(FIRST_MARK, FIRST_MARK + 10))}


@pytest.mark.parametrize(
    "odd",
    ['"a\\"b"', '"[{"', '"]}"', '"a}"', '"\\"}, {", "y": "\\""'],
    ids=["backslash", "opening", "closing", "brace", "split in a text"],
)
def test_nothing_is_left_out_where_structure_is_not_certain(odd: str) -> None:
    mine = records(50, a=1)[:-1] + b', {"x": ' + odd.encode() + b"}]"
    assert not is_left_out(mine, mine.replace(b'"a": 1', b'"a": 2'))


@pytest.mark.parametrize(
    "body",
    [
        b'{"m": %d, "r": %b}' % (FIRST_MARK, records(50, a=1)),
        b'{"r": "%b"}' % records(50, a=1),
        records(50, a=1)[len('[{"') :],
        records(50, a=1)[: -len("}]")],
        b"[{}" + records(50, a=1)[1:],
    ],
    ids=["mark", "text", "no beginning", "no end", "broken around"],
)
def test_nothing_is_left_out_of_what_is_no_list(body: bytes) -> None:
    assert not is_left_out(body, body.replace(b'"a": 1', b'"a": 2'))


def is_left_out(primary: bytes, candidate: bytes) -> bool:
    try:
        return without_shared_items(primary, candidate) is not None
    except ValueError:
        return False


ODD_BYTES = st.sampled_from(
    [
        *(bytes([one]) for one in b'[]{}",: \\\0\n0e-.\xff\xc3'),
        *(
            b'}, {"',
            b'},{"',
            b'[{"',
            b"}]",
            b"}}",
            b'"\\"',
            b"\xef\xbb\xbf",
            b"NaN",
            b"1.0",
            b"1e999999999999999999999",
        ),
        *(b'"a": 1, "a": 2', b'"\\u0061": 1, "a": 2', b"9" * 5000, b"%d" % FIRST_MARK),
    ]
)


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Two bodies that share most of their records; into the second one odd bytes are put, or it is cut."""
    pair = draw(pairs())
    mine, other = (json.dumps(one, ensure_ascii=draw(st.booleans())).encode() for one in pair)
    for _ in range(draw(st.integers(1, 3))):
        at, width = draw(st.integers(0, len(other))), draw(st.integers(0, 3))
        other = other[:at] + draw(ODD_BYTES) + other[at + width :]
    return mine, other[: draw(st.integers(1, len(other)))] if draw(st.booleans()) else other


@settings(max_examples=300)
@given(bodies=spoilt())
def test_a_spoilt_body_is_found_out_as_when_everything_is_compared(bodies: tuple[bytes, bytes]) -> None:
    for pair in (bodies, bodies[::-1]):
        primary, candidate = (
            Answer(status=200, headers=((b"Content-Type", b"application/json"),), body=body) for body in pair
        )
        for rules in (Rules(), RULES):
            findings = Findings(rules)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("strangler_proxy.compare.body.without_shared_items", lambda primary, candidate: None)
                if primary.body != candidate.body:
                    compare_bodies(primary, candidate, findings)
            assert compare(primary, candidate, rules) == findings.comparison()


def test_records_of_nested_lists_keep_their_paths() -> None:
    def body(value: int) -> str:
        groups = [{"g": n, "rows": [{"w": 1}, {"w": 2}, {"w": 3 if n != 4 else value}, {"w": 4}]} for n in range(6)]
        return json.dumps(groups)

    answers = [
        Answer(status=200, headers=((b"Content-Type", b"application/json"),), body=body(value).encode())
        for value in (3, 9)
    ]
    assert [one.path for one in compare(*answers).differences] == ["body:$[4].rows[2].w"]


@pytest.mark.parametrize(
    "inside", [b'"a": ' + b"[" * 200_000 + b"]" * 200_000, b'"a": 1}, {' * 50_000 + b'"b": 1'], ids=["deep", "many"]
)
def test_no_body_holds_the_look_for_shared_items_up(inside: bytes) -> None:
    mine = b"[{%b}, {%b}]" % (inside, b"}, {".join([b'"n": 1'] * 10))
    begin = time.process_time()
    is_left_out(mine, mine.replace(b'"a": 1', b'"a": 2'))
    assert time.process_time() - begin < 5
