"""What runs on every request: a request id, known to the log and the caller, the release, and the time it took."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")

# A caller's id goes into log lines and a response header, so only harmless characters are taken over.
ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


class RequestIDMiddleware:
    """Every response carries `X-Request-ID`, the caller's own if it sent a proper one, and `Server-Timing`.

    Where SERVICE_VERSION says a release, it carries that too.

    The time is that until the response begins; what a streamed body takes is not in it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-ID", "")
        request_id = offered if ACCEPTED_ID.match(offered) else uuid.uuid4().hex
        token = current_request_id.set(request_id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        duration_ms = (time.perf_counter() - started) * 1000
        response["X-Request-ID"] = request_id
        if settings.SERVICE_VERSION:
            response["X-Service-Version"] = settings.SERVICE_VERSION
        response["Server-Timing"] = f"app;dur={duration_ms:.1f}"
        return response


class RequestIDFilter(logging.Filter):
    """Gives each log record the id of the request that it belongs to, `-` outside any."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True
