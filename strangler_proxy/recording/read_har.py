"""A HAR file read: what `strangler record` wrote, and what browsers and other tools export."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from strangler_proxy.compare.answer import Answer
from strangler_proxy.recording.errors import RecordingInvalid, RecordingUnreadable
from strangler_proxy.recording.exchange import OF_THE_WIRE, URL_CHARACTERS, Exchange, Headers, header, without
from strangler_proxy.recording.har import charset_of


def read_recording(path: Path) -> tuple[Exchange, ...]:
    """The exchanges of the file, in its order.

    Raises:
        RecordingUnreadable: it cannot be read.
        RecordingInvalid: it is no HAR.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordingUnreadable(
            f"{error.strerror}.", where=str(path), remedy=RecordingUnreadable.usual_remedy
        ) from None
    return read_har(data, where=str(path))


def read_har(data: bytes, *, where: str) -> tuple[Exchange, ...]:
    """The exchanges of a HAR document; `where` names it in errors.

    An entry without an answer (status 0: a browser gave up) is left out, as nothing was recorded of it.

    Raises:
        RecordingInvalid: it is no HAR; the message names the entry.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _invalid(f"it is not UTF-8: {error.reason} at byte {error.start}.", where) from None
    except (ValueError, RecursionError) as error:
        raise _invalid(f"it is no JSON: {error}.", where) from None
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise _invalid('it has no list "entries" in "log".', where)
    found = []
    for index, entry in enumerate(entries):
        try:
            exchange = _exchange(entry)
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            raise _invalid(f"entry {index + 1} of {len(entries)} cannot be read: {_why(error)}.", where) from None
        if exchange is not None:
            found.append(exchange)
    return tuple(found)


def _exchange(entry: Mapping[str, Any]) -> Exchange | None:
    request, response = entry["request"], entry["response"]
    status = response["status"]
    if status == 0:
        return None
    if type(status) is not int or not 100 <= status <= 599:
        raise ValueError(f'"status" is {status!r}')
    origin, target = _parts(request["url"])
    headers = _headers(request["headers"])
    if not header(headers, b"host"):
        headers = ((b"Host", urlsplit(origin).netloc.encode()), *headers)
    route = entry.get("_route")
    return Exchange(
        method=str(request["method"]),
        origin=origin,
        target=target,
        request_headers=headers,
        request_body=_request_body(request.get("postData") or {}),
        answer=_answer(status, response),
        started=_moment(entry.get("startedDateTime")),
        duration_ms=float(entry.get("time") or 0),
        route=None if route is None else str(route),
    )


def _parts(url: str) -> tuple[str, str]:
    """Origin and target; a fragment was never sent."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{url!r} is no http address")
    origin = f"{parts.scheme}://{parts.netloc}"
    rest = url.partition("#")[0][len(origin) :]
    return origin, quote(rest if rest.startswith("/") else f"/{rest}", safe=URL_CHARACTERS)


def _headers(written: list[Mapping[str, str]]) -> Headers:
    """Names and values; HTTP/2's own (`:path`) are what the request line says."""
    pairs = ((_field(one["name"]), _field(one["value"])) for one in written)
    return tuple((name, value) for name, value in pairs if not name.startswith(b":"))


def _field(text: str) -> bytes:
    """A header's bytes: Latin-1 as we write them, UTF-8 for what that has not."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _request_body(post: Mapping[str, Any]) -> bytes:
    return _bytes(post.get("text") or "", post.get("mimeType") or "", post.get("_encoding"))


def _answer(status: int, response: Mapping[str, Any]) -> Answer:
    content = response.get("content") or {}
    body = _bytes(content.get("text") or "", content.get("mimeType") or "", content.get("encoding"))
    size = int(content.get("size") or 0)
    cut = content.get("_truncated") or ("text" not in content and size > 0)
    return Answer(
        status=status,
        headers=without(_headers(response["headers"]), OF_THE_WIRE),
        body=body,
        body_size=size if cut else None,
    )


def _bytes(text: str, kind: str, encoding: str | None) -> bytes:
    """The bytes that a text stands for: of base64, or in the charset that its type names."""
    if not text:
        return b""
    if encoding == "base64":
        return base64.b64decode(text, validate=True)
    try:
        return text.encode(charset_of(kind))
    except (LookupError, UnicodeEncodeError):
        return text.encode("utf-8", "surrogatepass")


def _moment(text: object) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return 0.0


def _why(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _invalid(what: str, where: str) -> RecordingInvalid:
    return RecordingInvalid(what, where=where, remedy=RecordingInvalid.usual_remedy)
