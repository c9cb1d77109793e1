"""Logging in and out."""

import time
import unicodedata
from typing import Any

from django.contrib.auth import login as begin_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from strangler_proxy.control.models import LoginFailure
from strangler_proxy.control.web.login_limit import WINDOW_SECONDS, Failed, seconds_to_wait


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The form; after it the page that was wanted. Wrong name and wrong password are answered alike."""
    if request.method == "GET":
        return _form(request, AuthenticationForm(request))
    now = time.time()
    name, address = counted_name(str(request.POST.get("username", ""))), str(request.META["REMOTE_ADDR"])[:50]
    wait = seconds_to_wait(_failures(name, address, now), name, address, now)
    if wait > 0:
        answer = _form(request, AuthenticationForm(request), status=429, wait_minutes=int(wait // 60) + 1)
        answer.headers["Retry-After"] = str(int(wait) + 1)
        return answer
    form = AuthenticationForm(request, data=request.POST)
    if not form.is_valid():
        LoginFailure.objects.filter(at__lt=now - WINDOW_SECONDS).delete()
        LoginFailure.objects.create(at=now, name=name, address=address)
        return _form(request, form, status=401)
    LoginFailure.objects.filter(name=name, address=address).delete()
    begin_session(request, form.get_user())
    return HttpResponseRedirect(_wanted(request))


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    end_session(request)
    return HttpResponseRedirect(reverse("login"))


def counted_name(entered: str) -> str:
    """The name under which failures are counted: all ways to write a name that the form takes for it are one."""
    return unicodedata.normalize("NFKC", entered).strip()[:150]


def _failures(name: str, address: str, now: float) -> list[Failed]:
    rows = LoginFailure.objects.filter(Q(name=name) | Q(address=address), at__gt=now - WINDOW_SECONDS)
    return [Failed(*row) for row in rows.values_list("at", "name", "address")]


def _form(request: HttpRequest, form: Any, *, status: int = 200, wait_minutes: int = 0) -> HttpResponse:
    context = {"form": form, "next": _wanted(request), "wait_minutes": wait_minutes, "failed": status == 401}
    return render(request, "strangler/login.html", context, status=status)


def _wanted(request: HttpRequest) -> str:
    """Where to go after the login; never to another host."""
    url = str(request.POST.get("next") or request.GET.get("next") or "")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe else str(reverse("overview"))
