"""The header policy: which header lines pass, which end here, and which the proxy reads. Pure.

Hop-by-hop headers end here in both directions (RFC 9110 section 7.6.1). What says who the client is (`X-Forwarded-*`,
`Forwarded`, `X-Real-IP`) is taken out and set anew. A name with an underscore is dropped, since WSGI cannot tell it
from the one with a hyphen. `X-Strangler*` belongs to the proxy.

Most lines of a site's traffic are the same over and over. A line that was understood once is remembered whole, unless
its value is secret or hardly comes twice, so that it costs one lookup from then on. `known_blocks.py` does the same for
all lines of a head together.
"""

from collections.abc import Callable
from typing import Any, Final

from strangler_proxy.proxy.grammar import check_field_name, check_text
from strangler_proxy.proxy.marks import HOP_HEADER, SHADOW_HEADER

PASS: Final = 0
SELDOM: Final = -1
"""Passes too; its line alone hardly comes twice, but may do so together with the lines around it."""
VARYING: Final = 1
"""Passes too; secret, or so different each time that remembering is in vain. What is greater does not just pass."""
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
DROP: Final = 14
MAX_FORWARDS: Final = 15
DATE: Final = 16
HOP: Final = 17
SHADOW: Final = 18

_HOP_BY_HOP: Final = {
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
_REQUEST: Final = _HOP_BY_HOP | {
    "host": HOST,
    "expect": EXPECT,
    "forwarded": FORWARDING,
    "x-real-ip": FORWARDING,
    "x-request-id": REQUEST_ID,
    "traceparent": TRACEPARENT,
    "tracestate": TRACESTATE,
    "x-strangler-override": OVERRIDE,
    HOP_HEADER.lower(): HOP,
    SHADOW_HEADER.lower(): SHADOW,
    "cookie": COOKIE,
    "max-forwards": MAX_FORWARDS,
    "referer": SELDOM,
    **dict.fromkeys(("authorization", "x-csrftoken", "if-none-match", "if-modified-since", "range"), VARYING),
}
_RESPONSE: Final = _HOP_BY_HOP | {
    "x-strangler": DROP,
    "date": DATE,
    **dict.fromkeys(("set-cookie", "location", "etag", "last-modified", "content-range"), VARYING),
}
_WORTH_REMEMBERING: Final = frozenset({DROP, HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE})

NEVER_NAMED: Final = frozenset({b"host", b"content-length", b"transfer-encoding", b"close", b"keep-alive", b"upgrade"})
"""What a `Connection` list cannot take out of a message: it is what the message is understood by."""

_LINE_BYTES: Final = 160
"""Bytes of the longest line that is remembered."""

_REMEMBERED: Final = 4096
"""Lines, and spellings of names, that are remembered; beyond it all are forgotten, so that a flood costs no memory."""


class Lines:
    """What is known of the header lines of one direction."""

    def __init__(self, kind_of: Callable[[str], int]) -> None:
        self.passing: set[bytes] = set()
        """Lines that pass."""
        self.special: dict[bytes, tuple[int, bytes]] = {}
        """Lines that do not just pass → kind and value."""
        self._kinds: dict[bytes, int] = {}
        self._kind_of = kind_of

    def read(self, line: bytes) -> tuple[int, bytes]:
        """Kind and value of a line that is not known yet.

        Raises:
            BadMessage: it is not a field name, a colon and a value without control characters.
        """
        check_text(line)
        name, _, value = line.partition(b":")
        kind = self._kinds.get(name)
        if kind is None or len(name) == len(line):
            check_field_name(name, line)
            kind = self._kind_of(name.decode("ascii").lower())
            _make_room(self._kinds)
            self._kinds[name] = kind
        value = value.strip(b" \t")
        if len(line) <= _LINE_BYTES:
            if kind == PASS:
                _make_room(self.passing)
                self.passing.add(line)
            elif kind in _WORTH_REMEMBERING:
                _make_room(self.special)
                self.special[line] = kind, value
        return kind, value


def _make_room(known: set[bytes] | dict[bytes, Any]) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()


def _request_kind(name: str) -> int:
    kind = _REQUEST.get(name, PASS)
    if name.startswith("x-forwarded-"):
        return FORWARDING
    if "_" in name or (name.startswith("x-strangler") and name not in _REQUEST):
        return DROP
    return kind


REQUEST_LINES: Final = Lines(_request_kind)
RESPONSE_LINES: Final = Lines(lambda name: _RESPONSE.get(name, PASS))


def without_named(lines: list[bytes], named: list[bytes]) -> list[bytes]:
    """`lines` without those that a `Connection` list names."""
    names = frozenset(named) - NEVER_NAMED
    if not names:
        return lines
    return [line for line in lines if line.partition(b":")[0].lower() not in names]
