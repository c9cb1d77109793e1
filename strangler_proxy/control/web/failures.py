"""Errors as a page or as JSON: code, what, where, remedy, the same as the command shows. No traceback leaves."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string

from strangler_proxy.config.errors import ConfigInvalid, ConfigUnreadable, FileChanged, UnknownRoute
from strangler_proxy.control.errors import BadRequest, Denied, Gone, StoreUnreachable
from strangler_proxy.control.web.frame import bare_frame
from strangler_proxy.control.web.site import mistakes_of
from strangler_proxy.errors import StranglerError

_LOG = logging.getLogger("strangler.control")


STATUSES: dict[type[StranglerError], int] = {
    BadRequest: 400,
    Denied: 403,
    Gone: 404,
    UnknownRoute: 404,
    FileChanged: 409,
    StoreUnreachable: 503,
    ConfigInvalid: 503,
    ConfigUnreadable: 503,
}
"""Status of each kind of error; of any other 409: what was asked for is understood, and refused as things stand."""
REFUSED = 409
UNREADABLE = (SuspiciousOperation, MultiPartParserError, UnreadablePostError)
"""What Django raises of a request that is too large, broken, or broken off."""
NOT_NOW = 503


class Failures:
    """Turns whatever a view raised into an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """The answer for `error`; one that nobody foresaw is logged with its traceback, and told without."""
        if isinstance(error, StranglerError):
            status = next((code for kind, code in STATUSES.items() if isinstance(error, kind)), REFUSED)
            return failure_page(request, mistakes_of(error), status)
        if isinstance(error, DatabaseError | InterfaceError):
            unreachable = StoreUnreachable("the store cannot be used now.", remedy=StoreUnreachable.usual_remedy)
            _LOG.warning("a page could not be shown: %s", error)
            return failure_page(request, (unreachable.fields,), 503)
        if isinstance(error, Http404):
            return failure_page(request, (Gone("There is no such page.", remedy=Gone.usual_remedy).fields,), 404)
        if isinstance(error, UNREADABLE):
            return bad_request(request, error)
        if isinstance(error, PermissionDenied):
            return failure_page(request, (Denied("That is not allowed.", remedy=Denied.usual_remedy).fields,), 403)
        _LOG.error("a page failed", exc_info=error)
        what = "This is a bug in strangler; its log has the traceback."
        return failure_page(request, ({"code": "STR009", "what": what, "where": None, "remedy": None},), 500)


def failure_page(request: HttpRequest, errors: tuple[dict[str, str | None], ...], status: int) -> HttpResponse:
    """The errors in the form that was wanted."""
    if getattr(request, "wants_json", False) or request.path.endswith(".json"):
        document: dict[str, Any] = {"error": errors[0]}
        if len(errors) > 1:
            document["errors"] = list(errors)
        return JsonResponse(document, status=status, json_dumps_params={"ensure_ascii": False, "indent": 2})
    context = {"errors": errors, "status": status}
    if status == NOT_NOW:  # who it is cannot be asked of the store either
        return HttpResponse(
            render_to_string("strangler/failure.html", {**bare_frame(request), **context}), status=status
        )
    return render(request, "strangler/failure.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form that did not come from a page of ours."""
    error = Denied("The form did not come from a page of this dashboard, or its session has ended.",
                   remedy="Load the page anew and send the form again.")  # fmt: skip
    return failure_page(request, (error.fields,), 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to an address that no page has."""
    return failure_page(request, (Gone("There is no such page.", remedy=Gone.usual_remedy).fields,), 404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to what cannot be read, is too large, or is for a host that is not ours. What came is not repeated."""
    error = BadRequest("The request cannot be answered: its host, its form or its size.",
                       remedy="The hosts are those of `hosts` in [control].")  # fmt: skip
    return failure_page(request, (error.fields,), 400)
