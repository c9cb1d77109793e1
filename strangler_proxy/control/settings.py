"""The settings of the control plane's Django project.

They come from here alone: a user runs `strangler` inside a Django project of their own, and neither its
DJANGO_SETTINGS_MODULE nor its files may get in.
"""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

KEY_FILE = "secret-key"


def settings_for(state: Path, database: dict[str, Any]) -> dict[str, Any]:
    """All that Django is configured with for the store in `database`. Raises: OSError when the key cannot be kept."""
    return {
        "SECRET_KEY": secret_key(state),
        "DEBUG": False,
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "strangler_proxy.control.apps.ControlConfig",
        ],
        "DATABASES": {"default": database},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LOGGING_CONFIG": None,
    }


def secret_key(state: Path) -> str:
    """The key that sessions are signed with, made once and kept in the state directory for its user alone.

    Of several processes that make it at once, all get the same one.
    """
    path = state / KEY_FILE
    with contextlib.suppress(FileNotFoundError):
        return path.read_text("ascii")
    ours = state / f"{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = os.open(ours, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(ours, path)
    ours.unlink()
    return path.read_text("ascii")
