"""`strangler doctor`: everything that the proxy needs, looked at, with a remedy for whatever is not well."""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from strangler_proxy.cli import checkup
from strangler_proxy.cli.checkup import Finding
from strangler_proxy.cli.failure import failure_of
from strangler_proxy.cli.project_checkup import project
from strangler_proxy.cli.render import Mark, mark_text, signs_are_shown
from strangler_proxy.cli.session import SECRET_VARIABLE, Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.config.errors import ConfigInvalid, ConfigUnreadable
from strangler_proxy.config.load import load
from strangler_proxy.config.model import Config
from strangler_proxy.config.words import plural
from strangler_proxy.control.reach import visited_host


@verb(
    "doctor",
    examples=(
        Example("strangler doctor", "before the first `strangler up`, or when something is odd"),
        Example("strangler doctor --no-project --json", "without importing the Django project, for a program"),
    ),
)
@click.option("--no-project", is_flag=True, help="Do not import the Django project beside the config.")
def doctor(session: Session, no_project: bool) -> int:
    """Check everything that the proxy needs, and say how to mend it.

    Exit code 0: all well, perhaps with warnings; 1: something failed; 4: all that fails is that a backend cannot be
    reached. Nothing is changed; each backend is sent one GET.
    """
    findings = tuple(examine(session.config_path, no_project=no_project))
    code = checkup.exit_code(findings)
    document = {
        "ok": code == 0,
        "checks": [
            {"check": found.check, "result": found.mark.value, "what": found.what, "remedy": found.remedy}
            for found in findings
        ],
    }
    session.answer(document, lambda: _text(findings))
    return code


def examine(config_path: Path, *, no_project: bool) -> Iterator[Finding]:
    """Every finding, in the order in which they are worth reading."""
    yield from checkup.interpreter()
    yield checkup.descriptors()
    try:
        config = load(config_path)
    except (ConfigInvalid, ConfigUnreadable) as error:
        failure = failure_of(error)
        for part in failure.parts or (failure,):
            yield Finding(check="config", mark=Mark.FAILED, what=f"{part.where}: {part.what}", remedy=part.remedy)
        return
    yield Finding(check="config", mark=Mark.OK, what=f"{config_path} is valid, {len(config.routes)} routes")
    yield checkup.state_directory(config_path)
    yield checkup.secret(os.environ.get(SECRET_VARIABLE, ""))
    yield checkup.listening(config, config_path)
    yield checkup.supervisor(config_path)
    yield from _backends(config)
    if not no_project:
        yield from project(config, config_path)


def _backends(config: Config) -> Iterator[Finding]:
    """All backends at once, told in file order: the slowest sets the time."""
    backends = tuple(config.backends.values())
    with ThreadPoolExecutor(max_workers=16) as pool:
        for findings in pool.map(lambda asked: tuple(checkup.backend(asked, visited_host(config))), backends):
            yield from findings


def _text(findings: tuple[Finding, ...]) -> str:
    signs = signs_are_shown()
    width = max(len(found.check) for found in findings)
    lines = []
    for found in findings:
        lines.append(f"{mark_text(found.mark, signs=signs)} {found.check:<{width}}  {found.what}")
        if found.remedy:
            lines.append(f"{'':{2 if signs else 12}}{'':{width}}  {click.style('remedy:', bold=True)} {found.remedy}")
    counts = Counter(found.mark for found in findings)
    bad = counts[Mark.FAILED] + counts[Mark.UNREACHABLE]
    return "\n".join(
        [
            *lines,
            "",
            ", ".join((f"{counts[Mark.OK]} well", plural(counts[Mark.WARNING], "warning"), plural(bad, "problem")))
            + ".",
        ]
    )
