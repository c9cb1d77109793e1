"""Settings of the shop, all from the environment, with defaults that are safe on a developer's machine.

| variable | default | meaning |
|---|---|---|
| DEBUG | 1 | developer mode; 0 demands SECRET_KEY |
| SECRET_KEY | a fixed one under DEBUG | signs sessions and tokens |
| ALLOWED_HOSTS | localhost, 127.0.0.1, [::1] | comma-separated |
| CSRF_TRUSTED_ORIGINS | none | comma-separated, with scheme |
| SECURE_COOKIES | 0 | 1 behind HTTPS |
| DATABASE_URL | sqlite:///db.sqlite3 beside manage.py | `postgres://user:password@host:port/name` |
| MEDIA_ROOT | media/ beside manage.py | uploads |
| SERVE_MEDIA | 1 | 0 when a web server in front serves /media/ |
| STATIC_ROOT | none | where collectstatic collects; without it, WhiteNoise serves from the apps |
| CELERY_BROKER_URL | filesystem:// | `redis://…` or `amqp://…` |
| CELERY_FOLDER | .celery/ beside manage.py | messages of the filesystem broker |
| MAIL_FOLDER | none: mail goes to the console | mail is written there, one file each |
| EMAIL_HOST, EMAIL_PORT | none, 25 | mail goes out by SMTP |
| PAYMENT_GATEWAY_URL | none: a gateway within the process | `http://127.0.0.1:9000`, see `manage.py fakegateway` |
| PAYMENT_GATEWAY_TIMEOUT_SECONDS | 3 | of one try |
| PAYMENT_GATEWAY_RETRIES | 2 | tries after the first |
| PAYMENT_WEBHOOK_SECRET | a fixed one under DEBUG | signs what the gateway posts to us |
| LOG_LEVEL | INFO | of the root logger |
"""

from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from shop import env

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG", True)


def secret(name: str) -> str:
    """A secret that must be given outside developer mode."""
    value = env.text(name, f"development-only-{name.lower()}" if DEBUG else "")
    if not value:
        raise ImproperlyConfigured(f"{name} must be set when DEBUG is off.")
    return value


SECRET_KEY = secret("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("SECURE_COOKIES", False)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "shop",
    "accounts",
    "catalog",
    "inventory",
    "cart",
    "orders",
    "payments",
    "shipping",
    "reviews",
    "notifications",
    "reports",
]

MIDDLEWARE = [
    "shop.middleware.RequestIDMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
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
    # Several web workers write to one file. WAL lets readers go on beside a writer; a writer waits for another
    # instead of failing; and a transaction takes the write lock when it begins, because one that asks for it
    # halfway is refused at once however long the timeout is.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "accounts:profile"
LOGOUT_REDIRECT_URL = "catalog:home"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.text("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None

MEDIA_URL = "/media/"
MEDIA_ROOT = env.text("MEDIA_ROOT", str(BASE_DIR / "media"))
SERVE_MEDIA = env.flag("SERVE_MEDIA", True)
UPLOAD_IMAGE_MAX_BYTES = 5 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.FormParser"],
    "DEFAULT_PAGINATION_CLASS": "shop.pagination.PageNumberPagination",
}

# The filesystem broker needs no service and is quick to publish to: a task waits on disk, as it would in a real broker,
# until a worker is started. The memory broker would lose it, and eager mode would run it inside the user's request.
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://")
CELERY_FOLDER = Path(env.text("CELERY_FOLDER", str(BASE_DIR / ".celery")))
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(CELERY_FOLDER / "queue"),
        "data_folder_out": str(CELERY_FOLDER / "queue"),
        "control_folder": str(CELERY_FOLDER / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
    for folder in ("queue", "control"):  # the transport expects them to be there
        (CELERY_FOLDER / folder).mkdir(parents=True, exist_ok=True)
elif CELERY_BROKER_URL.startswith("redis"):
    # A broker that does not answer must not hang the page that sends the task.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "nightly-report": {"task": "reports.tasks.build_nightly_report", "schedule": crontab(hour=2, minute=15)},
    "low-stock-digest": {"task": "notifications.tasks.send_low_stock_digest", "schedule": crontab(hour=6, minute=0)},
}

DEFAULT_FROM_EMAIL = "Hearth & Hand <shop@example.com>"
MAIL_FOLDER = env.text("MAIL_FOLDER")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = int(env.number("EMAIL_PORT", 25))
EMAIL_TIMEOUT = 10
if MAIL_FOLDER:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_FOLDER
elif not EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

CURRENCY = "EUR"
PAYMENT_GATEWAY_URL = env.text("PAYMENT_GATEWAY_URL")
PAYMENT_GATEWAY_TIMEOUT_SECONDS = env.number("PAYMENT_GATEWAY_TIMEOUT_SECONDS", 3)
PAYMENT_GATEWAY_RETRIES = int(env.number("PAYMENT_GATEWAY_RETRIES", 2))
PAYMENT_WEBHOOK_SECRET = secret("PAYMENT_WEBHOOK_SECRET")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "shop.middleware.RequestIDFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
