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

_HERE = Path(__file__).parent

WEB: dict[str, Any] = {
    "ROOT_URLCONF": "strangler_proxy.control.web.urls",
    "MIDDLEWARE": [
        "strangler_proxy.control.web.headers.Headers",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "strangler_proxy.control.web.api.bearer.Bearer",
        "django.contrib.messages.middleware.MessageMiddleware",
        "strangler_proxy.control.web.failures.Failures",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [_HERE / "web" / "templates"],
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                    "strangler_proxy.control.web.frame.frame",
                ],
                "builtins": ["strangler_proxy.control.web.tags"],
            },
        }
    ],
    "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    "LOGIN_URL": "login",
    "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
    # A browser sends a host's cookies to each of its ports, and the shop behind the proxy has a `sessionid` already.
    "SESSION_COOKIE_NAME": "strangler_session",
    "CSRF_COOKIE_NAME": "strangler_csrf",
    "CSRF_USE_SESSIONS": False,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_FAILURE_VIEW": "strangler_proxy.control.web.failures.csrf_failure",
    "SESSION_COOKIE_AGE": 12 * 3600,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_SAMESITE": "Lax",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 256 * 1024,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.PBKDF2PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
        for name, options in {
            "UserAttributeSimilarityValidator": {},
            "MinimumLengthValidator": {"min_length": 10},
            "CommonPasswordValidator": {},
            "NumericPasswordValidator": {},
        }.items()
    ],
}
"""What the dashboard adds. Names of modules alone: nothing of it is imported until a page is asked for."""


def settings_for(state: Path, database: dict[str, Any]) -> dict[str, Any]:
    """All that Django is configured with for the store in `database`. Raises: OSError when the key cannot be kept."""
    return {
        "SECRET_KEY": secret_key(state),
        "DEBUG": False,
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "strangler_proxy.control.apps.ControlConfig",
        ],
        "DATABASES": {"default": database},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LOGGING_CONFIG": None,
        **WEB,
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
