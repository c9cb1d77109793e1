"""Nothing that a person can type, set, read or be told is missing from the reference.

The generated pages are held against the code by the tests of their generators; these ask the other way round, and of
the code itself, so that a list which a generator forgets to walk is seen, too.
"""

import dataclasses
import importlib
import pkgutil
import re
from pathlib import Path

import click
import pytest

import strangler_proxy.compare.normalise as normalise
from strangler_proxy.cli.error_catalogue import NOT_RAISED
from strangler_proxy.cli.main import VERBS, cli
from strangler_proxy.compare.headers import UNORDERED, VOLATILE
from strangler_proxy.compare.normalise.normaliser import Normaliser
from strangler_proxy.config import model
from strangler_proxy.config.facts import Facts
from strangler_proxy.rollout.stages import Stage

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
SOURCE = {path: path.read_text() for path in (ROOT / "strangler_proxy").rglob("*.py")}
FILE_TABLES = [
    kind
    for kind in (vars(model)[name] for name in model.__all__)
    if dataclasses.is_dataclass(kind) and kind is not model.Sticky
]
"""The records of the file; what `sticky` holds is one text there."""
assert len(FILE_TABLES) > 15


def page(name: str) -> str:
    return (REFERENCE / name).read_text()


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of its level."""
    level = heading.partition(" ")[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^{level} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no {heading!r}"
    return found[1]


def commands(group: click.Group, name: str) -> list[tuple[str, click.Command]]:
    """A verb, with those below it."""
    command = group.get_command(click.Context(group), name)
    assert command is not None
    below = list(command.commands) if isinstance(command, click.Group) else []
    inner = [entry for word in below if isinstance(command, click.Group) for entry in commands(command, word)]
    return [(name, command), *[(f"{name} {deeper}", entry) for deeper, entry in inner]]


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_and_option_is_described(verb: str) -> None:
    text = page("commands.md")
    common = section(text, "## Common options")
    for name, command in commands(cli, verb):
        described = section(text, f"## strangler {verb}")
        assert f"strangler {name}" in described
        options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
        for word in [word for option in options for word in option.opts]:
            assert re.search(rf"`[^`]*{re.escape(word)}\b", described + common), f"strangler {name} {word}"


@pytest.mark.parametrize("kind", FILE_TABLES, ids=lambda kind: kind.__name__)
def test_every_key_of_the_file_is_described(kind: type) -> None:
    text = page("config.md")
    for field in dataclasses.fields(kind):
        if not field.metadata.get("facts", Facts()).in_file:
            continue
        nested = re.search(rf"^## `\[+(?:\w+\.)*{field.name}\b", text, re.MULTILINE)
        one_of_them = field.name in set(Stage) and re.search(r"^## `\[+(?:\w+\.)+STAGE\b", text, re.MULTILINE)
        assert nested or one_of_them or re.search(rf"^\| `{field.name}` \|", text, re.MULTILINE), (
            f"{kind.__name__}.{field.name}"
        )


def test_every_error_code_that_the_code_names_is_described() -> None:
    named = {code for text in SOURCE.values() for code in re.findall(r"\bSTR\d{3}\b", text)} - NOT_RAISED
    described = set(re.findall(r"^\| `?(STR\d{3})\b", page("errors.md"), re.MULTILINE))
    assert len(named) > 50
    assert named - described == set()


def test_every_metric_that_the_code_names_is_described() -> None:
    counting = [text for text in SOURCE.values() if "prometheus_client" in text]
    named = {name for text in counting for name in re.findall(r'"(strangler_[a-z][a-z_]+)"', text)}
    described = set(re.findall(r"^\| `(strangler_\w+)` \|", page("metrics.md"), re.MULTILINE))
    assert len(named) > 10
    assert {name for name in named if not {name, f"{name}_total"} & described} == set()


def test_every_metric_that_a_page_shows_is_in_the_reference() -> None:
    described = set(re.findall(r"^\| `(strangler_\w+)` \|", page("metrics.md"), re.MULTILINE))
    shown = {
        re.sub("_(bucket|sum|count)$", "", name)
        for path in (ROOT / "docs").rglob("*.md")
        for name in re.findall(
            r"\bstrangler_[a-z_]+(?:total|seconds_bucket|seconds|urls|workers|generation)\b", path.read_text()
        )
    }
    assert shown
    assert shown - described == set()


def test_every_environment_variable_that_the_code_names_is_described() -> None:
    named = {name for text in SOURCE.values() for name in re.findall(r"VARIABLE = \"(STRANGLER_[A-Z_]+)\"", text)}
    assert len(named) > 2
    assert [name for name in named if f"| `{name}` |" not in page("commands.md")] == []


def test_every_normaliser_of_every_module_is_described() -> None:
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(normalise.__path__, f"{normalise.__name__}.")
    ]
    made = {value.name for module in modules for value in vars(module).values() if isinstance(value, Normaliser)}
    assert len(made) > 5
    described = set(re.findall(r"^### (\S+)$", section(page("normalisers.md"), "## Normalisers"), re.MULTILINE))
    assert made - described == set()


def test_every_header_that_is_set_aside_is_described() -> None:
    text = page("normalisers.md")
    assert [name for name in {*VOLATILE, *UNORDERED} if f"`{name}`" not in text] == []


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_is_described(stage: Stage) -> None:
    assert re.search(rf"^\| `{stage.value}` \|", page("stages.md"), re.MULTILINE)
