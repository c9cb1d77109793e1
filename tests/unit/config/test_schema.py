"""The published schema and reference: drawn from the records, up to date, and never stricter than the loader."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import tomli

from strangler_proxy.config.keys import keys_of
from strangler_proxy.config.model import (
    Backend,
    Canary,
    Compare,
    Config,
    Gate,
    Proxy,
    Route,
    StageGates,
    Step,
    TaskRoute,
)
from strangler_proxy.config.reference import documents
from strangler_proxy.config.schema import description, schema

HERE = Path(__file__).parent
REFERENCE = HERE.parents[2] / "docs" / "reference"
RECORDS = (Config, Proxy, Backend, Route, Canary, Compare, Gate, StageGates, Step, TaskRoute)
SEEN_BY_THE_LOADER_ALONE = re.compile(
    r"^(toml-.*|not-utf-8|crlf-.*|converter-(does|closes|named|refers).*|path-(p|s|u|w).*|regex-does.*|ignore-guard.*|header-(bad-regex|empty|twice|of|with).*"
    r"|route-(duplicate|never).*|service-unknown.*|task-(twice|unknown-service)|trusted-.*|url-(bad-host|port-out.*)"
    r"|control-open-to-all|listen-port-too-high|same-address-twice|backend-is-.*|unordered-and-keyed|canary-percent-nan"
    r"|canary-sticky-header-.*|steps-(do-not|compared).*)$"
)
"""The bad files that take a parser, or two places of the file, to see through."""


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def document(path: Path) -> Any:
    return tomli.loads(path.read_bytes().decode().removeprefix("\ufeff"))


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_published_documents_are_up_to_date(name: str) -> None:
    assert (REFERENCE / name).read_text() == documents()[name], "run python -m strangler_proxy.config.reference"


def test_a_valid_file_fits_the_schema(validator: jsonschema.Draft202012Validator) -> None:
    assert list(validator.iter_errors(document(HERE / "valid.toml"))) == []


BAD = [path for path in sorted((HERE / "bad").glob("*.toml")) if not SEEN_BY_THE_LOADER_ALONE.match(path.stem)]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_an_editor_underlines_what_the_loader_would_refuse(
    path: Path, validator: jsonschema.Draft202012Validator
) -> None:
    assert not validator.is_valid(document(path))


def test_most_bad_files_are_seen_by_the_schema_already() -> None:
    assert len(BAD) >= 75


@pytest.mark.parametrize("record", RECORDS)
def test_every_key_is_described_with_its_range(record: type) -> None:
    for name, key in keys_of(record).items():
        text = description(record, name)
        assert text.endswith("."), name
        if key.facts.span:
            assert " to ".join(key.facts.span.split()[0:3:2]) in text, name


def test_every_field_is_a_key_of_the_file_or_says_that_it_is_none() -> None:
    known = {record: set(keys_of(record)) for record in RECORDS}
    apart = {
        (record.__name__, field.name)
        for record in RECORDS
        for field in fields(record)
        if field.name not in known[record]
    }
    assert apart == {("Backend", "name"), ("Config", "source"), ("Config", "route_lines")}
