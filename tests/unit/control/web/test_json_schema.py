"""Typed dictionaries as JSON Schema."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
from jsonschema import Draft202012Validator

from strangler_proxy.control.web.api.json_schema import Keywords, Schema, schema_of


class Leaf(TypedDict):
    """A leaf."""

    from_: Annotated[int, "Where.", Keywords(minimum=0)]
    colour: NotRequired[Literal["green", "red"]]


class Tree(TypedDict):
    """A tree."""

    leaves: list[Leaf]
    counts: dict[str, int]
    name: str | None
    anything: Any


TREE = {"leaves": [{"from": 1, "colour": "red"}, {"from": 0}], "counts": {"a": 1}, "name": None, "anything": [1]}


def validator() -> Draft202012Validator:
    named: dict[str, Schema] = {}
    return Draft202012Validator({**schema_of(Tree, named), "components": {"schemas": named}})


def test_a_document_of_that_type_fits() -> None:
    assert list(validator().iter_errors(TREE)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"name": 1},
        {"counts": {"a": "1"}},
        {"leaves": [{"from": -1}]},
        {"leaves": [{"from": 1, "colour": "blue"}]},
        {"leaves": [{"colour": "red"}]},
        {"leaves": [{"from_": 1}]},
    ],
)
def test_another_does_not(change: dict[str, Any]) -> None:
    assert list(validator().iter_errors(TREE | change))


def test_descriptions_come_along() -> None:
    named: dict[str, Schema] = {}
    schema_of(Tree, named)
    assert named["Leaf"]["description"] == "A leaf."
    assert named["Leaf"]["properties"]["from"] == {"type": "integer", "description": "Where.", "minimum": 0}


def test_a_type_without_a_schema_is_a_mistake_that_is_told() -> None:
    with pytest.raises(TypeError, match="set"):
        schema_of(set[str], {})
