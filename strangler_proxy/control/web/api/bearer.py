"""`Authorization: Bearer …` in place of a session, for the `.json` addresses alone.

No browser sends the header by itself, so what comes with it was meant, and needs no CSRF token.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from strangler_proxy.control.errors import BadToken, StoreUnreachable
from strangler_proxy.control.tokens import user_of_token
from strangler_proxy.control.web.failures import failure_page

SCHEME = "bearer"


class Bearer:
    """Makes the token's user the request's, whatever session comes with it; a token that is nobody's is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not request.path.endswith(".json"):
            return self._get_response(request)
        try:
            user = user_of_token(token.strip())
        except StoreUnreachable as error:
            return failure_page(request, (error.fields,), 503)
        if user is None:
            unknown = BadToken("The token is not known, or has ended.", remedy=BadToken.usual_remedy)
            answer = failure_page(request, (unknown.fields,), 401)
            answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return answer
        request.user = user
        request._dont_enforce_csrf_checks = True
        return self._get_response(request)
