"""The request that a backend gets once more: byte for byte what the monolith got for the user, and the mark. Pure."""

from collections.abc import Iterable

from strangler_proxy.compare.capture import Capture
from strangler_proxy.proxy.marks import SHADOW_HEADER, SHADOW_VALUE

ASKED_TWICE = frozenset({"GET", "HEAD"})
"""Methods that may be asked a second time; others would act twice."""

_MARK = SHADOW_HEADER.lower().encode("ascii")
_MARK_LINE = f"{SHADOW_HEADER}: {SHADOW_VALUE}\r\n".encode("ascii")
_FRAMING = (b"content-length", b"transfer-encoding")
_CONDITIONS = frozenset({b"if-none-match", b"if-modified-since", b"if-range"})


def is_marked(capture: Capture) -> bool:
    """Whether the request was itself one of a comparer."""
    return any(name.lower() == _MARK for name, _ in capture.request_headers)


def request_of(capture: Capture, *, unconditional: bool = False) -> bytes:
    """The whole request as a backend gets it.

    Headers are as they were sent to the monolith, cookies and `Accept-Encoding` included; `unconditional` leaves out
    those that let a backend answer 304. A body goes with its length, also where it had come in chunks.
    """
    lines = [b"%b %b HTTP/1.1\r\n" % (capture.method.encode("ascii"), capture.target)]
    for name, value in capture.request_headers:
        lower = name.lower()
        if capture.request_body and lower in _FRAMING:
            continue
        if unconditional and lower in _CONDITIONS:
            continue
        lines.append(b"%b: %b\r\n" % (name, value))
    if capture.request_body:
        lines.append(b"Content-Length: %d\r\n" % len(capture.request_body))
    return b"".join([*lines, _MARK_LINE, b"\r\n", capture.request_body])


def is_conditional(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether the answer depends on what the asker says it has already."""
    return any(name.lower() in _CONDITIONS for name, _ in headers)
