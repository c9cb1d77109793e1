"""What must hold of the head parsers and the chunk reader for any bytes whatever.

Each target takes bytes, and raises `AssertionError` (or anything else) when a promise is broken. They are held against
llhttp, an independent parser: what ours takes, it must understand in the same way; ours may refuse more.
"""

import re
from typing import Any

import httptools

from strangler_proxy.proxy.chunked import ChunkedReader, encode_chunk, encode_end
from strangler_proxy.proxy.grammar import BadMessage
from strangler_proxy.proxy.request_head import RequestHead, parse_request_head
from strangler_proxy.proxy.response_head import ResponseHead, parse_response_head

_KNOWN_METHODS = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"})
_NEVER_PASSED = re.compile(
    rb"(?im)^(?:connection|keep-alive|proxy-connection|te|transfer-encoding|upgrade|content-length|host|expect"
    rb"|x-forwarded-[^:]*|forwarded|x-real-ip|x-strangler[^:]*|[^:\r\n]*_[^:\r\n]*):"
)
_FRAMING = re.compile(rb"(?i)content-length|transfer-encoding|connection|upgrade")
_ODD_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)|\0")


class _Heard:
    """What llhttp told of a message."""

    def __init__(self) -> None:
        self.url = b""
        self.fields: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.head_done = False
        self.done = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.head_done:
            self.fields.append((name, value))

    def on_headers_complete(self) -> None:
        self.head_done = True

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.done = True


def request_head(data: bytes) -> RequestHead | None:
    """A request's head, up to its empty line; what ours makes of it, None when it refuses."""
    block, found, _ = data.partition(b"\r\n\r\n")
    if not found:
        block = data
    fresh, remembered = _request(block), _request(block)
    assert (fresh and _meaning(fresh)) == (remembered and _meaning(remembered)), "read otherwise the second time"
    if fresh is None:
        return None
    head, fields = fresh, fresh.fields
    line, _, fields_block = block.partition(b"\r\n")
    method, target, version = line.split(b" ")
    assert not _ODD_LINE_END.search(head.passed), head.passed
    assert not head.passed or head.passed.endswith(b"\r\n")
    assert not _NEVER_PASSED.search(head.passed), head.passed
    assert not (fields.chunked and fields.has_length)
    assert not re.search(rb"[\0-\x20\x7f]", head.target + head.host), head.target
    again = b"%b %b HTTP/1.1\r\nHost: %b\r\n%b" % (head.method, head.target, head.host, head.passed)
    counted_down = method == b"OPTIONS" and fields.max_forwards is not None
    if head.host and not counted_down:
        _same_again(head, again.removesuffix(b"\r\n"))
    # llhttp knows its own methods alone, no bytes above ASCII in a target, and no tab as white space around a value.
    if method in _KNOWN_METHODS and target.isascii() and b"\t" not in block and not fields.upgrade:
        heard = _Heard()
        parser = httptools.HttpRequestParser(heard)
        try:
            parser.feed_data(block + b"\r\n\r\n")
        except httptools.HttpParserUpgrade:
            return head
        assert heard.head_done, "llhttp does not see the end of the head"
        assert heard.url == target
        assert len(heard.fields) == (fields_block.count(b"\r\n") + 1 if fields_block else 0)
        assert heard.done is (not fields.chunked and not fields.body_length)
        assert parser.get_http_version() == ("1.0" if head.http_1_0 else "1.1") == version[5:].decode()
    return head


def _request(block: bytes) -> RequestHead | None:
    try:
        return parse_request_head(block)
    except BadMessage:
        return None


def _meaning(head: RequestHead) -> tuple[object, ...]:
    """All that is understood of a request."""
    fields = head.fields
    framing = (fields.chunked, fields.has_length, fields.body_length, fields.expects_continue, fields.upgrade)
    told = (head.cookie, fields.forwarding, fields.override, fields.request_id, fields.traceparent, fields.tracestate)
    told += (fields.hop, fields.shadow)
    return (head.method, head.target, head.host, head.http_1_0, head.keep_alive, head.passed, framing, told)


def _same_again(head: RequestHead, again: bytes) -> None:
    """What goes on to the backend is understood as what came."""
    second = parse_request_head(again)
    assert (second.method, second.target, second.host) == (head.method, head.target, head.host)
    assert second.passed == head.passed


def response_head(data: bytes) -> ResponseHead | None:
    """An answer's head, up to its empty line; what ours makes of it, None when it refuses."""
    block, found, _ = data.partition(b"\r\n\r\n")
    if not found:
        block = data
    head, remembered = _response(block), _response(block)
    assert (head and _response_meaning(head)) == (remembered and _response_meaning(remembered))
    if head is None:
        return None
    fields = head.fields
    assert 100 <= head.status <= 999
    assert not _ODD_LINE_END.search(fields.passed + fields.start.removesuffix(b"\r\n")), fields.passed
    assert not fields.passed or fields.passed.endswith(b"\r\n")
    assert not re.search(rb"(?im)^(?:connection|keep-alive|transfer-encoding|content-length|upgrade):", fields.passed)
    if head.status == 101 or fields.upgrade or (fields.chunked and head.length is not None):
        return head  # llhttp stops at an upgrade, and refuses two framings even where no body can be
    heard = _Heard()
    parser = httptools.HttpResponseParser(heard)
    parser.feed_data(block + b"\r\n\r\n")
    assert heard.head_done, "llhttp does not see the end of the head"
    assert parser.get_status_code() == head.status
    if head.status >= 200 and head.body_length is not None:
        assert heard.done is (head.body_length == 0)
    return head


def _response(block: bytes) -> ResponseHead | None:
    try:
        return parse_response_head(block, False)
    except BadMessage:
        return None


def _response_meaning(head: ResponseHead) -> tuple[object, ...]:
    fields = head.fields
    framing = (fields.chunked, head.length, head.body_length, fields.keep_alive, fields.upgrade)
    return (head.status, fields.start, fields.passed, framing)


_Read = tuple[bytes, bytes, bytes] | None
"""Payload, trailers, what follows; None when it was refused."""


def chunked(data: bytes) -> None:
    """A chunked body, its first byte saying how it is cut."""
    cut, data = (data[0] % 17 + 1, data[1:]) if data else (1, b"")
    whole = _read([data])
    pieces = _read([data[at : at + cut] for at in range(0, len(data), cut)])
    assert whole == pieces, f"cut every {cut} bytes: {pieces}, whole: {whole}"
    if not isinstance(whole, tuple):
        return
    payload, trailers, rest = whole
    assert data.endswith(rest)
    assert not _ODD_LINE_END.search(trailers)
    again = (encode_chunk(payload) if payload else b"") + encode_end(trailers)
    assert _read([again + b"rest"]) == (payload, trailers, b"rest")
    coded = data[: len(data) - len(rest)]
    if b";" in coded or _FRAMING.search(coded):
        return  # llhttp is stricter about extensions, and reads framing among the trailers as the head's
    heard = _Heard()
    httptools.HttpRequestParser(heard).feed_data(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + coded)
    assert heard.done, "llhttp does not see the end of the body"
    assert heard.body == payload


def _read(pieces: list[bytes]) -> Any:
    """`_Read`, or the state "more is to come" with the payload so far."""
    reader = ChunkedReader()
    payload = b""
    for at, piece in enumerate(pieces):
        try:
            more, rest = reader.feed(piece)
        except BadMessage:
            return None
        payload += more
        if reader.done:
            return payload, reader.trailers, rest + b"".join(pieces[at + 1 :])
        assert not rest
    return {"more to come": payload}


TARGETS = {"request_head": request_head, "response_head": response_head, "chunked": chunked}
