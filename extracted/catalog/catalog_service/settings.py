"""Settings of the catalog service, all from the environment, with defaults that are safe on a developer's machine.

| variable | default | meaning |
|---|---|---|
| DEBUG | 1 | developer mode; 0 demands SECRET_KEY |
| SECRET_KEY | a fixed one under DEBUG | the service's own, not the shop's: nothing signed is exchanged |
| ALLOWED_HOSTS | localhost, 127.0.0.1, [::1] | comma-separated; those of the shop, as the proxy passes `Host` on |
| CSRF_TRUSTED_ORIGINS | none | comma-separated, with scheme; those of the shop |
| SECURE_COOKIES | 0 | 1 behind HTTPS; as in the shop, since both set the same CSRF cookie |
| DATABASE_URL | sqlite:///db.sqlite3 beside manage.py | `postgres://user:password@host:port/name` |
| MEDIA_ROOT | media/ beside manage.py | images of products |
| SERVE_MEDIA | 1 | 0 when something in front serves /media/ |
| STATIC_ROOT | none | where collectstatic collects; without it, WhiteNoise serves from the app |
| CATALOG_PLANTED_DIFFERENCE | 0 | 1 makes a product's JSON differ from the shop's, see README.md |
| SERVICE_VERSION | none | the release, sent with each answer as `X-Service-Version`: evidence is kept apart by it |
| LOG_LEVEL | INFO | of the root logger |
"""

from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from catalog_service import env

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG", True)
SECRET_KEY = env.text("SECRET_KEY", "development-only-secret-key" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be set when DEBUG is off.")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
CSRF_COOKIE_SECURE = env.flag("SECURE_COOKIES", False)

# Neither accounts nor sessions: a page of the catalog is the same for everyone.
INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "catalog",
]

MIDDLEWARE = [
    "catalog_service.middleware.RequestIDMiddleware",
    "catalog_service.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "catalog_service.urls"
WSGI_APPLICATION = "catalog_service.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}"), conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers go on beside the one writer, which is copy_catalog, and a writer waits for another instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A database that swallows packets must not hold a worker, or a health check, for minutes.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "catalog" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None

MEDIA_URL = "/media/"
MEDIA_ROOT = env.text("MEDIA_ROOT", str(BASE_DIR / "media"))
SERVE_MEDIA = env.flag("SERVE_MEDIA", True)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.FormParser"],
    "DEFAULT_PAGINATION_CLASS": "catalog.pagination.PageNumberPagination",
}

CURRENCY = "EUR"
CATALOG_PLANTED_DIFFERENCE = env.flag("CATALOG_PLANTED_DIFFERENCE", False)
SERVICE_VERSION = env.text("SERVICE_VERSION", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "catalog_service.middleware.RequestIDFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
