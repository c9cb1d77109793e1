"""The header policy: which header lines pass, which end here, and which the proxy reads. Pure.

Hop-by-hop headers end here in both directions (RFC 9110 section 7.6.1). What says who the client is (`X-Forwarded-*`,
`Forwarded`, `X-Real-IP`) is taken out and set anew. A name with an underscore is dropped, since WSGI cannot tell it
from the one with a hyphen. `X-Strangler*` belongs to the proxy.

A name is classified once; `REQUEST_KINDS` and `RESPONSE_KINDS` remember it as it was spelt, so that a header costs one
dict lookup.
"""

from typing import Final

from strangler_proxy.proxy.grammar import check_field_name

PASS: Final = 0
DROP: Final = 1
HOST: Final = 2
CONNECTION: Final = 3
CONTENT_LENGTH: Final = 4
TRANSFER_ENCODING: Final = 5
UPGRADE: Final = 6
EXPECT: Final = 7
FORWARDING: Final = 8
REQUEST_ID: Final = 9
TRACEPARENT: Final = 10
OVERRIDE: Final = 11
COOKIE: Final = 12
TRACESTATE: Final = 13

_HOP_BY_HOP = {
    "keep-alive": DROP,
    "proxy-connection": DROP,
    "proxy-authenticate": DROP,
    "proxy-authorization": DROP,
    "te": DROP,
    "http2-settings": DROP,
    "connection": CONNECTION,
    "content-length": CONTENT_LENGTH,
    "transfer-encoding": TRANSFER_ENCODING,
    "upgrade": UPGRADE,
}
_REQUEST = _HOP_BY_HOP | {
    "host": HOST,
    "expect": EXPECT,
    "forwarded": FORWARDING,
    "x-real-ip": FORWARDING,
    "x-request-id": REQUEST_ID,
    "traceparent": TRACEPARENT,
    "tracestate": TRACESTATE,
    "x-strangler-override": OVERRIDE,
    "cookie": COOKIE,
}

NEVER_NAMED: Final = frozenset({b"host", b"content-length", b"transfer-encoding", b"close", b"keep-alive", b"upgrade"})
"""What a `Connection` list cannot take out of a message: it is what the message is understood by."""

LINE_BYTES: Final = 160
"""Bytes of the longest line that is remembered whole."""

_REMEMBERED: Final = 4096
"""Spellings of names that each table remembers; names beyond it are classified each time."""

REQUEST_KINDS: dict[bytes, int] = {}
RESPONSE_KINDS: dict[bytes, int] = {}

KNOWN_REQUEST_LINES: set[bytes] = set()
KNOWN_RESPONSE_LINES: set[bytes] = set()
"""Whole lines that were seen to be good and to pass. Most lines of a site's traffic are the same over and over."""


def request_kind(name: bytes, line: bytes) -> int:
    """What happens to a request's header line; remembers the answer for this spelling.

    Raises:
        BadMessage: the line does not begin with a field name and its colon.
    """
    check_field_name(name, line)
    lower = name.decode("ascii").lower()
    kind = _REQUEST.get(lower, PASS)
    if lower.startswith("x-forwarded-"):
        kind = FORWARDING
    elif "_" in lower or (lower.startswith("x-strangler") and kind != OVERRIDE):
        kind = DROP
    return _remember(REQUEST_KINDS, name, kind)


def response_kind(name: bytes, line: bytes) -> int:
    """What happens to a response's header line; remembers the answer for this spelling. Raises as `request_kind`."""
    check_field_name(name, line)
    lower = name.decode("ascii").lower()
    kind = DROP if lower == "x-strangler" else _HOP_BY_HOP.get(lower, PASS)
    return _remember(RESPONSE_KINDS, name, kind)


def remember_line(known: set[bytes], line: bytes) -> None:
    """Adds a line that passes to `known`; starts afresh when there are too many, so that a flood costs no memory."""
    if len(line) <= LINE_BYTES:
        if len(known) >= _REMEMBERED:
            known.clear()
        known.add(line)


def without_named(lines: list[bytes], named: list[bytes]) -> list[bytes]:
    """`lines` without those that a `Connection` list names."""
    names = frozenset(named) - NEVER_NAMED
    if not names:
        return lines
    return [line for line in lines if line.partition(b":")[0].lower() not in names]


def _remember(table: dict[bytes, int], name: bytes, kind: int) -> int:
    if len(table) < _REMEMBERED:
        table[name] = kind
    return kind
