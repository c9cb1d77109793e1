"""Asks a project's own Django which view a path leads to, as the measure that the toolkit is held against."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strangler_proxy.discover.project import Project

SCRIPT = Path(__file__).with_name("ask_django.py")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What Django said."""

    patterns: int
    matches: list[dict[str, Any] | None]


def ask_django(project: Project, paths: Sequence[str] = ()) -> Said:
    """The number of the project's URL patterns, and the view that each path leads to."""
    done = subprocess.run(
        [project.python, SCRIPT, str(project.manage)],
        cwd=project.root,
        input=json.dumps({"paths": list(paths)}),
        capture_output=True,
        text=True,
        check=True,
    )
    return Said(**json.loads(done.stdout.splitlines()[-1]))
