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

    __slots__ = (
        "body_length",
        "chunked",
        "fields_block",
        "keep_alive",
        "length",
        "passed",
        "reason",
        "status",
        "upgrade",
    )

    def __init__(self) -> None:
        self.status = 0
        self.reason = b""
        self.passed = b""
        """Header lines that pass, each with its CRLF."""
        self.fields_block = b""
        """All header lines as they came, for a capture; without the last CRLF."""
        self.length: int | None = None
        """What Content-Length says; None without it."""
        self.body_length: int | None = None
        """Bytes of the body that follows; None: chunked, or up to the end of the connection."""
        self.chunked = False
        self.keep_alive = True
        self.upgrade = b""


def parse_response_head(head: bytes, to_head: bool) -> ResponseHead:
    """The head without its last CRLF CRLF; `to_head` says that it answers a HEAD request.

    Raises:
        BadMessage: anything that a standard forbids or that two parsers could read in two ways.
    """
    lines = split_lines(head)
    match = _STATUS_LINE.fullmatch(lines[0])
    if match is None:
        raise BadMessage("bad status line")
    if len(lines) > HEADER_COUNT + 1:
        raise BadMessage(f"more than {HEADER_COUNT} headers")
    out = ResponseHead()
    minor, status, reason = match.groups()
    out.status = int(status)
    out.reason = reason or b""
    out.fields_block = head[len(lines[0]) + 2 :]
    kinds = h.RESPONSE_KINDS
    passed: list[bytes] = []
    connection: list[bytes] = []
    length: bytes | None = None
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        kind = kinds.get(name)
        if kind is None or not colon:
            kind = h.response_kind(name, line)
        if kind == h.PASS:
            passed.append(line)
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
    out.keep_alive = b"close" not in connection and (minor == b"1" or b"keep-alive" in connection)
    if to_head or out.status < 200 or out.status in (204, 304):
        out.body_length = 0
    elif out.chunked:
        if length is not None:
            raise BadMessage("both Content-Length and Transfer-Encoding")
        if minor == b"0":
            raise BadMessage("chunked body in HTTP/1.0")
    else:
        out.body_length = out.length
    return out
