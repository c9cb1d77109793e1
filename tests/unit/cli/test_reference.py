"""The generated reference is what the code says, and its examples can be typed."""

import re
import shlex
from pathlib import Path

import click
import pytest

from strangler_proxy.cli.error_catalogue import MISTAKES, NOT_RAISED, REMEDIES, catalogue, error_classes
from strangler_proxy.cli.main import VERBS, cli
from strangler_proxy.cli.reference import pages
from strangler_proxy.cli.verb import Verb
from strangler_proxy.config.errors import Code

ROOT = Path(__file__).parents[3]


def verb_named(name: str) -> Verb:
    """The verb of this name."""
    command = cli.get_command(click.Context(cli), name)
    assert isinstance(command, Verb)
    return command


EXAMPLES = [(name, example.line) for name in VERBS for example in verb_named(name).examples]


@pytest.mark.parametrize("name", ["commands.md", "errors.md"])
def test_the_page_is_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == pages()[name], "write it anew: python -m strangler_proxy.cli.reference"


@pytest.mark.parametrize(("name", "line"), EXAMPLES)
def test_every_example_of_the_help_can_be_parsed(name: str, line: str) -> None:
    inner = re.search(r'\$\((strangler [^)]*)\)"?$', line)
    words = shlex.split(inner[1] if inner else line.partition(" | ")[0].partition(" < ")[0])
    assert words[:2] == ["strangler", name]
    verb_named(name).make_context(name, words[2:], obj=None)


def test_every_code_has_one_class_a_cause_and_a_remedy() -> None:
    entries = catalogue()
    assert len({entry.code for entry in entries}) == len(entries)
    for entry in entries:
        assert re.fullmatch(r"STR\d{3}", entry.code)
        assert entry.cause.endswith(".")
        assert entry.remedy


def test_no_two_classes_share_a_code_save_one_that_is_a_mistake_of_the_file() -> None:
    codes = [error.code for error in error_classes()]
    twice = {code for code in codes if codes.count(code) > 1}
    assert twice == set()


def test_the_catalogue_names_no_code_that_is_never_raised() -> None:
    raised = {error.code for error in error_classes()}
    assert set(MISTAKES) == set(Code)
    assert set(REMEDIES) <= raised
    assert NOT_RAISED - {"STR000"} <= raised
