"""A response's head from a backend: parsed strictly, and kept as what goes on to the client. Pure.

Source: RFC 9112 sections 4 and 6.3.
"""

import re
from typing import Final

from strangler_proxy.proxy.grammar import BadMessage, content_length, list_members
from strangler_proxy.proxy.headers import (
    CONNECTION,
    CONTENT_LENGTH,
    DATE,
    PASS,
    TRANSFER_ENCODING,
    UPGRADE,
    VARYING,
    without_named,
)
from strangler_proxy.proxy.headers import RESPONSE_LINES as _LINES
from strangler_proxy.proxy.known_blocks import KnownBlocks
from strangler_proxy.proxy.limits import HEADER_COUNT

_STATUS_LINE: Final = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9][0-9])(?: ([\t -~\x80-\xff]*))?")


class ResponseFields:
    """Status line and header block of a response, less its length; several responses may share one."""

    # What a head without special headers is; only what differs is set.
    status = 0
    start = b""
    """The status line as it goes to the client, with its CRLF."""
    passed = b""
    """Header lines that pass, each with its CRLF."""
    chunked = False
    keep_alive = True
    has_date = False
    upgrade = b""
    http_1_0 = False
    repeats = False
    """Nothing in it is likely to differ in the next response of its kind but the length."""


class ResponseHead:
    """A whole response head, final or interim."""

    __slots__ = ("body_length", "fields", "length", "raw", "status")

    def __init__(self, raw: bytes, fields: ResponseFields, length: int | None, to_head: bool) -> None:
        self.raw = raw
        self.fields = fields
        self.status = status = fields.status
        self.length = length
        """What Content-Length says; None without it."""
        self.body_length: int | None = length
        """Bytes of the body that follows; None: chunked, or up to the end of the connection."""
        if fields.chunked:
            if length is not None:
                raise BadMessage("both Content-Length and Transfer-Encoding")
            if fields.http_1_0:
                raise BadMessage("chunked body in HTTP/1.0")
        if to_head or status < 200 or status == 204 or status == 304:
            self.body_length = 0

    @property
    def fields_block(self) -> bytes:
        """All header lines as they came, each with its CRLF."""
        start = self.raw.find(b"\r\n") + 2
        return self.raw[start:] + b"\r\n" if start > 1 else b""


_BLOCKS: Final = KnownBlocks[ResponseFields]()
_LENGTH: Final = b"\r\nContent-Length: "
_STATUS_LINES: Final[dict[bytes, tuple[int, bytes, bool]]] = {}
_REMEMBERED_STATUS_LINES: Final = 256


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

    1. The first `Content-Length` line is cut out. When the rest is known, only the length need be read.
    2. Else all lines are. What can repeat is remembered without its length.

    Raises:
        BadMessage: anything that a standard forbids or that two parsers could read in two ways.
    """
    at = head.find(_LENGTH)
    if at < 0:
        block, value = head, None
    else:
        end = head.find(b"\r\n", at + 2)
        if end < 0:
            end = len(head)
        block, value = head[:at] + head[end:], head[at + len(_LENGTH) : end].strip(b" \t")
    fields = _BLOCKS.get(block)
    if fields is None:
        fields, length = _read_fields(head.split(b"\r\n"))
        if fields.repeats and length == value:
            _BLOCKS.remember(block, fields)
        value = length
    return ResponseHead(head, fields, None if value is None else content_length(value), to_head)


def _read_fields(lines: list[bytes]) -> tuple[ResponseFields, bytes | None]:
    """What all lines of a head say, and its Content-Length's value."""
    if len(lines) > HEADER_COUNT + 1:
        raise BadMessage(f"more than {HEADER_COUNT} headers")
    fields = ResponseFields()
    fields.status, fields.start, fields.http_1_0 = _STATUS_LINES.get(lines[0]) or _read_status_line(lines[0])
    known, special, read = _LINES.passing, _LINES.special, _LINES.read
    passed: list[bytes] = []
    connection: list[bytes] = []
    says_keep_alive = False
    repeats = len(lines) <= HEADER_COUNT  # so that a length more is not one line too many
    length: bytes | None = None
    del lines[0]
    for line in lines:
        if line in known:
            passed.append(line)
            continue
        kind, value = special.get(line) or read(line)
        if kind <= PASS:
            passed.append(line)
        elif kind == VARYING:
            passed.append(line)
            repeats = False
        elif kind == DATE:
            passed.append(line)
            fields.has_date = True
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
            if fields.chunked or value.lower() != b"chunked":
                raise BadMessage("Transfer-Encoding other than chunked")
            fields.chunked = True
        elif kind == UPGRADE:
            fields.upgrade = value
    if connection:
        passed = without_named(passed, connection)
        fields.keep_alive = b"close" not in connection
        fields.has_date = fields.has_date and b"date" not in connection
        says_keep_alive = says_keep_alive or b"keep-alive" in connection
    if fields.http_1_0 and not says_keep_alive:
        fields.keep_alive = False
    if passed:
        passed.append(b"")
        fields.passed = b"\r\n".join(passed)
    fields.repeats = repeats
    return fields, length
