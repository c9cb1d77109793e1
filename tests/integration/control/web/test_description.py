"""The description of the API against the served application."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from running_dashboard import Dashboard

EXAMPLES = 4
"""Requests to an operation that are drawn by chance, beside those that try each limit of each parameter."""


def of_this_store(dashboard: Dashboard) -> dict[str, Any]:
    """The description, asking only for routes and groups that there are: else nearly all would be answered 404."""
    from strangler_proxy.control.web.api.openapi import description

    route, number = dashboard.group.strip("/").split("/")[1::2]
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
@pytest.mark.parametrize(("role", "phases"), [("viewer", "fuzzing"), ("admin", "coverage,fuzzing")])
def test_no_request_is_answered_otherwise_than_described(
    dashboard: Dashboard, tmp_path: Path, role: str, phases: str
) -> None:
    """Requests that fit the description and such that do not, by methods that there are and others, with the token, a
    wrong one and none. All checks that schemathesis has are on."""
    from strangler_proxy.control.tokens import token_make

    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(of_this_store(dashboard)))
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "run", described, "--url", dashboard.url),
            *("--header", f"Authorization: Bearer {token_make(name=role)}"),
            *("--checks", "all", "--max-examples", str(EXAMPLES), "--seed", "1", "--generation-database", "none"),
            *("--phases", phases, "--continue-on-failure", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 selected / 12 total" in " ".join(done.stdout.split()), done.stdout
