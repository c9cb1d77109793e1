"""What holds for any two answers, whatever is in them."""

import gzip
import json
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.difference import SWAPPED, Difference
from strangler_proxy.compare.rules import Rules
from strangler_proxy.config.model import Compare

NAMES = st.sampled_from(["id", "a", "b", "name", "first name", "tags"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.floats(-2, 2).map(lambda one: round(one, 1))
    | st.text("xyz", max_size=2)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=15
)
TYPES = st.sampled_from(
    [
        b"application/json",
        b"text/html",
        b"text/html; charset=utf-16",
        b"text/plain",
        b"text/csv",
        b"application/xml",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=B",
        b"multipart/form-data",
        b"image/png",
        b"",
        b";charset=\xff",
    ]
)
FRAGMENTS = st.sampled_from(
    [b"{", b'"', b"a", b":", b"[1,", b"]", b"}", b"<p>", b"</p>", b"<a b=", b"--B\r\n", b"\r\n\r\n", b",", b"\n", b"&",
     b"=", b"\xff", b"\x00", b"<!--", b"<?xml", b"<![CDATA[", b"1e9", b"\\ud800", b"<template>", b"<svg>", b"%zz",
     b"NaN"]
)  # fmt: skip
BODIES = st.binary(max_size=40) | st.lists(FRAGMENTS, max_size=12).map(b"".join)
ENCODINGS = st.sampled_from([b"", b"gzip", b"deflate", b"br", b"gzip, br", b"zstd", b"identity"])
HEADERS = st.tuples(
    st.sampled_from(
        [b"Set-Cookie", b"Date", b"Location", b"Vary", b"ETag", b"X-A", b"x-a", b"Content-Security-Policy"]
    ),
    st.binary(max_size=12)
    | st.sampled_from([b"a=1; Path=/", b"a=2; Secure", b"=;=;;", b"a=1; Expires=Thu, 99 Foo", b"x, y"]),
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """An answer of odd bytes that may be what they say."""
    body, encoding = draw(BODIES), draw(ENCODINGS)
    if encoding == b"gzip" and draw(st.booleans()):
        body = gzip.compress(body, mtime=0)
    headers = [(b"Content-Type", draw(TYPES)), (b"Content-Encoding", encoding), *draw(st.lists(HEADERS, max_size=4))]
    cut = draw(st.none() | st.integers(0, 9))
    size = None if cut is None else len(body) + cut
    return Answer(status=draw(st.sampled_from([200, 404])), headers=tuple(headers), body=body, body_size=size)


def json_answer(value: Any) -> Answer:
    return Answer(status=200, headers=((b"Content-Type", b"application/json"),), body=json.dumps(value).encode())


def differences(primary: Any, candidate: Any, **rules: Any) -> tuple[Difference, ...]:
    return compare(json_answer(primary), json_answer(candidate), Rules.of(Compare(**rules))).differences


PATHS = st.sampled_from(
    ["body:$.a", "body:$..b", "body:$[*].id", "body:$", "body:$.a[*]", "body:$..*", "body:$.id ~[xy]+"]
)


@given(VALUES)
def test_a_document_equals_itself_however_it_is_written(value: Any) -> None:
    spaced = Answer(
        status=200,
        headers=((b"Content-Type", b"application/json"),),
        body=json.dumps(value, indent=2, ensure_ascii=False).encode(),
    )
    assert compare(json_answer(value), spaced).equal


@given(VALUES, VALUES)
def test_documents_are_equal_only_when_they_are(primary: Any, candidate: Any) -> None:
    written = [json.dumps(value, sort_keys=True) for value in (primary, candidate)]
    same = written[0].replace("-0.0", "0.0") == written[1].replace("-0.0", "0.0")
    assert (not differences(primary, candidate)) == same


@given(VALUES, VALUES)
def test_the_order_of_members_never_matters(primary: Any, candidate: Any) -> None:
    def reverse(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: reverse(value[name]) for name in reversed(value)}
        return [reverse(item) for item in value] if isinstance(value, list) else value

    def said(found: tuple[Difference, ...]) -> Counter[tuple[str, str]]:
        return Counter((one.path, one.kind) for one in found)

    assert said(differences(primary, candidate)) == said(differences(reverse(primary), candidate))


@given(VALUES, VALUES)
def test_swapped_sides_swap_added_and_removed(primary: Any, candidate: Any) -> None:
    there = Counter(SWAPPED.get(one.kind, one.kind) for one in differences(primary, candidate))
    assert there == Counter(one.kind for one in differences(candidate, primary))


@given(VALUES, VALUES, st.lists(PATHS, max_size=2), PATHS)
def test_an_added_ignore_never_adds_a_difference(primary: Any, candidate: Any, ignore: list[str], more: str) -> None:
    before = Counter((one.path, one.kind) for one in differences(primary, candidate, ignore=tuple(ignore)))
    after = Counter((one.path, one.kind) for one in differences(primary, candidate, ignore=(*ignore, more)))
    assert after <= before


SET = st.lists(
    st.tuples(
        st.sampled_from([b"Set-Cookie", b"X-Item-1842"]), st.sampled_from([b"cart-1842=1", b"cart-total=2", b"y"])
    ),
    max_size=4,
).map(tuple)


@given(
    SET,
    SET,
    st.sampled_from(["cookie:cart-*", "cookie:cart-1842", "header:x-item-*", "cookie:*", "header:x-item-1842 ~y"]),
)
def test_an_added_ignore_of_a_header_or_cookie_never_adds_a_difference(
    primary: tuple[tuple[bytes, bytes], ...], candidate: tuple[tuple[bytes, bytes], ...], more: str
) -> None:
    sides = [Answer(status=200, headers=headers, body=b"") for headers in (primary, candidate)]
    before, after = (
        Counter((one.path, one.kind) for one in compare(*sides, Rules.of(Compare(ignore=ignore))).differences)
        for ignore in ((), (more,))
    )
    assert after <= before


AMOUNTS = st.dictionaries(
    st.sampled_from(["body:$.a", "body:$..b", "body:$[*].id", "body:$[*]", "body:$"]),
    st.sampled_from(["0.1", "1", "50%", "1s"]),
    min_size=1,
)


@given(VALUES, VALUES, AMOUNTS, st.lists(PATHS, max_size=1))
def test_an_added_tolerance_never_adds_a_difference(
    primary: Any, candidate: Any, tolerance: dict[str, str], ignore: list[str]
) -> None:
    before = Counter((one.path, one.kind) for one in differences(primary, candidate, ignore=tuple(ignore)))
    after = Counter(
        (one.path, one.kind) for one in differences(primary, candidate, ignore=tuple(ignore), tolerance=tolerance)
    )
    assert after <= before


@given(st.lists(VALUES, max_size=5), st.lists(VALUES, max_size=5), AMOUNTS)
def test_an_added_tolerance_leaves_no_more_of_a_bag_unpaired(
    primary: list[Any], candidate: list[Any], tolerance: dict[str, str]
) -> None:
    before = differences(primary, candidate, unordered=("body:$",))
    after = differences(primary, candidate, unordered=("body:$",), tolerance=tolerance)
    assert len(after) <= len(before)


@given(st.lists(VALUES, max_size=5), st.lists(VALUES, max_size=5), PATHS)
def test_an_added_ignore_leaves_no_more_of_a_bag_unpaired(primary: list[Any], candidate: list[Any], more: str) -> None:
    before = differences(primary, candidate, unordered=("body:$",))
    after = differences(primary, candidate, unordered=("body:$",), ignore=(more,))
    assert len(after) <= len(before)


@given(st.lists(VALUES, max_size=6), st.randoms())
def test_the_order_of_an_unordered_list_never_matters(value: list[Any], random: Any) -> None:
    shuffled = list(value)
    random.shuffle(shuffled)
    assert differences(value, shuffled, unordered=("body:$",)) == ()


@given(st.lists(VALUES, max_size=6), st.randoms())
def test_the_order_of_a_keyed_list_never_matters(values: list[Any], random: Any) -> None:
    items = [{"id": index, "value": value} for index, value in enumerate(values)]
    shuffled = list(items)
    random.shuffle(shuffled)
    assert differences(items, shuffled, keyed={"body:$": "id"}) == ()


@given(st.lists(st.integers(0, 3), max_size=8), st.lists(st.integers(0, 3), max_size=8))
def test_a_list_is_edited_with_no_more_differences_than_it_has_items(primary: list[int], candidate: list[int]) -> None:
    assert len(differences(primary, candidate)) <= max(len(primary), len(candidate))


@settings(max_examples=400)
@given(answers(), answers())
def test_a_comparison_never_raises_and_is_always_shown(primary: Answer, candidate: Answer) -> None:
    for one, other in ((primary, candidate), (primary, primary)):
        document = compare(one, other).document()
        json.dumps(document, ensure_ascii=False).encode()
    assert compare(primary, primary).differences == ()


@given(answers(), answers())
def test_equal_is_said_of_no_bodies_that_were_not_compared(primary: Answer, candidate: Answer) -> None:
    comparison = compare(primary, candidate)
    if any(note.kind == "not-compared" for note in comparison.notes):
        assert not comparison.equal
