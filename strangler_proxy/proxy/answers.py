"""Answers that the proxy gives itself: plain, honest, and in the form that the client accepts. Pure."""

import json
from html import escape

from strangler_proxy.proxy.http_date import date_line

_REASONS = {
    400: "Bad Request",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Content Too Large",
    417: "Expectation Failed",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    508: "Loop Detected",
}

_ALLOW = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{status} {reason}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem;color:#222}}
small{{color:#666}}</style></head>
<body><h1>{status} {reason}</h1><p>{text}</p><p><small>Request {request_id}</small></p></body></html>
"""


def answer(
    status: int,
    text: str,
    *,
    now: float,
    accept: str = "",
    request_id: str = "",
    extra: bytes = b"",
    close: bool,
    head: bool = False,
) -> tuple[bytes, int]:
    """A whole response and the length of its body; `text` is one sentence for a person.

    `now` is in Unix seconds. `accept` is the request's Accept header: a browser gets a page, an API client JSON,
    anything else text.
    """
    reason = _REASONS.get(status, "Error")
    content_type, text_body = _body(status, reason, text, accept, request_id)
    body = text_body.encode()
    lines = [
        f"HTTP/1.1 {status} {reason}",
        f"Content-Type: {content_type}; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
    ]
    if status == 405:
        lines.append(_ALLOW)
    if status == 503:
        lines.append("Retry-After: 1")
    if close:
        lines.append("Connection: close")
    whole = "\r\n".join(lines).encode("ascii") + b"\r\n" + date_line(now) + extra + b"\r\n"
    return (whole, 0) if head else (whole + body, len(body))


def allowed(now: float, close: bool) -> bytes:
    """The answer to an OPTIONS request that goes no further than the proxy."""
    lines = f"HTTP/1.1 204 No Content\r\n{_ALLOW}\r\n".encode("ascii") + date_line(now)
    return lines + (b"Connection: close\r\n\r\n" if close else b"\r\n")


def _body(status: int, reason: str, text: str, accept: str, request_id: str) -> tuple[str, str]:
    accept = accept.lower()
    if "text/html" in accept:
        page = _PAGE.format(status=status, reason=reason, text=escape(text), request_id=escape(request_id or "-"))
        return "text/html", page
    if "json" in accept:
        return "application/json", json.dumps(
            {"status": status, "error": reason, "detail": text, "request_id": request_id}
        )
    return "text/plain", f"{status} {reason}: {text}\n"
