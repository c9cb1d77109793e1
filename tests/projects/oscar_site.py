"""A shop that nobody of this project wrote, running: django-oscar in its own virtual environment, behind gunicorn.

The environment, `.venvs/oscar`, is made by `make .venvs/oscar/stamp`. The seeded shop is made once for a state of
`tests/projects/oscar` and the packages it asks for, and kept in `.cache/oscar`; each site that is started gets a copy.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.stack.processes import Part, free_port

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "tests" / "projects" / "oscar"
PYTHON = ROOT / ".venvs" / "oscar" / "bin" / "python"
CACHE = ROOT / ".cache" / "oscar"

CUSTOMER = ("ada@example.com", "engine-no-1")
STAFF = ("boss@example.com", "engine-no-2")
"""Email and password of the people whom the seed makes."""


def seeded_shop() -> Path:
    """The folder of a shop that is migrated and seeded; it is not to be changed."""
    if not PYTHON.exists():
        raise RuntimeError(f"there is no {PYTHON}; make it with: make .venvs/oscar/stamp")
    CACHE.mkdir(parents=True, exist_ok=True)
    made = CACHE / _state_of_project()
    with (CACHE / "lock").open("w") as lock:
        # Several test processes may want it at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(made)
    return made


def oscar_part(folder: Path) -> Part:
    """Gunicorn with a shop of its own, in `folder`, on a free port of the loopback interface."""
    data = folder / "shop"
    shutil.copytree(seeded_shop(), data)
    return oscar_twin(folder)


def oscar_twin(folder: Path) -> Part:
    """Another gunicorn on the shop in `folder`: the same code, the same data, another process."""
    data = folder / "shop"
    port = free_port()
    return Part(
        "oscar",
        [PYTHON, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4",
         "--keep-alive", "30", "--worker-tmp-dir", folder, "--no-control-socket", "frontage.wsgi"],
        url=f"http://127.0.0.1:{port}",
        ready_path="/catalogue/",
        cwd=PROJECT,
        log=folder / f"oscar-{port}.log",
        env={"OSCAR_SITE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "frontage.settings"},
    )  # fmt: skip


def _state_of_project() -> str:
    digest = hashlib.sha256()
    for path in sorted([*PROJECT.rglob("*.py"), PROJECT / "requirements.txt"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _make(made: Path) -> None:
    for old in CACHE.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    half = made.with_suffix(".half-made")
    half.mkdir()
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["seed_shop"]):
        subprocess.run(
            [PYTHON, "-W", "ignore", "manage.py", *command],
            cwd=PROJECT,
            env={**os.environ, "OSCAR_SITE_DATA": str(half), "DJANGO_SETTINGS_MODULE": "frontage.settings"},
            check=True,
        )
    half.rename(made)
