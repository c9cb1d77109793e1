"""`GET /healthz`: whether this process can answer for the catalog."""

import logging
from collections.abc import Callable
from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

logger = logging.getLogger(__name__)
PATH = "/healthz"


@cache
def latest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as this release ships them; read from disk once a process."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def missing_migrations() -> list[str]:
    """What the database has yet to see, as `app.name`.

    Raises: django.db.Error when the database does not answer.
    """
    missing = latest_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    return sorted(".".join(key) for key in missing)


def health() -> HttpResponse:
    """200 when the database answers and knows all migrations, else 503; the reason is told, the error's text is not."""
    try:
        missing = missing_migrations()
    except Error as error:
        logger.error("The database does not answer: %s", error)
        return JsonResponse({"status": "unavailable", "database": "does not answer"}, status=503)
    if missing:
        return JsonResponse({"status": "unavailable", "database": "ok", "missing_migrations": missing}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


class HealthMiddleware:
    """Answers before anything looks at `Host`, as a probe asks by an address that `ALLOWED_HOSTS` need not list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != PATH or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        response = health()
        response["Cache-Control"] = "no-store"
        return response
