"""The command as its own process, a small Django project, and real backends."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

STRANGLER = Path(sys.executable).with_name("strangler")


@dataclass(frozen=True)
class Ran:
    """How one process ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


Strangler = Callable[..., Ran]


@pytest.fixture
def strangler(tmp_path: Path) -> Strangler:
    """Run `strangler` in the test's directory."""

    def call(*words: str, **environment: str) -> Ran:
        done = subprocess.run(
            [STRANGLER, *words],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return call


class Backend(BaseHTTPRequestHandler):
    """Answers /healthz with 204, /broken with 503, a foreign host with 400, all else with the server's name."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        statuses = {"/healthz": 204, "/broken": 503}
        foreign = self.headers["Host"].startswith("foreign")
        body = self.server.name.encode()  # type: ignore[attr-defined]
        status = 400 if foreign else statuses.get(self.path, 200)
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def backends() -> Iterator[dict[str, str]]:
    """A running `monolith` and `catalog`: name → URL."""
    servers = {}
    for name in ("monolith", "catalog"):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        server.name = name  # type: ignore[attr-defined]
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers[name] = server
    yield {name: f"http://127.0.0.1:{server.server_port}" for name, server in servers.items()}
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Django project of three endpoints, with a manage.py."""
    files = {
        "manage.py": "import os, sys\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"
        "from django.core.management import execute_from_command_line\n"
        "execute_from_command_line(sys.argv)\n",
        "settings.py": "SECRET_KEY = 'x'\nROOT_URLCONF = 'urls'\nALLOWED_HOSTS = ['shop.example.com']\n"
        "MIDDLEWARE = ['django.middleware.common.CommonMiddleware']\n",
        "urls.py": "from django.http import HttpResponse\nfrom django.urls import path, re_path\n"
        "def view(request, **kwargs):\n    return HttpResponse('ok')\n"
        "urlpatterns = [path('', view, name='home'), path('products/<int:pk>/', view, name='product'),\n"
        "    re_path(r'^old/(?P<slug>[a-z]+)$', view, name='old')]\n",
    }
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder
