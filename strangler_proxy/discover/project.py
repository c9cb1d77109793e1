"""Finds the Django project in a folder: its manage.py, its settings module, and the interpreter that runs it."""

import ast
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from strangler_proxy.discover.errors import NoProject, NoSettings, SeveralProjects

_VARIABLE = "DJANGO_SETTINGS_MODULE"
_DEPTH = 4
"""How many folders down a manage.py is looked for; deeper ones belong to something else."""
_NEVER_ENTERED = frozenset({"node_modules", "site-packages", "__pycache__", "build", "dist"})
_BESIDE = frozenset(
    {"test", "tests", "testing", "example", "examples", "demo", "demos", "doc", "docs", "sample", "samples"}
)
"""Folders whose projects stand beside the one that serves users."""
_NAMED = 5
"""Projects that are named where there are several; a repository may have hundreds in its tests."""
_VENV_NAMES = (".venv", "venv", "env")


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """A Django project, and how it is run."""

    root: Path
    """The folder that it is run in: that of manage.py, if it has one."""
    manage: Path | None
    settings: str | None
    """Dotted name of the settings module; None: only running manage.py tells."""
    python: str
    """The interpreter that has what the project needs."""


def find_project(
    folder: Path, *, python: str | None = None, settings: str | None = None, environ: Mapping[str, str] = os.environ
) -> Project:
    """The project at or below `folder`.

    `settings` wins over DJANGO_SETTINGS_MODULE of `environ`, and that over what manage.py sets. `python` wins over a
    virtual environment (.venv, venv, env) beside or above the project, that over the active one, that over `python3`.

    Raises: NoProject when there is no manage.py, and no settings module that would do without; SeveralProjects;
    NoSettings when nothing names the settings.
    """
    settings = settings or environ.get(_VARIABLE)
    folder = folder.resolve()
    manage = _find_manage(folder, required=settings is None)
    root = manage.parent if manage else folder
    return Project(
        root=root,
        manage=manage,
        settings=settings or _settings_of(manage),
        python=_from_here(python) if python else _find_python(root, environ),
    )


def _find_manage(folder: Path, *, required: bool) -> Path | None:
    if not folder.is_dir():
        raise NoProject(f"{folder} is no folder.", remedy="Name the folder of the Django project.")
    found = sorted(_manage_files(folder, _DEPTH))
    if folder / "manage.py" in found or len(found) == 1:
        return min(found, key=lambda path: len(path.parts))
    if found:
        likely = sorted((path.relative_to(folder) for path in found), key=_unlikeliness)
        listed = ", ".join(map(str, likely[:_NAMED]))
        rest = f" and {len(likely) - _NAMED} more" if len(likely) > _NAMED else ""
        first = likely[0].parent if folder == Path.cwd() else folder / likely[0].parent
        raise SeveralProjects(
            f"{folder} holds several Django projects: {listed}{rest}.",
            remedy=f"Say which one with --project, e.g. --project {shlex.quote(str(first))}.",
        )
    if required:
        raise NoProject(
            f"no manage.py of a Django project in {folder}, nor up to {_DEPTH} folders below it.",
            remedy="Name the project's folder with --project; one without manage.py needs --settings as well.",
        )
    return None


def _unlikeliness(manage: Path) -> tuple[bool, int, Path]:
    """What projects are sorted by, the likeliest to be meant first: real ones, then those that lie highest."""
    beside = any(part.lower() in _BESIDE for part in manage.parts)
    return beside, len(manage.parts), manage


def _manage_files(folder: Path, depth: int) -> Iterator[Path]:
    manage = folder / "manage.py"
    if manage.is_file() and "django" in manage.read_text(encoding="utf-8", errors="replace").lower():
        yield manage
    if depth == 0:
        return
    for entry in _entries(folder):
        skipped = entry.name.startswith(".") or entry.name in _NEVER_ENTERED
        if not skipped and entry.is_dir(follow_symlinks=False) and not Path(entry.path, "pyvenv.cfg").exists():
            yield from _manage_files(Path(entry.path), depth - 1)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except PermissionError:  # what the user may not read is not the user's project
        return []


def _settings_of(manage: Path | None) -> str | None:
    """The settings module that manage.py names; None when it chooses between several, or finds the name by running."""
    if manage is None:
        return None
    source = manage.read_text(encoding="utf-8", errors="replace")
    named = settings_named_in(source)
    if not named and _VARIABLE not in source and "execute_from_command_line" not in source:
        raise NoSettings(
            "it names no settings module.", where=str(manage), remedy=f"Give it with --settings, or in {_VARIABLE}."
        )
    return named[0] if len(named) == 1 else None


def settings_named_in(source: str) -> list[str]:
    """The settings modules that the text of a manage.py puts into the environment, each once. Runs nothing."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    named: dict[str, None] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="setdefault"), args=[ast.Constant(value="DJANGO_SETTINGS_MODULE"), value, *_]
            ):
                pass
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value="DJANGO_SETTINGS_MODULE"))], value=value):
                pass
            case _:
                continue
        # A name that is put together while it runs stands for one more that is not known.
        is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
        named[value.value if is_text else ""] = None  # type: ignore[attr-defined]
    return [] if "" in named else list(named)


def _from_here(python: str) -> str:
    """A path holds in the user's folder, not in the project's; links stay, as they make the environment."""
    return os.path.abspath(os.path.expanduser(python)) if os.sep in python else python


def _find_python(root: Path, environ: Mapping[str, str]) -> str:
    for folder in (root, *root.parents):
        for name in _VENV_NAMES:
            python = folder / name / "bin" / "python"
            if python.exists() and (folder / name / "pyvenv.cfg").exists():
                return str(python)
    if active := environ.get("VIRTUAL_ENV"):
        python = Path(active, "bin", "python")
        if python.exists():
            return str(python)
    return shutil.which("python3", path=environ.get("PATH")) or sys.executable
