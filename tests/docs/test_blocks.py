"""Every block of configuration that a page shows is valid: `strangler.toml` by its own rules, YAML as it parses."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from strangler_proxy.config.errors import ConfigInvalid
from strangler_proxy.config.load import parse

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = [
    (str(page.relative_to(ROOT)), number, language, text)
    for page in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("extracted/*/*.md")])
    for number, (language, text) in enumerate(
        re.findall(r"^ *```(toml|yaml)\n(.*?)^ *```$", page.read_text(), re.MULTILINE | re.DOTALL), 1
    )
]
ROUTE = '[[routes]]\nname = "of-the-page"\npath = "/of-the-page/"\n'


def named(language: str) -> Any:
    """The blocks in one language, as parameters with the page in their name."""
    return pytest.mark.parametrize(
        "text",
        [pytest.param(text, id=f"{page}-{number}") for page, number, found, text in BLOCKS if found == language],
    )


def completed(text: str) -> str:
    """A whole file of what a page shows of one: a route around its tables and keys, and the backends that it names."""
    lines = [line.strip() for line in text.splitlines()]
    begins = next(line for line in lines if line and not line.startswith("#"))
    whole = "\n".join(lines) + "\n"
    if begins.startswith(("[routes.", "[[routes.")) or not begins.startswith("["):
        whole = ROUTE + whole
    document = tomllib.loads(whole)
    services = {route["service"] for route in document.get("routes", []) if "service" in route}
    missing = sorted(({"monolith"} | services) - set(document.get("backends", {})))
    tables = [f'[backends.{name}]\nurls = ["http://127.0.0.1:{port}"]\n' for port, name in enumerate(missing, 9001)]
    return whole + "".join(tables)


@named("toml")
def test_what_a_page_shows_of_the_file_is_valid(text: str) -> None:
    if "#:schema" not in text:
        parse(completed(text), Path("strangler.toml"))


@named("yaml")
def test_what_a_page_shows_in_yaml_can_be_read(text: str) -> None:
    assert yaml.safe_load(text)


def test_there_are_blocks_to_check_and_a_wrong_one_is_found() -> None:
    assert len([language for _, _, language, _ in BLOCKS if language == "toml"]) > 10
    with pytest.raises(ConfigInvalid, match="shadwo"):
        parse(completed('[[routes]]\nname = "a"\npath = "/a/"\nstage = "shadwo"\n'), Path("strangler.toml"))
