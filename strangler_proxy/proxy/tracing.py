"""Ids that follow a request: `X-Request-ID`, and `traceparent` of W3C Trace Context. Pure but for chance.

Sane ids are passed on unchanged, others are replaced. A trace begun here is marked as sampled, which is what
OpenTelemetry's own default sampler does with a request that carries none.

Source: W3C Trace Context, section 3.2.
"""

import re
from random import Random
from typing import Final

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._:=+/\-]{1,128}")
_TRACEPARENT: Final = re.compile(
    rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?"
)

_random = Random()
_bits = _random.getrandbits


def trace(request_id: bytes | None, traceparent: bytes | None, tracestate: bytes | None) -> tuple[str, str, bytes]:
    """Request id, trace id, and the header lines that carry them on."""
    begun = _bits(192).to_bytes(24, "big").hex()
    trace_id = begun[:32]
    if request_id is None and traceparent is None:
        both = f"traceparent: 00-{trace_id}-{begun[32:]}-01\r\nX-Request-ID: {trace_id}\r\n"
        return trace_id, trace_id, both.encode("ascii")
    known = _TRACEPARENT.fullmatch(traceparent) if traceparent is not None else None
    if known is not None and traceparent is not None and (traceparent[:2] != b"00" or len(traceparent) == 55):
        trace_id = known[1].decode("ascii")
        lines = b"traceparent: %b\r\n" % traceparent
        if tracestate:
            lines += b"tracestate: %b\r\n" % tracestate
    else:
        lines = f"traceparent: 00-{trace_id}-{begun[32:]}-01\r\n".encode("ascii")
    sane = request_id is not None and _REQUEST_ID.fullmatch(request_id)
    name = sane[0].decode("ascii") if sane else begun[:32]
    return name, trace_id, lines + f"X-Request-ID: {name}\r\n".encode("ascii")
