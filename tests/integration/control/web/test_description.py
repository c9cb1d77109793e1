"""The description of the API against the standard, the published file, and the served application."""

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.integration.control.web.conftest import ROLES, Dashboard
from tests.integration.control.web.test_access import group_of

ROOT = Path(__file__).resolve().parents[4]
EXAMPLES = 12
"""Requests of each kind to an operation; all of them take some ten seconds."""


def test_the_published_file_is_what_the_code_says(served: Dashboard) -> None:
    from strangler_proxy.control.web.api.reference import FILE, text

    written = (ROOT / "docs" / "reference" / FILE).read_text(encoding="utf-8")
    assert written == text(), "write it anew: make docs"


def test_the_description_is_openapi_3_1(served: Dashboard) -> None:
    from strangler_proxy.control.web.api.openapi import description

    assert list(OpenAPIV31SpecValidator(description()).iter_errors()) == []


def of_this_store() -> dict[str, Any]:
    """The description, asking only for routes and groups that there are: else nearly all would be answered 404."""
    from strangler_proxy.control.web.api.openapi import description

    route, number = group_of().strip("/").split("/")[1::2]
    there: dict[str, Any] = {
        "name": {"type": "string", "enum": [route]},
        "number": {"type": "integer", "enum": [int(number)]},
    }
    document: dict[str, Any] = json.loads(json.dumps(description()))
    for item in document["paths"].values():
        for parameter in item.get("parameters", ()):
            parameter["schema"] = there[parameter["name"]]
    return document


@pytest.mark.slow
@pytest.mark.parametrize("role", [role for role in ROLES if role != "operator"])
def test_no_request_is_answered_otherwise_than_described(dashboard: Dashboard, role: str) -> None:
    """Requests that fit the description and such that do not, by methods that there are and others, with the token, a
    wrong one and none."""
    from strangler_proxy.control.tokens import token_make

    headers = {"Authorization": f"Bearer {token_make(name=role)}"}
    schema = schemathesis.openapi.from_dict(of_this_store())
    schema.config.update(base_url=dashboard.url)
    found = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @schema.given(case=operation.as_strategy())
        def asked(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers)

        asked()
        found.append(operation.label)
    assert len(found) == 10
