"""What makes a page of a document: who may see it, and in which form it is wanted."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from strangler_proxy.control.errors import Denied, Gone
from strangler_proxy.control.web.roles import VIEW

Document = dict[str, Any]
Shown = TypeVar("Shown", bound=Callable[..., Document | HttpResponse])
JSON_OPTIONS = {"ensure_ascii": False, "indent": 2}


def page(template: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[..., Callable[..., HttpResponse]]:
    """Make a function that returns a document a view of it.

    1. Without a session the browser is sent to the login, and a program is answered 401.
    2. Without the permission to see pages the answer is 403.
    3. With `as_json` the answer is the document; else it is the page, and for htmx only what is within its frame.
    """

    def decorate(function: Callable[..., Document | HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(function)
        def view(request: HttpRequest, *args: Any, as_json: bool = False, **values: Any) -> HttpResponse:
            request.wants_json = as_json
            if request.method not in (*methods, "HEAD"):
                answer = HttpResponse(status=405)
                answer.headers["Allow"] = ", ".join(methods)
                return answer
            if not request.user.is_authenticated:
                return _to_login(request, as_json)
            if not request.user.has_perm(VIEW):
                raise Denied("This user has no role.", remedy="An admin gives one: `strangler user role NAME ROLE`.")
            shown = function(request, *args, **values)
            if isinstance(shown, HttpResponse):
                return shown
            if as_json:
                return JsonResponse(shown, json_dumps_params=JSON_OPTIONS, safe=False)
            return render(request, f"strangler/{template}.html", shown)

        return view

    return decorate


def must_have(request: HttpRequest, permission: str, what: str) -> None:
    """Raises: Denied when the user may not."""
    if not request.user.has_perm(permission):
        raise Denied(f"Your role does not let you {what}.", remedy="Ask somebody whose role does.")


def is_there(found: Any, what: str) -> Any:
    """What was found. Raises: Gone when it is None."""
    if found is None:
        raise Gone(f"There is no such {what}.", remedy="It may have been renamed or removed since the page was made.")
    return found


def _to_login(request: HttpRequest, as_json: bool) -> HttpResponse:
    url = f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}"
    if as_json:
        error = {"code": Denied.code, "what": "You are not logged in.", "where": None, "remedy": f"Log in at {url}."}
        return JsonResponse({"error": error}, status=401, json_dumps_params=JSON_OPTIONS)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer.headers["HX-Redirect"] = reverse("login")
        return answer
    return HttpResponseRedirect(url)
