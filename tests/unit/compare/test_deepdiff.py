"""DeepDiff as oracle: on documents with planted changes it finds the same differences at the same places."""

import copy
import json
import re
from typing import Any

from deepdiff import DeepDiff
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare

KINDS = {
    "dictionary_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_added": "added",
    "iterable_item_removed": "removed",
    "type_changes": "type",
    "values_changed": "value",
}
SCALARS = (
    st.none() | st.booleans() | st.integers(-99, 99) | st.sampled_from([0.5, 1.5, -2.25]) | st.text("xyz", max_size=4)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every member and item of a document."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in entries for place in [(*at, key), *places(inner, (*at, key))]]


@st.composite
def changed(draw: st.DrawFn) -> tuple[Any, Any]:
    """A document, and the same with one member removed, added, retyped or changed."""
    document = {"root": draw(VALUES), "other": draw(VALUES)}
    altered = copy.deepcopy(document)
    place = draw(st.sampled_from(places(document)))
    holder = altered
    for step in place[:-1]:
        holder = holder[step]
    if isinstance(holder, dict) and draw(st.booleans()):
        if draw(st.booleans()):
            del holder[place[-1]]
        else:
            holder["new"] = draw(SCALARS)
    else:
        holder[place[-1]] = draw(SCALARS)
    return document, altered


def ours(primary: Any, candidate: Any) -> set[tuple[str, str]]:
    answers = [
        Answer(status=200, headers=((b"Content-Type", b"application/json"),), body=json.dumps(one).encode())
        for one in (primary, candidate)
    ]
    return {(one.path.removeprefix("body:"), one.kind.value) for one in compare(*answers).differences}


def theirs(primary: Any, candidate: Any) -> set[tuple[str, str]]:
    found = DeepDiff(primary, candidate, verbose_level=1, threshold_to_diff_deeper=0)
    return {
        (re.sub(r"\['(\w+)'\]", r".\1", path).replace("root", "$", 1), KINDS[kind])
        for kind, paths in found.items()
        for path in paths
    }


@given(changed())
def test_a_planted_change_is_found_where_deepdiff_finds_it(pair: tuple[Any, Any]) -> None:
    assert ours(*pair) == theirs(*pair)
