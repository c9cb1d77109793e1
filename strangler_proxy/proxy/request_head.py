"""A request's head: parsed strictly, and kept as what goes on to a backend. Pure.

Whatever two parsers could read in two ways is refused, so that client, proxy and backend agree on where a request ends.

Source: RFC 9112 sections 3, 5, 6 and 11.2.
"""

import re
from collections.abc import Sequence

from strangler_proxy.proxy.grammar import BadMessage, content_length, list_members
from strangler_proxy.proxy.headers import (
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    EXPECT,
    FORWARDING,
    HOST,
    OVERRIDE,
    REQUEST_ID,
    TRACEPARENT,
    TRACESTATE,
    TRANSFER_ENCODING,
    UPGRADE,
    VARYING,
    without_named,
)
from strangler_proxy.proxy.headers import REQUEST_LINES as _LINES
from strangler_proxy.proxy.limits import HEADER_COUNT

# The target has no space, no control character and no fragment.
_REQUEST_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) ([!\"$-~\x80-\xff]+) (HTTP/1\.[01])")
_ABSOLUTE_FORM = re.compile(rb"(?i:http|https)://([^/?]*)(.*)", re.DOTALL)
_HOST = re.compile(rb"(?:[A-Za-z0-9\-._~%!$&'()*+,;=]*|\[[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9\-._~]+)?\])(?::[0-9]{0,5})?")
_GOOD_HOSTS: set[bytes] = set()
_REMEMBERED_HOSTS = 1024
_REFUSED_METHODS = frozenset({b"TRACE", b"CONNECT"})


class RequestFields:
    """The header block of a request, understood once."""

    # What a block without special headers is; only what differs is set.
    passed = b""
    """Lines that pass, each with its CRLF, as they came."""
    host: bytes | None = None
    cookie: bytes | None = None
    has_length = False
    body_length = 0
    """Bytes of the body by Content-Length."""
    chunked = False
    close = False
    keep_alive = False
    upgrade = False
    """The client asks for a WebSocket; no other upgrade is let through, as h2c would be a way around the routes."""
    expects_continue = False
    forwarding: Sequence[tuple[str, bytes]] = ()
    """Lower-case name and value of `X-Forwarded-*`, `Forwarded` and `X-Real-IP`, in order."""
    override: bytes | None = None
    request_id: bytes | None = None
    traceparent: bytes | None = None
    tracestate: bytes | None = None
    _index: dict[str, str] | None = None

    def get(self, name: str) -> str | None:
        """A header's value by lower-case name, several joined by `, `; None without it."""
        if name == "cookie":
            return None if self.cookie is None else self.cookie.decode("latin-1")
        if self._index is None:
            self._index = self._make_index()
        return self._index.get(name)

    def _make_index(self) -> dict[str, str]:
        index: dict[str, str] = {} if self.host is None else {"host": self.host.decode("latin-1")}
        for line in self.passed.decode("latin-1").split("\r\n")[:-1]:
            raw_name, _, raw_value = line.partition(":")
            name, value = raw_name.lower(), raw_value.strip(" \t")
            index[name] = f"{index[name]}, {value}" if name in index else value
        return index


class RequestHead:
    """A whole request head."""

    __slots__ = ("fields", "host", "http_1_0", "keep_alive", "method", "target")

    def __init__(self, method: bytes, target: bytes, http_1_0: bool, fields: RequestFields, host: bytes) -> None:
        self.method = method
        self.target = target
        """Origin form (or `*`), byte for byte as it came."""
        self.http_1_0 = http_1_0
        self.fields = fields
        self.host = host
        """Authority of the request, with its port if it had one; empty only from an HTTP/1.0 client."""
        self.keep_alive = (fields.keep_alive and not fields.close) if http_1_0 else not fields.close


def _check_host(host: bytes) -> None:
    if not _HOST.fullmatch(host):
        raise BadMessage("bad Host")
    if len(_GOOD_HOSTS) < _REMEMBERED_HOSTS:
        _GOOD_HOSTS.add(host)


def parse_request_head(head: bytes) -> RequestHead:
    """The whole head, without its last CRLF CRLF.

    Raises:
        BadMessage: anything that a standard forbids or that two parsers could read in two ways.
    """
    lines = head.split(b"\r\n")
    method, target, http_1_0 = parse_request_line(lines[0])
    del lines[0]
    return make_request_head(method, target, http_1_0, _read_fields(lines))


def parse_request_line(line: bytes) -> tuple[bytes, bytes, bool]:
    """Method, target and whether it is HTTP/1.0.

    Raises:
        BadMessage: not a request line (400), another version (505), or a method that is refused (405).
    """
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        if re.fullmatch(rb"\S+ \S+ HTTP/[0-9]\.[0-9]", line):
            raise BadMessage("only HTTP/1.0 and HTTP/1.1 are spoken here", 505)
        raise BadMessage("bad request line")
    method, target, version = match.groups()
    if method in _REFUSED_METHODS:
        raise BadMessage(f"method {method.decode()} is refused", 405)
    return method, target, version == b"HTTP/1.0"


def parse_request_fields(block: bytes) -> RequestFields:
    """The header lines of a request: `block` is what follows the request line's CRLF, without the last CRLF CRLF.

    Raises:
        BadMessage: anything that a standard forbids or that two parsers could read in two ways.
    """
    return _read_fields(block.split(b"\r\n")) if block else RequestFields()


def _read_fields(lines: list[bytes]) -> RequestFields:
    fields = RequestFields()
    if len(lines) > HEADER_COUNT:
        raise BadMessage(f"more than {HEADER_COUNT} headers", 431)
    known, special, read = _LINES.passing, _LINES.special, _LINES.read
    passed: list[bytes] = []
    connection: list[bytes] = []
    length: bytes | None = None
    upgrade = b""
    for line in lines:
        if line in known:
            passed.append(line)
            continue
        kind, value = special.get(line) or read(line)
        if kind <= VARYING:
            passed.append(line)
        elif kind == HOST:
            if fields.host is not None:
                raise BadMessage("two Host headers")
            fields.host = value
        elif kind == COOKIE:
            passed.append(line)
            fields.cookie = value if fields.cookie is None else fields.cookie + b"; " + value
        elif kind == CONNECTION:
            if value == b"keep-alive":
                fields.keep_alive = True
            else:
                connection += list_members(value)
        elif kind == CONTENT_LENGTH:
            if length is not None:
                raise BadMessage("two Content-Length headers")
            length = value
        elif kind == TRANSFER_ENCODING:
            if fields.chunked or value.lower() != b"chunked":
                raise BadMessage("Transfer-Encoding other than chunked", 501 if not fields.chunked and value else 400)
            fields.chunked = True
        elif kind == UPGRADE:
            upgrade = value
        elif kind == EXPECT:
            if value.lower() != b"100-continue":
                raise BadMessage("Expect other than 100-continue", 417)
            fields.expects_continue = True
        elif kind == FORWARDING:
            name = line.partition(b":")[0].decode("ascii").lower()
            fields.forwarding = (*fields.forwarding, (name, value))
        elif kind == REQUEST_ID:
            fields.request_id = value
        elif kind == TRACEPARENT:
            fields.traceparent = value
        elif kind == TRACESTATE:
            fields.tracestate = value if fields.tracestate is None else fields.tracestate + b"," + value
        elif kind == OVERRIDE:
            fields.override = value
    if length is not None:
        if fields.chunked:
            raise BadMessage("both Content-Length and Transfer-Encoding")
        fields.has_length = True
        fields.body_length = content_length(length)
    if connection:
        fields.close = b"close" in connection
        fields.keep_alive = fields.keep_alive or b"keep-alive" in connection
        fields.upgrade = b"upgrade" in connection and upgrade.lower() == b"websocket"
        passed = without_named(passed, connection)
        if b"cookie" in connection:
            fields.cookie = None
    if passed:
        passed.append(b"")
        fields.passed = b"\r\n".join(passed)
    return fields


def make_request_head(method: bytes, target: bytes, http_1_0: bool, fields: RequestFields) -> RequestHead:
    """Line and fields put together, with the rules that need both.

    Raises:
        BadMessage: no or bad Host, bad target, or framing that the version does not have.
    """
    host = fields.host
    if target[:1] != b"/":
        absolute = _ABSOLUTE_FORM.fullmatch(target)
        if absolute is not None:
            authority, rest = absolute.groups()
            if not authority or b"@" in authority:
                raise BadMessage("bad authority in the target")
            target = rest if rest[:1] == b"/" else b"/" + rest
            if host is not None:
                host = authority  # RFC 9112 section 3.2.2: the target's authority wins over Host
            elif http_1_0:
                host = authority
        elif not (target == b"*" and method == b"OPTIONS"):
            raise BadMessage("bad target")
    if host is None:
        if not http_1_0:
            raise BadMessage("no Host header")
        host = b""
    elif host not in _GOOD_HOSTS:
        _check_host(host)
    if http_1_0 and fields.chunked:
        raise BadMessage("chunked body in HTTP/1.0")
    return RequestHead(method, target, http_1_0, fields, host)
