"""The middleware of the recipe "GETs that write" refuses what it says, in a real Django with a real database."""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "gets-that-write.md"
PROJECT = """
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="a-test", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.sessions"],
    MIDDLEWARE=["recipe.RefuseWritesInSafeRequests", "django.contrib.sessions.middleware.SessionMiddleware"],
)
django.setup()
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import path

def reads(request):
    return HttpResponse(str(request.session.get("seen")))

def writes(request):
    request.session["seen"] = True
    return HttpResponse("written")

urlpatterns = [path("reads/", reads), path("writes/", writes)]
call_command("migrate", verbosity=0)
client = Client(raise_request_exception=True)

def outcome(method, path):
    try:
        return getattr(client, method)(path).status_code
    except RuntimeError as error:
        return str(error).partition(":")[0]

print([outcome("get", "/reads/"), outcome("get", "/writes/"), outcome("post", "/writes/")])
"""


def test_a_get_that_writes_is_refused_and_all_else_is_not(tmp_path: Path) -> None:
    block = re.search(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert block
    (tmp_path / "recipe.py").write_text(block[1])
    (tmp_path / "project.py").write_text(PROJECT)
    done = subprocess.run([sys.executable, "project.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == "[200, 'a safe request writes', 200]", done.stderr
