"""Settings and URLs of a Django project that echoes, for `runserver`."""

from django.core.wsgi import get_wsgi_application  # noqa: F401  (runserver finds its application by the settings)
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from tests.conformance.echo_app import _note

ROOT_URLCONF = __name__
SECRET_KEY = "echo"
DEBUG = False
ALLOWED_HOSTS = ["*"]
APPEND_SLASH = False
MIDDLEWARE: list[str] = []
INSTALLED_APPS: list[str] = []
DATA_UPLOAD_MAX_MEMORY_SIZE = None


def echo(request: HttpRequest) -> HttpResponse:
    """Notes the request and answers with the note."""
    line = _note(
        request.headers.get("X-Request-ID", ""),
        request.method or "",
        request.META["PATH_INFO"].encode("latin-1"),
        request.META["QUERY_STRING"].encode("latin-1"),
        request.body,
    )
    return HttpResponse(line, headers={"Content-Length": str(len(line)), "X-Echo": "1"})


urlpatterns = [re_path("", echo)]
