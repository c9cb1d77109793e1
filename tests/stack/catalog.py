"""The catalog service as it runs in production, in an environment that holds its own dependencies alone."""

import os
import subprocess
from pathlib import Path

from tests.stack.processes import Part
from tests.stack.shop import ROOT, gunicorn, shop_media

CATALOG = ROOT / "extracted" / "catalog"
PYTHON = ROOT / ".venvs" / "catalog" / "bin" / "python"


def catalog_environment(folder: Path, *, planted: bool = False, release: str = "") -> dict[str, str]:
    """All that the service writes goes to `folder`; `planted` turns its one deliberate difference on.

    `release` is what its answers say of themselves; empty: nothing.
    """
    return {
        "DJANGO_SETTINGS_MODULE": "catalog_service.settings",
        "DEBUG": "0",
        "SECRET_KEY": "the-catalog-of-a-test-or-demo-that-no-one-else-can-reach",
        "ALLOWED_HOSTS": "*",
        "DATABASE_URL": f"sqlite:///{folder / 'catalog.sqlite3'}",
        "MEDIA_ROOT": str(folder / "catalog-media"),
        "CATALOG_PLANTED_DIFFERENCE": "1" if planted else "0",
        "SERVICE_VERSION": release,
    }


def catalog_manage(folder: Path, *words: str) -> str:
    """Runs one of the service's own commands; returns what it printed.

    Raises: subprocess.CalledProcessError when it fails; its output has gone to this process's stderr.
    """
    environment = {**os.environ, **catalog_environment(folder)}
    command = [str(PYTHON), "manage.py", *words]
    return subprocess.run(command, cwd=CATALOG, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def prepare_catalog(folder: Path, shop_database: str) -> None:
    """Makes the service's database in `folder` and copies the data of the shop, whose media lie in `folder` too."""
    folder.mkdir(parents=True, exist_ok=True)
    catalog_manage(folder, "migrate", "--verbosity", "0")
    catalog_manage(folder, "copy_catalog", "--from", shop_database, "--media", str(shop_media(folder)))


def catalog_part(folder: Path, port: int, *, planted: bool = False, release: str = "") -> Part:
    """The service of `folder`, to be listening on `port` of the loopback interface."""
    return Part(
        "catalog",
        gunicorn(PYTHON, "catalog_service.wsgi", port),
        url=f"http://127.0.0.1:{port}",
        ready_path="/healthz",
        cwd=CATALOG,
        log=folder / "catalog.log",
        env=catalog_environment(folder, planted=planted, release=release),
    )
