"""The shop as it runs in production: seeded, without developer mode, under gunicorn."""

import os
import subprocess
import sys
from pathlib import Path

from tests.stack.processes import Part

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "monolith"


def shop_database(folder: Path) -> str:
    """The URL of the shop's database in `folder`."""
    return f"sqlite:///{folder / 'shop.sqlite3'}"


def shop_media(folder: Path) -> Path:
    """Where the shop in `folder` keeps its uploads and the images of its products."""
    return folder / "shop-media"


def shop_environment(folder: Path) -> dict[str, str]:
    """All that the shop writes goes to `folder`; it answers to every host name, as the proxy passes `Host` on."""
    return {
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "DEBUG": "0",
        "SECRET_KEY": "the-shop-of-a-test-or-demo-that-no-one-else-can-reach",
        "PAYMENT_WEBHOOK_SECRET": "the-gateway-of-a-test-or-demo",
        "ALLOWED_HOSTS": "*",
        "DATABASE_URL": shop_database(folder),
        "MEDIA_ROOT": str(shop_media(folder)),
        "CELERY_FOLDER": str(folder / "shop-celery"),
        "MAIL_FOLDER": str(folder / "shop-mail"),
    }


def shop_manage(folder: Path, *words: str, debug: bool = False) -> str:
    """Runs one of the shop's own commands; returns what it printed. `debug` turns developer mode on for it.

    Raises: subprocess.CalledProcessError when it fails; its output has gone to this process's stderr.
    """
    environment = {**os.environ, **shop_environment(folder), "DEBUG": "1" if debug else "0"}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=SHOP, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def prepare_shop(folder: Path, *, products: int = 200) -> None:
    """Makes the shop's database in `folder` and seeds it; the same size gives the same data.

    Seeded in developer mode, as only then somebody (`ada`, `grace`, `admin`) can log in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shop_manage(folder, "migrate", "--verbosity", "0")
    shop_manage(folder, "seed", "--products", str(products), debug=True)


def shop_part(folder: Path, port: int) -> Part:
    """The shop of `folder`, to be listening on `port` of the loopback interface."""
    return Part(
        "shop",
        gunicorn(Path(sys.executable), "shop.wsgi", port),
        url=f"http://127.0.0.1:{port}",
        ready_path="/healthz",
        cwd=SHOP,
        log=folder / "shop.log",
        env=shop_environment(folder),
    )


def gunicorn(python: Path, application: str, port: int) -> list[str]:
    """The command that serves a Django project with the interpreter's own gunicorn, connections kept alive."""
    return [
        *(str(python), "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--keep-alive", "30"),
        *("--graceful-timeout", "5", "--log-level", "warning"),
    ]
