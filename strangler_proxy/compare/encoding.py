"""Content encodings undone: gzip, deflate and br, as far as the bytes go and no further than a bound."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MAX_DECODED_BYTES = 64 * 1024 * 1024
"""No body is decoded beyond this: a kilobyte can be made to fill a machine."""


class Undecodable(Exception):
    """The encoding is unknown here, or the bytes are not of it; the message is the reason."""


class NoDecoder(Undecodable):
    """The encoding cannot be undone here, whatever the bytes."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The bytes under the encodings."""

    data: bytes
    whole: bool
    """False when the encoded bytes ended early."""


def decode_body(body: bytes, encodings: str) -> Decoded:
    """The body under what Content-Encoding names, last first (RFC 9110, section 8.4).

    Raises:
        Undecodable: the encoding is unknown here, the bytes are not of it, or decode to too much.
    """
    names = [name.strip().lower() for name in encodings.split(",") if name.strip()]
    whole = True
    for name in reversed(names):
        if name == "identity":
            continue
        decode = DECODERS.get(name)
        if decode is None:
            raise NoDecoder(f"content encoding {name} cannot be undone")
        decoded = decode(body)
        body, whole = decoded.data, whole and decoded.whole
    return Decoded(body, whole)


def _gzip(body: bytes) -> Decoded:
    """All members of a gzip body, one after the other (RFC 1952, section 2.2)."""
    parts: list[bytes] = []
    left = MAX_DECODED_BYTES
    while body:
        member = _inflated(body, zlib.MAX_WBITS | 16, left)
        parts.append(member.data)
        left -= len(member.data)
        if not member.whole:
            return Decoded(b"".join(parts), False)
        body = member.rest
    return Decoded(b"".join(parts), bool(parts))


def _deflate(body: bytes) -> Decoded:
    """Deflate with zlib's head as the standard has it, or bare as some servers send it (RFC 9110, section 8.4.1.2)."""
    try:
        inflated = _inflated(body, zlib.MAX_WBITS, MAX_DECODED_BYTES)
    except Undecodable:
        inflated = _inflated(body, -zlib.MAX_WBITS, MAX_DECODED_BYTES)
    return Decoded(inflated.data, inflated.whole)


@dataclass(frozen=True, slots=True)
class _Inflated:
    data: bytes
    whole: bool
    rest: bytes


def _inflated(body: bytes, window: int, limit: int) -> _Inflated:
    stream = zlib.decompressobj(window)
    try:
        data = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise Undecodable(f"broken compression: {error}") from None
    if len(data) > limit:
        raise Undecodable(f"decodes to more than {MAX_DECODED_BYTES} bytes")
    return _Inflated(data, stream.eof, stream.unused_data)


def _brotli(body: bytes) -> Decoded:
    try:
        import brotli  # only where an answer needs it; not every platform has a wheel
    except ImportError:
        raise NoDecoder("content encoding br needs the library brotli, which is not installed") from None
    stream = brotli.Decompressor()
    try:
        data = stream.process(body, output_buffer_limit=MAX_DECODED_BYTES)
        while len(data) <= MAX_DECODED_BYTES and not stream.can_accept_more_data() and not stream.is_finished():
            data += stream.process(b"", output_buffer_limit=MAX_DECODED_BYTES)
    except brotli.error as error:
        raise Undecodable(f"broken compression: {error}") from None
    if len(data) > MAX_DECODED_BYTES:
        raise Undecodable(f"decodes to more than {MAX_DECODED_BYTES} bytes")
    return Decoded(data, stream.is_finished())


DECODERS: Mapping[str, Callable[[bytes], Decoded]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
}
