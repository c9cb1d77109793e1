"""The commands of the recipe for the API do what it says, one after the other in one shell."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from running_dashboard import PASSWORD, Dashboard

PAGE = Path(__file__).resolve().parents[4] / "docs" / "how-to" / "use-the-api.md"


@pytest.mark.slow
def test_the_recipe_reads_and_changes_by_the_api(dashboard: Dashboard) -> None:
    page = PAGE.read_text()
    script = "\n".join(line[4:] for line in page.splitlines() if line.startswith("    "))
    asked = re.findall(r"^curl", script, re.MULTILINE)
    script = script.replace("http://127.0.0.1:8100", dashboard.url)
    (dashboard.config.parent / "password.txt").write_text(f"{PASSWORD}\n")
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=dashboard.config.parent,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    documents, rest = [], done.stdout[done.stdout.index("{") :]
    while rest.strip():
        document, end = json.JSONDecoder().raw_decode(rest)
        documents.append(document)
        rest = rest[end:].partition("{")[1] + rest[end:].partition("{")[2]
    assert len(documents) == len(asked) == 3
    overview, route, changed = documents
    assert overview["attention"]
    assert route["route"]["name"] == "product-list"
    assert (changed["changed"], changed["audited"]) == (True, True)
    assert 'stage = "monolith"' in dashboard.config.read_text().split('name = "product-list"')[1].split("[[")[0]
