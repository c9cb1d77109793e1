"""Runs the probe with a project's own interpreter, and turns what goes wrong there into an error with a remedy."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from strangler_proxy.discover.answer import Answer, read_answer
from strangler_proxy.discover.errors import NoDjango, NoSettings, ProbeBroken, ProbeTimedOut, ProjectFails
from strangler_proxy.discover.project import Project
from strangler_proxy.errors import StranglerError

_PROBE = Path(__file__).with_name("probe.py")
_LINES_SHOWN = 6
"""Last lines of a traceback, or of what was printed, that an error shows."""


def probe(project: Project, *, timeout_seconds: float = 60.0, environ: Mapping[str, str] = os.environ) -> Answer:
    """What the project's URLconf and settings say. The project is imported, as `manage.py check` does; no view is run.

    `timeout_seconds`, default 60: large projects take 10 to 20 to import.
    Raises: NoDjango, NoSettings, ProjectFails, ProbeTimedOut, ProbeBroken.
    """
    with tempfile.TemporaryDirectory(prefix="strangler-") as folder:
        out = Path(folder, "answer.json")
        printed = _run(project, out, timeout_seconds, environ)
        document = _read(out)
    if document is None:
        raise ProbeBroken(
            f"the project ended its interpreter while it was imported.{_last(printed.splitlines())}",
            where=str(project.root),
            remedy=f"See what `{project.python} -m django check` says in that folder.",
        )
    if "error" in document:
        raise explain_failure(document["error"], project)
    return read_answer(document)


def probe_as_found(project: Project, *, named: bool, timeout_seconds: float = 60.0) -> tuple[Project, Answer]:
    """Probe the project; where the interpreter that was found for it has no Django, and none was `named`, with the one
    that runs this, into which many install both. Returns the project with the interpreter that could.

    Raises: as `probe`; NoDjango names the interpreter that was found first.
    """
    try:
        return project, probe(project, timeout_seconds=timeout_seconds)
    except NoDjango as error:
        if named or project.python == sys.executable:
            raise
        try:
            ours = replace(project, python=sys.executable)
            return ours, probe(ours, timeout_seconds=timeout_seconds)
        except NoDjango:
            raise error from None


def _run(project: Project, out: Path, timeout_seconds: float, environ: Mapping[str, str]) -> str:
    """Run the probe to its end; return what it and the project printed."""
    command = [project.python, str(_PROBE), "--out", str(out)]
    if project.manage:
        command += ["--manage", str(project.manage)]
    environment = {**environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if project.settings:
        environment["DJANGO_SETTINGS_MODULE"] = project.settings
    # A file takes what is printed: a pipe would stay open as long as anything that the project started.
    with tempfile.TemporaryFile() as printed:
        try:
            process = subprocess.Popen(
                command,
                cwd=project.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise NoDjango(
                f"the interpreter {project.python} cannot be run: {error.strerror}.",
                remedy="Name the one that runs the project with --python.",
            ) from error
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            raise ProbeTimedOut(
                f"the project was not imported within {timeout_seconds:g} seconds.",
                where=str(project.root),
                remedy="Look whether its settings wait for a server that does not run, or give it longer: --timeout.",
            ) from None
        finally:
            # Nothing that the project started outlives the probe.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        printed.seek(0)
        return printed.read().decode(errors="replace")


def _read(out: Path) -> dict[str, Any] | None:
    try:
        document: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return document


def explain_failure(error: Mapping[str, Any], project: Project) -> StranglerError:
    """The error for a person that the probe's error document stands for. Pure."""
    exception, where = error["exception"], str(project.root)
    if error["kind"] == "no-django":
        return NoDjango(
            f"{project.python} (Python {error['python']}) has no Django: {exception}.",
            where=where,
            remedy="Name the interpreter that runs the project with --python, e.g. --python .venv/bin/python.",
        )
    if error["kind"] == "no-settings":
        return NoSettings(
            "nothing names the project's settings module.",
            where=where,
            remedy="Give it with --settings, e.g. --settings mysite.settings.",
        )
    return ProjectFails(
        f"the project cannot be imported: {exception}{_last(error['traceback'])}",
        where=where,
        remedy=_remedy(error, project),
    )


def _remedy(error: Mapping[str, Any], project: Project) -> str:
    module = error["module"]
    match error["type"]:
        case "ModuleNotFoundError" if module and project.settings and f"{project.settings}.".startswith(f"{module}."):
            return f"Name a settings module that can be imported from {project.root} with --settings."
        case "ModuleNotFoundError":
            return f"Install it for {project.python}, or name the interpreter that runs the project with --python."
        case "ImproperlyConfigured" | "KeyError" | "UndefinedValueError":
            return "Set the environment variables that its settings ask for, or name other settings with --settings."
        case "SyntaxError":
            return f"{project.python} is Python {error['python']}: name the project's interpreter with --python."
        case _:
            return "Mend it as for `manage.py check`, which fails in the same way."


def _last(lines: list[str]) -> str:
    """The last lines, each on its own and indented, between what comes before and after them."""
    return "".join(f"\n    {line}" for line in lines[-_LINES_SHOWN:]) + "\n" if lines else ""
