"""A request's head: parsed strictly, and kept as what goes on to a backend. Pure.

Whatever two parsers could read in two ways is refused, so that client, proxy and backend agree on where a request ends.

Source: RFC 9112 sections 3, 5, 6 and 11.2.
"""

import re
from collections.abc import Sequence
from typing import Final

from strangler_proxy.proxy.grammar import BadMessage, check_text, content_length, list_members
from strangler_proxy.proxy.headers import (
    CONNECTION,
    CONTENT_LENGTH,
    COOKIE,
    DROP,
    EXPECT,
    FORWARDING,
    HOP,
    HOST,
    MAX_FORWARDS,
    OVERRIDE,
    PASS,
    REQUEST_ID,
    SHADOW,
    TRACEPARENT,
    TRACESTATE,
    TRANSFER_ENCODING,
    UPGRADE,
    VARYING,
    without_named,
)
from strangler_proxy.proxy.headers import REQUEST_LINES as _LINES
from strangler_proxy.proxy.known_blocks import KnownBlocks
from strangler_proxy.proxy.limits import HEADER_COUNT

# The target has no space, no control character and no fragment.
_REQUEST_LINE: Final = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) ([!\"$-~\x80-\xff]+) (HTTP/1\.[01])")
_OTHER_VERSION: Final = re.compile(rb"\S+ \S+ HTTP/(?!1\.[01])[0-9]\.[0-9]")
_ABSOLUTE_FORM: Final = re.compile(rb"(?i:http|https)://([^/?]*)(.*)", re.DOTALL)
_HOST: Final = re.compile(
    rb"(?:[A-Za-z0-9\-._~%!$&'()*+,;=]*|\[[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9\-._~]+)?\])(?::[0-9]{0,5})?"
)
_GOOD_HOSTS: Final[set[bytes]] = set()
_REMEMBERED_HOSTS: Final = 1024
_REFUSED_METHODS: Final = frozenset({b"TRACE", b"CONNECT"})


class RequestFields:
    """The header block of a request, understood once; several requests may share one."""

    # What a block without special headers is; only what differs is set.
    passed = b""
    """Lines that pass, each with its CRLF, as they came; those of cookies last."""
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
    hop: bytes | None = None
    """What `X-Strangler-Hop` headers say; whether it is ours, `hops.py` knows."""
    shadow: bytes | None = None
    request_id: bytes | None = None
    traceparent: bytes | None = None
    tracestate: bytes | None = None
    max_forwards: bytes | None = None
    repeats = False
    """Nothing in it is likely to differ in the client's next request but the cookie."""
    _index: dict[str, str] | None = None

    def get(self, name: str) -> str | None:
        """A header's value by lower-case name, several joined by `, `; None without it. Cookies are the head's."""
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

    __slots__ = ("cookie", "fields", "host", "http_1_0", "keep_alive", "method", "passed", "stops_here", "target")

    def __init__(self, method: bytes, target: bytes, http_1_0: bool, fields: RequestFields, host: bytes) -> None:
        self.method = method
        self.target = target
        """Origin form (or `*`), byte for byte as it came."""
        self.http_1_0 = http_1_0
        self.fields = fields
        self.host = host
        """Authority of the request, with its port if it had one; empty only from an HTTP/1.0 client."""
        self.keep_alive = (fields.keep_alive and not fields.close) if http_1_0 else not fields.close
        self.passed = fields.passed
        """The header lines that go on as they are, each with its CRLF."""
        self.cookie = fields.cookie
        """What all `Cookie` headers say together."""
        self.stops_here = False
        """`Max-Forwards` has it that the request goes no further."""

    def get(self, name: str) -> str | None:
        """A header's value by lower-case name, several joined (cookies by `; `, others by `, `); None without it."""
        if name == "cookie":
            return None if self.cookie is None else self.cookie.decode("latin-1")
        return self.fields.get(name)


_BLOCKS: Final = KnownBlocks[RequestFields]()
_COOKIE: Final = b"\r\nCookie: "


def _check_host(host: bytes) -> None:
    if not _HOST.fullmatch(host):
        raise BadMessage("bad Host")
    if len(_GOOD_HOSTS) < _REMEMBERED_HOSTS:
        _GOOD_HOSTS.add(host)


def parse_request_head(head: bytes) -> RequestHead:
    """The whole head, without its last CRLF CRLF.

    1. The request line is read.
    2. The last `Cookie` line is cut out. When the rest is known, only the cookie need be read.
    3. Else all lines are. What can repeat is remembered without its cookie.

    Raises:
        BadMessage: anything that a standard forbids or that two parsers could read in two ways.
    """
    line_end = head.find(b"\r\n")
    if line_end < 0:
        method, target, http_1_0 = parse_request_line(head)
        return make_request_head(method, target, http_1_0, RequestFields())
    method, target, http_1_0 = parse_request_line(head[:line_end])
    at = head.rfind(_COOKIE)
    if at < 0:
        block = head[line_end:]
        fields = _BLOCKS.get(block)
        if fields is None:
            fields = _read_fields(block[2:].split(b"\r\n"))
            if fields.repeats and fields.cookie is None:
                _BLOCKS.remember(block, fields)
        return make_request_head(method, target, http_1_0, fields)
    cookie_end = head.find(b"\r\n", at + 2)
    if cookie_end < 0:
        cookie_end = len(head)
    block = head[line_end:at] + head[cookie_end:]
    fields = _BLOCKS.get(block)
    if fields is None:
        fields = _read_fields(head[line_end + 2 :].split(b"\r\n"))
        if fields.repeats and fields.cookie == head[at + len(_COOKIE) : cookie_end].strip(b" \t"):
            _BLOCKS.remember(block, _without_cookie(fields, head[at + 2 : cookie_end]))
        return make_request_head(method, target, http_1_0, fields)
    cookie = head[at + len(_COOKIE) : cookie_end]
    check_text(cookie)
    known = make_request_head(method, target, http_1_0, fields)
    known.passed = fields.passed + head[at + 2 : cookie_end] + b"\r\n"
    known.cookie = cookie.strip(b" \t")
    return known


def _without_cookie(fields: RequestFields, line: bytes) -> RequestFields:
    """Those of the same block less its one cookie line: all that can be set in a block that `repeats`."""
    rest = RequestFields()
    rest.passed = fields.passed.removesuffix(line + b"\r\n")
    rest.host, rest.close, rest.keep_alive = fields.host, fields.close, fields.keep_alive
    return rest


def parse_request_line(line: bytes) -> tuple[bytes, bytes, bool]:
    """Method, target and whether it is HTTP/1.0.

    Raises:
        BadMessage: not a request line (400), another version (505), or a method that is refused (405).
    """
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        if _OTHER_VERSION.fullmatch(line):
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
    cookies: list[bytes] = []
    connection: list[bytes] = []
    length: bytes | None = None
    upgrade = b""
    repeats = True
    for line in lines:
        if line in known:
            passed.append(line)
            continue
        kind, value = special.get(line) or read(line)
        if kind <= PASS:
            passed.append(line)
        elif kind == HOST:
            if fields.host is not None:
                raise BadMessage("two Host headers")
            fields.host = value
        elif kind == COOKIE:
            cookies.append(line)
            fields.cookie = value if fields.cookie is None else fields.cookie + b"; " + value
        elif kind == CONNECTION:
            if value == b"keep-alive":
                fields.keep_alive = True
            elif value == b"close":
                fields.close = True
            else:
                connection += list_members(value)
        elif kind != DROP:
            repeats = False
            if kind in (VARYING, MAX_FORWARDS):
                passed.append(line)
                if kind == MAX_FORWARDS:
                    fields.max_forwards = value if fields.max_forwards is None else b""
            elif kind == CONTENT_LENGTH:
                if length is not None:
                    raise BadMessage("two Content-Length headers")
                length = value
            elif kind == TRANSFER_ENCODING:
                if fields.chunked or value.lower() != b"chunked":
                    raise BadMessage(
                        "Transfer-Encoding other than chunked", 501 if not fields.chunked and value else 400
                    )
                fields.chunked = True
            elif kind == UPGRADE:
                upgrade = value
            else:
                _read_seldom(fields, kind, value, line)
    if length is not None:
        if fields.chunked:
            raise BadMessage("both Content-Length and Transfer-Encoding")
        fields.has_length = True
        fields.body_length = content_length(length)
    passed += cookies
    if connection:
        repeats = False
        fields.close = fields.close or b"close" in connection
        fields.keep_alive = fields.keep_alive or b"keep-alive" in connection
        fields.upgrade = b"upgrade" in connection and upgrade.lower() == b"websocket"
        passed = without_named(passed, connection)
        if b"cookie" in connection:
            fields.cookie = None
    if passed:
        passed.append(b"")
        fields.passed = b"\r\n".join(passed)
    fields.repeats = repeats and len(lines) < HEADER_COUNT  # so that a cookie more is not one too many
    return fields


def _read_seldom(fields: RequestFields, kind: int, value: bytes, line: bytes) -> None:
    """What few requests have."""
    if kind == EXPECT:
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
    elif kind == HOP:
        fields.hop = value if fields.hop is None else fields.hop + b"," + value
    elif kind == SHADOW:
        fields.shadow = value


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
            if not rest and method == b"OPTIONS":
                target = b"*"  # RFC 9112 section 3.2.4
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
    head = RequestHead(method, target, http_1_0, fields, host)
    if fields.max_forwards is not None and method == b"OPTIONS":
        _count_down(head, fields.max_forwards)
    return head


def _count_down(head: RequestHead, said: bytes) -> None:
    """Counts `Max-Forwards` of an OPTIONS request down. Source: RFC 9110 section 7.6.2 (TRACE is refused anyway)."""
    if not said.isdigit() or len(said) > 9:
        raise BadMessage("bad Max-Forwards")
    head.stops_here = not int(said)
    lines = without_named(head.passed.split(b"\r\n")[:-1], [b"max-forwards"])
    head.passed = b"".join(line + b"\r\n" for line in (*lines, b"Max-Forwards: %d" % (int(said) - 1)))
