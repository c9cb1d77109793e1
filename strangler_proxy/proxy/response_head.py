"""A response's head from a backend: parsed strictly, and kept as what goes on to the client. Pure.

Source: RFC 9112 sections 4 and 6.3.
"""

import re

from strangler_proxy.proxy.grammar import BadMessage, content_length, list_members
from strangler_proxy.proxy.headers import (
    CONNECTION,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    UPGRADE,
    VARYING,
    without_named,
)
from strangler_proxy.proxy.headers import RESPONSE_LINES as _LINES
from strangler_proxy.proxy.limits import HEADER_COUNT

_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: ([\t -~\x80-\xff]*))?")


class ResponseHead:
    """A whole response head, final or interim."""

    # What a head without special headers is; only what differs is set.
    status = 0
    start = b""
    """The status line as it goes to the client, with its CRLF."""
    raw = b""
    passed = b""
    """Header lines that pass, each with its CRLF."""
    length: int | None = None
    """What Content-Length says; None without it."""
    body_length: int | None = None
    """Bytes of the body that follows; None: chunked, or up to the end of the connection."""
    chunked = False
    keep_alive = True
    upgrade = b""

    @property
    def fields_block(self) -> bytes:
        """All header lines as they came, each with its CRLF."""
        return self.raw.partition(b"\r\n")[2] + b"\r\n" if b"\r\n" in self.raw else b""


_STATUS_LINES: dict[bytes, tuple[int, bytes, bool]] = {}
_REMEMBERED_STATUS_LINES = 256


def _read_status_line(line: bytes) -> tuple[int, bytes, bool]:
    """Status, the line for the client, and whether it is HTTP/1.0."""
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        raise BadMessage("bad status line")
    minor, status, reason = match.groups()
    read = int(status), b"HTTP/1.1 %b %b\r\n" % (status, reason or b""), minor == b"0"
    if len(_STATUS_LINES) < _REMEMBERED_STATUS_LINES:
        _STATUS_LINES[line] = read
    return read


def parse_response_head(head: bytes, to_head: bool) -> ResponseHead:
    """The head without its last CRLF CRLF; `to_head` says that it answers a HEAD request.

    Raises:
        BadMessage: anything that a standard forbids or that two parsers could read in two ways.
    """
    lines = head.split(b"\r\n")
    if len(lines) > HEADER_COUNT + 1:
        raise BadMessage(f"more than {HEADER_COUNT} headers")
    out = ResponseHead()
    out.raw = head
    status, out.start, http_1_0 = _STATUS_LINES.get(lines[0]) or _read_status_line(lines[0])
    out.status = status
    known, special, read = _LINES.passing, _LINES.special, _LINES.read
    passed: list[bytes] = []
    connection: list[bytes] = []
    says_keep_alive = False
    length: bytes | None = None
    del lines[0]
    for line in lines:
        if line in known:
            passed.append(line)
            continue
        kind, value = special.get(line) or read(line)
        if kind <= VARYING:
            passed.append(line)
        elif kind == CONTENT_LENGTH:
            if length is not None:
                raise BadMessage("two Content-Length headers")
            length = value
        elif kind == CONNECTION:
            if value == b"keep-alive":
                says_keep_alive = True
            else:
                connection += list_members(value)
        elif kind == TRANSFER_ENCODING:
            if out.chunked or value.lower() != b"chunked":
                raise BadMessage("Transfer-Encoding other than chunked")
            out.chunked = True
        elif kind == UPGRADE:
            out.upgrade = value
    if length is not None:
        out.length = content_length(length)
    if connection:
        passed = without_named(passed, connection)
        out.keep_alive = b"close" not in connection
        says_keep_alive = says_keep_alive or b"keep-alive" in connection
    if http_1_0 and not says_keep_alive:
        out.keep_alive = False
    if passed:
        passed.append(b"")
        out.passed = b"\r\n".join(passed)
    if to_head or status < 200 or status == 204 or status == 304:
        out.body_length = 0
    elif out.chunked:
        if length is not None:
            raise BadMessage("both Content-Length and Transfer-Encoding")
        if http_1_0:
            raise BadMessage("chunked body in HTTP/1.0")
    else:
        out.body_length = out.length
    return out
