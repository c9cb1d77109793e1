"""`strangler init`: from a Django project to a `strangler.toml` that leaves every endpoint where it is."""

import os
from pathlib import Path
from typing import Any

import click

from strangler_proxy.cli.drift import show_drift
from strangler_proxy.cli.failure import FileInTheWay
from strangler_proxy.cli.next_steps import next_steps
from strangler_proxy.cli.render import coloured_diff
from strangler_proxy.cli.session import CONFIG_NAME, CONFIG_VARIABLE, Session
from strangler_proxy.cli.verb import Example, verb
from strangler_proxy.cli.write_file import keep_aside, write_whole
from strangler_proxy.config.edit import Edit
from strangler_proxy.config.load import load, parse
from strangler_proxy.config.model import Config
from strangler_proxy.config.rules.addresses import host_and_port, url_mistake
from strangler_proxy.config.rules.loop import is_same_place
from strangler_proxy.discover.answer import Answer
from strangler_proxy.discover.project import Project, find_project
from strangler_proxy.discover.run_probe import probe_as_found
from strangler_proxy.discover.write_config import DEFAULT_LISTEN, DEFAULT_MONOLITH, config_text
from strangler_proxy.errors import WrongUsage

OTHER_LISTEN = "127.0.0.1:8080"
"""Where users come to when the monolith has the usual port, which is also Django's own."""


@verb(
    "init",
    examples=(
        Example("strangler init", "the Django project of this directory"),
        Example("strangler init shop --python shop/.venv/bin/python --settings shop.settings", "say how it is run"),
        Example("strangler init --monolith-url http://127.0.0.1:9000 --dry-run", "show the file, write nothing"),
        Example("strangler init --update", "list the endpoints that the file lacks"),
    ),
)
@click.argument("project_dir", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--project", type=click.Path(file_okay=False, path_type=Path), help="The same as PROJECT_DIR; default: here."
)
@click.option("--python", metavar="FILE", help="The interpreter that runs the project; default: its virtual env.")
@click.option("--settings", metavar="MODULE", help="Its settings module; default: as manage.py says.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"What to write; default: --config, or {CONFIG_NAME} here.",
)
@click.option("--monolith-url", default=DEFAULT_MONOLITH, show_default=True, metavar="URL", help="Where it answers.")
@click.option(
    "--listen",
    metavar="HOST:PORT",
    help=f"Where users come to; default: {DEFAULT_LISTEN}, or {OTHER_LISTEN} when the monolith is there.",
)
@click.option("--timeout", default=60.0, show_default=True, metavar="SECONDS", help="How long its import may take.")
@click.option("--force", is_flag=True, help="Replace the file; the old one is kept as .bak.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--update", is_flag=True, help="Write nothing; list what file and project lack of each other.")
def init(
    session: Session,
    project_dir: Path | None,
    project: Path | None,
    python: str | None,
    settings: str | None,
    output: Path | None,
    monolith_url: str,
    listen: str | None,
    timeout: float,
    force: bool,
    dry_run: bool,
    update: bool,
) -> int:
    """Find a Django project's endpoints and write strangler.toml.

    The project is imported by its own interpreter, as `manage.py check` does; no view is run. Every endpoint becomes
    a route in stage monolith, so that nothing changes until you say so. With --update, exit code 1 says that the file
    lacks an endpoint.
    """
    users_at = chosen_listen(monolith_url, listen)
    path = output or session.config_option or Path(CONFIG_NAME)
    if path.exists() and not (force or dry_run or update):
        raise FileInTheWay("the file is there already.", where=str(path), remedy=FileInTheWay.usual_remedy)
    found = find_project(project_dir or project or Path(), python=python, settings=settings)
    session.say(f"Importing the project in {found.root} with {found.python} …")
    found, answer = probe_as_found(found, named=python is not None, timeout_seconds=timeout)
    if update:
        return show_drift(session, path, load(path), answer)
    text = config_text(answer, listen=users_at, monolith_url=monolith_url)
    config = parse(text, path)
    backup = None
    if users_at == OTHER_LISTEN and listen is None:
        session.say(f"The monolith is at {DEFAULT_LISTEN}, so the proxy listens on {OTHER_LISTEN}.")
    if not dry_run:
        backup = keep_aside(path) if path.exists() else None
        write_whole(path, text)
    document = _document(found, answer, config, path, dry_run, backup)
    if dry_run:
        document["text"] = text
        session.answer(document, lambda: _planned(path, text))
    else:
        session.answer(document, lambda: _written(found, answer, config, path, backup))
    return 0


def chosen_listen(monolith_url: str, listen: str | None) -> str:
    """Where users come to: as asked for, else where the monolith is not. Pure.

    Raises: WrongUsage when one of the two options is no address, or both are one.
    """
    mistake = url_mistake(monolith_url)
    if mistake is not None:
        raise WrongUsage(f'--monolith-url "{monolith_url}" {mistake[0]}', remedy=mistake[1])
    if listen is not None and host_and_port(listen) is None:
        raise WrongUsage(f'--listen "{listen}" is not host:port.', remedy=f"Write e.g. --listen {OTHER_LISTEN}.")
    if listen is None:
        return OTHER_LISTEN if is_same_place(monolith_url, DEFAULT_LISTEN) else DEFAULT_LISTEN
    if is_same_place(monolith_url, listen):
        raise WrongUsage(
            f"--listen {listen} is where the monolith answers: the proxy would ask itself.",
            remedy=f"Let users come to another port, e.g. --listen {OTHER_LISTEN}.",
        )
    return listen


def _document(
    project: Project, answer: Answer, config: Config, path: Path, dry_run: bool, backup: Path | None
) -> dict[str, Any]:
    return {
        "file": str(path),
        "written": not dry_run,
        "backup": None if backup is None else str(backup),
        "project": str(project.root),
        "python": project.python,
        "settings": answer.settings,
        "django": answer.django,
        "endpoints": len(answer.endpoints),
        "routes": len(config.routes),
        "next": _next(project, config, path),
    }


def _planned(path: Path, text: str) -> str:
    if not path.exists():
        return text.rstrip("\n")
    edit = Edit(path=path, before=path.read_text(encoding="utf-8", errors="replace"), after=text)
    return coloured_diff(edit.diff) or "the file stays as it is."


def _written(project: Project, answer: Answer, config: Config, path: Path, backup: Path | None) -> str:
    left_out = len(answer.endpoints) - len(config.routes)
    lines = [
        f"Found Django {answer.django}, settings {answer.settings}: {len(answer.endpoints)} endpoints.",
        f"Wrote {click.style(str(path), bold=True)}: {len(config.routes)} routes, all in stage monolith"
        + (f"; {left_out} left out, with the reason, as comments." if left_out else "."),
    ]
    if backup is not None:
        lines.append(f"The old file is kept as {backup}.")
    steps = [f"  {number}. {step}" for number, step in enumerate(_next(project, config, path), start=1)]
    return "\n".join([*lines, "", "Next:", *steps])


def _next(project: Project, config: Config, path: Path) -> list[str]:
    return next_steps(project, config, path, Path(os.environ.get(CONFIG_VARIABLE) or CONFIG_NAME))
