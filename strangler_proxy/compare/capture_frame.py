"""How a capture is written on the comparer's socket: one compact frame each.

All numbers are big-endian:

    u32 length of what follows | u8 version (2)
    f64 started | f64 duration_ms | u64 response_body_size | u16 status
    lengths: u16 route | u16 request_id | u8 method | u32 target
             u32 request headers | u32 request body | u32 response headers | u32 response body
    then these eight, one after the other

Headers are lines `Name: value`, each ended by CRLF, as on the wire: a worker has them so already, and hands them over
without touching them.
"""

import struct
from collections.abc import Sequence
from typing import Final

from strangler_proxy.compare.capture import Capture

VERSION: Final = 2

_HEAD: Final = struct.Struct("!IBddQHHHBIIIII")
_SIZE: Final = struct.Struct("!I")
_AFTER_LENGTH: Final = _HEAD.size - _SIZE.size
_PACK: Final = _HEAD.pack


def frame(
    *,
    route: bytes,
    request_id: bytes,
    started: float,
    method: bytes,
    target: bytes,
    request_fields: bytes,
    request_body: Sequence[bytes],
    status: int,
    response_fields: bytes,
    response_body: Sequence[bytes],
    response_body_size: int,
    duration_ms: float,
) -> bytes:
    """One frame, length included; the bodies' pieces are joined here and nowhere before."""
    request, response = b"".join(request_body), b"".join(response_body)
    sizes = (
        len(route),
        len(request_id),
        len(method),
        len(target),
        len(request_fields),
        len(request),
        len(response_fields),
        len(response),
    )
    head = _PACK(_AFTER_LENGTH + sum(sizes), VERSION, started, duration_ms, response_body_size, status, *sizes)
    return b"".join((head, route, request_id, method, target, request_fields, request, response_fields, response))


def encode(capture: Capture) -> bytes:
    """The frame of a whole capture."""
    return frame(
        route=capture.route.encode(),
        request_id=capture.request_id.encode(),
        started=capture.started,
        method=capture.method.encode(),
        target=capture.target,
        request_fields=_lines(capture.request_headers),
        request_body=(capture.request_body,),
        status=capture.status,
        response_fields=_lines(capture.response_headers),
        response_body=(capture.response_body,),
        response_body_size=capture.response_body_size,
        duration_ms=capture.duration_ms,
    )


def frame_length(start: bytes | bytearray) -> int | None:
    """Bytes of the whole frame that `start` begins; None while too little of it is there."""
    return None if len(start) < _SIZE.size else int(_SIZE.unpack_from(start)[0]) + _SIZE.size


def decode(data: bytes) -> Capture:
    """The capture in one whole frame.

    Raises:
        ValueError: another version, or lengths that do not add up.
    """
    if len(data) < _HEAD.size:
        raise ValueError("capture frame is too short")
    length, version, started, duration_ms, body_size, status, *sizes = _HEAD.unpack_from(data)
    if version != VERSION:
        raise ValueError(f"capture frame of version {version}, not {VERSION}")
    if length + _SIZE.size != len(data):
        raise ValueError("capture frame is cut")
    if length != _AFTER_LENGTH + sum(sizes):
        raise ValueError("capture frame's lengths do not add up")
    at = _HEAD.size
    parts = []
    for size in sizes:
        parts.append(data[at : at + size])
        at += size
    route, request_id, method, target, request_fields, request, response_fields, response = parts
    return Capture(
        route=route.decode(),
        request_id=request_id.decode(),
        started=started,
        method=method.decode(),
        target=target,
        request_headers=read_headers(request_fields),
        request_body=request,
        status=status,
        response_headers=read_headers(response_fields),
        response_body=response,
        response_body_size=body_size,
        duration_ms=duration_ms,
    )


def _lines(headers: tuple[tuple[bytes, bytes], ...]) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)


def route_in(data: bytes) -> str:
    """The route of a whole frame, without reading the rest of it.

    Raises:
        ValueError: it is no capture, or of another version.
    """
    if len(data) < _HEAD.size or data[_SIZE.size] != VERSION:
        raise ValueError("no capture frame of this version")
    return data[_HEAD.size : _HEAD.size + int(_HEAD.unpack_from(data)[6])].decode()


def read_headers(block: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Names and values of header lines, each ended by CRLF."""
    headers = []
    for line in block.split(b"\r\n"):
        if line:
            name, _, value = line.partition(b":")
            headers.append((name, value.strip(b" \t")))
    return tuple(headers)
