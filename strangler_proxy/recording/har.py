"""A recording written as HAR 1.2, which browsers and most HTTP tools open.

Source: http://www.softwareishard.com/blog/har-12-spec/. Members that begin with `_` are ours, as the format allows:
`_route` (the route that an exchange came by), `_encoding` (how a request's body is written, as for content), and
`_truncated` (the body is only the beginning of it).
"""

import base64
import http
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from strangler_proxy import __version__
from strangler_proxy.compare.cookies import parse_cookie
from strangler_proxy.recording.exchange import Exchange, Headers, header

CREATOR = "strangler"
HTTP_VERSION = "HTTP/1.1"


def har_text(exchanges: Iterable[Exchange]) -> str:
    """The text of a HAR file that holds the exchanges; one entry a line, so that Git shows what changed."""
    head = {"version": "1.2", "creator": {"name": CREATOR, "version": __version__}}
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    entries = ",\n".join(json.dumps(entry(one), ensure_ascii=False) for one in exchanges)
    return f'{{"log": {opening}, "entries": [\n{entries}\n]}}}}\n'


def entry(exchange: Exchange) -> dict[str, Any]:
    """One entry of the log."""
    waited = round(exchange.duration_ms, 3)
    document: dict[str, Any] = {
        "startedDateTime": datetime.fromtimestamp(exchange.started, UTC).isoformat(timespec="microseconds"),
        "time": waited,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": waited, "receive": 0},
    }
    return document if exchange.route is None else {**document, "_route": exchange.route}


def _request(exchange: Exchange) -> dict[str, Any]:
    query = urlsplit(exchange.target).query
    document: dict[str, Any] = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": HTTP_VERSION,
        "cookies": [
            {"name": name, "value": value}
            for name, _, value in (
                part.strip().partition("=") for part in header(exchange.request_headers, b"cookie").split(";")
            )
            if name
        ],
        "headers": _headers(exchange.request_headers),
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(query, keep_blank_values=True)],
        "headersSize": -1,
        "bodySize": len(exchange.request_body),
    }
    if exchange.request_body:
        kind = header(exchange.request_headers, b"content-type")
        text, encoded = body_text(exchange.request_body, kind)
        document["postData"] = {"mimeType": kind, "text": text, **({"_encoding": "base64"} if encoded else {})}
    return document


def _response(exchange: Exchange) -> dict[str, Any]:
    answer = exchange.answer
    kind = header(answer.headers, b"content-type")
    content: dict[str, Any] = {"size": answer.whole_size, "mimeType": kind}
    if answer.body:
        text, encoded = body_text(answer.body, kind)
        content |= {"text": text, **({"encoding": "base64"} if encoded else {})}
    if answer.truncated:
        content["_truncated"] = True
    return {
        "status": answer.status,
        "statusText": _phrase(answer.status),
        "httpVersion": HTTP_VERSION,
        "cookies": [
            _cookie(value.decode("latin-1")) for name, value in answer.headers if name.lower() == b"set-cookie"
        ],
        "headers": _headers(answer.headers),
        "content": content,
        "redirectURL": header(answer.headers, b"location"),
        "headersSize": -1,
        "bodySize": -1,
    }


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name.decode("latin-1"), "value": value.decode("latin-1")} for name, value in headers]


def _cookie(text: str) -> dict[str, Any]:
    cookie = parse_cookie(text)
    document: dict[str, Any] = {"name": cookie.name, "value": cookie.value}
    document |= {name: cookie.attributes[name] for name in ("path", "domain") if name in cookie.attributes}
    return document | {"httpOnly": "httponly" in cookie.attributes, "secure": "secure" in cookie.attributes}


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def body_text(body: bytes, kind: str) -> tuple[str, bool]:
    """The body as a string, and whether that is base64: of what is no UTF-8, or said to be of another charset."""
    if charset_of(kind) == "utf-8":
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def charset_of(kind: str) -> str:
    """The charset that a Content-Type names, in lower case; `utf-8` when it names none."""
    message = Message()
    message["Content-Type"] = kind or "application/octet-stream"
    charset = message.get_content_charset()
    return "utf-8" if charset in (None, "utf8", "us-ascii") else str(charset)
