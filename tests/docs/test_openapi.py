"""The published description of the API is what the code says, and is OpenAPI 3.1."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from strangler_proxy.control.setup import ready

WRITTEN = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"


@pytest.fixture
def text(tmp_path: Path) -> Iterator[str]:
    """The description as the code makes it."""
    ready(tmp_path, {})
    from django.db import connections

    from strangler_proxy.control.web.api import reference

    yield reference.text()
    connections.close_all()


def test_the_description_is_what_the_code_says(text: str) -> None:
    assert WRITTEN.read_text(encoding="utf-8") == text, "write it anew: make docs"


def test_the_description_is_openapi_3_1(text: str) -> None:
    assert list(OpenAPIV31SpecValidator(json.loads(text)).iter_errors()) == []


def test_a_description_that_is_none_is_found(text: str) -> None:
    document = json.loads(text)
    del document["paths"]["/routes.json"]["get"]["responses"]
    document["info"].pop("version")
    assert list(OpenAPIV31SpecValidator(document).iter_errors())
