"""Each normaliser does what its page says, and the page is what the code says."""

import json
import time
from pathlib import Path

import pytest

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.normalise.normaliser import Example, Normaliser
from strangler_proxy.compare.normalise.reference import NAME, render
from strangler_proxy.compare.normalise.texts import NORMALISERS
from strangler_proxy.compare.rules import Bases, Rules
from strangler_proxy.config import patterns
from strangler_proxy.config.model import Compare

ROOT = Path(__file__).parents[3]
BASES = Bases.of(["http://127.0.0.1:8001"], ["http://127.0.0.1:8002"])


def answer(holder: str, text: str) -> Answer:
    """The text where the example has it."""
    place, _, name = holder.partition(":")
    if place == "json":
        return Answer(
            status=200, headers=((b"Content-Type", b"application/json"),), body=json.dumps({name: text}).encode()
        )
    if place == "html":
        return Answer(status=200, headers=((b"Content-Type", b"text/html"),), body=text.encode())
    header = name if place == "header" else "set-cookie"
    return Answer(status=200, headers=((header.encode(), text.encode()),))


def equal(example: Example, rules: Rules) -> bool:
    return compare(answer(example.holder, example.primary), answer(example.holder, example.candidate), rules).equal


EQUAL = [(normaliser, example) for normaliser in NORMALISERS for example in normaliser.equal]
DIFFER = [(normaliser, example) for normaliser in NORMALISERS for example in normaliser.differ]


@pytest.mark.parametrize(("normaliser", "example"), EQUAL)
def test_what_a_normaliser_sets_aside_is_equal_and_is_not_when_it_is_off(
    normaliser: Normaliser, example: Example
) -> None:
    assert equal(example, Rules(bases=BASES))
    assert not equal(example, Rules(bases=BASES, without=frozenset({normaliser.name})))


@pytest.mark.parametrize(("normaliser", "example"), DIFFER)
def test_what_only_looks_alike_stays_a_difference(normaliser: Normaliser, example: Example) -> None:
    assert not equal(example, Rules(bases=BASES))


def test_every_normaliser_has_a_name_an_explanation_and_examples_of_both_kinds() -> None:
    names = [normaliser.name for normaliser in NORMALISERS]
    assert len(set(names)) == len(names)
    for normaliser in NORMALISERS:
        assert normaliser.explains.endswith(".")
        assert normaliser.equal
        assert normaliser.differ


@pytest.mark.parametrize(
    "text", ["csrf" * 50_000, "csrf=" + " " * 200_000, "/" + "?" * 200_000 + "<", "a:" * 100_000, "'nonce-" * 50_000]
)
@pytest.mark.parametrize("holder", ["json:csrf", "header:location", "set-cookie:"])
def test_no_text_holds_a_comparison_up(text: str, holder: str) -> None:
    begin = time.perf_counter()
    assert not equal(Example(text + " 1", text + " 2", holder), Rules(bases=BASES))
    assert time.perf_counter() - begin < 5


def test_the_page_is_what_the_code_says() -> None:
    written = (ROOT / "docs" / "reference" / NAME).read_text(encoding="utf-8")
    assert written == render(), "write it anew: python -m strangler_proxy.compare.normalise.reference"


def test_the_config_knows_every_normaliser_by_name() -> None:
    assert tuple(one.name for one in NORMALISERS) == patterns.NORMALISER_NAMES


def test_a_route_turns_normalisers_off() -> None:
    assert Rules.of(Compare(without=("csrf-tokens",)), without=frozenset({"same-moment"})).without == {
        "csrf-tokens",
        "same-moment",
    }
