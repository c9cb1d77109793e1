"""A Django project behind gunicorn behaves the same with and without the proxy."""

import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request

import pytest
from proxy_harness import await_true, config, free_port, running_proxy

APP = """
import hashlib
import django
from django.conf import settings
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(
    DEBUG=False, SECRET_KEY="test", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["shop.test"], USE_X_FORWARDED_HOST=True,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DATA_UPLOAD_MAX_MEMORY_SIZE=None,
)
django.setup()

def about(request):
    return JsonResponse({
        "host": request.get_host(), "secure": request.is_secure(), "client": request.META.get("HTTP_X_FORWARDED_FOR"),
        "url": request.build_absolute_uri(), "method": request.method, "query": request.GET.dict(),
        "user": request.META.get("HTTP_REMOTE_USER"),
    })

def upload(request):
    return HttpResponse(hashlib.sha256(request.read()).hexdigest())
upload.csrf_exempt = True

def rows(request):
    return StreamingHttpResponse((b"%d,row\\r\\n" % number for number in range(5000)), content_type="text/csv")

urlpatterns = [
    path("about/", about), path("upload/", upload), path("rows.csv", rows), path("page/", lambda r: HttpResponse("x")),
]
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""


class Unredirected(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def fetch(url, target, data=None, headers=None):
    request = urllib.request.Request(url + target, data, {"Host": "shop.test"} | (headers or {}))
    try:
        with urllib.request.build_opener(Unredirected).open(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.fixture(scope="module", params=["sync", "gthread"])
def both(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("django")
    (directory / "app.py").write_text(textwrap.dedent(APP))
    port = free_port()
    gunicorn = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "app:application", "-b", f"127.0.0.1:{port}"),
            *("-k", request.param, "--log-level", "warning", "--threads", "2"),
        ],
        cwd=directory,
    )
    direct = f"http://127.0.0.1:{port}"
    try:
        await_true(lambda: reachable(direct), 15, "gunicorn")
        with running_proxy(directory, config(direct).replace("timeout_ms = 1000", "timeout_ms = 20000")) as proxy:
            yield direct, proxy.url
    finally:
        gunicorn.terminate()
        gunicorn.wait()


def reachable(url):
    try:
        return fetch(url, "/page/")[0] == 200
    except OSError:
        time.sleep(0.05)
        return False


@pytest.mark.parametrize("target", ["/page", "/page/", "/none/", "/rows.csv", "/%2e%2e/page/", "/page/?a=b%20c"])
def test_the_answer_is_the_same(both, target):
    direct, proxied = (fetch(url, target) for url in both)
    assert proxied[0] == direct[0]
    varying = {"Date", "X-Strangler", "Connection", "Transfer-Encoding"}
    assert {k: v for k, v in proxied[1].items() if k not in varying} == {
        k: v for k, v in direct[1].items() if k not in varying
    }
    assert proxied[2] == direct[2]


def test_django_sees_the_host_and_the_client_and_believes_no_forgery(both):
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test", "X-Forwarded-For": "6.6.6.6"}
    status, _, body = fetch(both[1], "/about/", headers=forged | {"Remote_User": "root", "Remote-User-": "x"})
    assert status == 200
    assert b'"host": "shop.test", "secure": false, "client": "127.0.0.1"' in body
    assert b'"user": null' in body
    assert b'"url": "http://shop.test/about/"' in body


def test_an_upload_of_many_megabytes_arrives_whole(both):
    data = bytes(range(256)) * 4096 * 20
    assert fetch(both[0], "/upload/", data)[2] == fetch(both[1], "/upload/", data)[2]


def test_a_post_without_its_token_is_refused_by_django_itself(both):
    assert fetch(both[1], "/about/", b"a=b")[0] == 403


def test_many_requests_over_one_connection_each_get_an_answer(both):
    assert [fetch(both[1], "/page/")[0] for _ in range(60)] == [200] * 60
