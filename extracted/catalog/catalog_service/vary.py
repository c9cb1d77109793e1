"""Has the JSON API say that its answers vary by cookie, as the shop says of its own.

The shop looks up the caller's session for each call. Here no cookie matters to an answer, but a cache in front must
see one `Vary`, whichever side has answered.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

LOOKED_UP = "caller_looked_up"


class EveryoneAnonymous(BaseAuthentication):
    """Knows nobody, and notes on the request that it was asked."""

    def authenticate(self, request: Request) -> None:
        setattr(request._request, LOOKED_UP, True)


class VaryOnCookieMiddleware:
    """Adds `Cookie` to `Vary` where the caller was looked up.

    Stands where the shop has its session middleware, so that the names come in the same order.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, LOOKED_UP, False):
            patch_vary_headers(response, ["Cookie"])
        return response
