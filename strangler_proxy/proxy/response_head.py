"""A response's head from a backend: parsed strictly, and kept as what goes on to the client. Pure.

Source: RFC 9112 sections 4 and 6.3.
"""

import re

from strangler_proxy.proxy import headers as h
from strangler_proxy.proxy.grammar import BadMessage, content_length, list_members, split_lines
from strangler_proxy.proxy.limits import HEADER_COUNT

_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: ([\t -~\x80-\xff]*))?")


class ResponseHead:
    """A whole response head, final or interim."""

    __slots__ = ("body_length", "chunked", "keep_alive", "length", "passed", "raw", "start", "status", "upgrade")

    def __init__(self) -> None:
        self.status = 0
        self.start = b""
        """The status line as it goes to the client, with its CRLF."""
        self.raw = b""
        self.passed = b""
        """Header lines that pass, each with its CRLF."""
        self.length: int | None = None
        """What Content-Length says; None without it."""
        self.body_length: int | None = None
        """Bytes of the body that follows; None: chunked, or up to the end of the connection."""
        self.chunked = False
        self.keep_alive = True
        self.upgrade = b""

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
    lines = split_lines(head)
    if len(lines) > HEADER_COUNT + 1:
        raise BadMessage(f"more than {HEADER_COUNT} headers")
    out = ResponseHead()
    out.raw = head
    out.status, out.start, http_1_0 = _STATUS_LINES.get(lines[0]) or _read_status_line(lines[0])
    kinds = h.RESPONSE_KINDS
    passed: list[bytes] = []
    connection: list[bytes] = []
    length: bytes | None = None
    known = h.KNOWN_RESPONSE_LINES
    del lines[0]
    for line in lines:
        if line in known:
            passed.append(line)
            continue
        name, colon, value = line.partition(b":")
        kind = kinds.get(name)
        if kind is None or not colon:
            kind = h.response_kind(name, line)
        if kind == h.PASS:
            passed.append(line)
            h.remember_line(known, line)
        elif kind == h.CONTENT_LENGTH:
            if length is not None:
                raise BadMessage("two Content-Length headers")
            length = value.strip(b" \t")
        elif kind == h.CONNECTION:
            connection += list_members(value)
        elif kind == h.TRANSFER_ENCODING:
            if out.chunked or value.strip(b" \t").lower() != b"chunked":
                raise BadMessage("Transfer-Encoding other than chunked")
            out.chunked = True
        elif kind == h.UPGRADE:
            out.upgrade = value.strip(b" \t")
    if length is not None:
        out.length = content_length(length)
    if connection:
        passed = h.without_named(passed, connection)
    out.passed = b"\r\n".join(passed) + b"\r\n" if passed else b""
    out.keep_alive = b"close" not in connection and (not http_1_0 or b"keep-alive" in connection)
    if to_head or out.status < 200 or out.status in (204, 304):
        out.body_length = 0
    elif out.chunked:
        if length is not None:
            raise BadMessage("both Content-Length and Transfer-Encoding")
        if http_1_0:
            raise BadMessage("chunked body in HTTP/1.0")
    else:
        out.body_length = out.length
    return out
