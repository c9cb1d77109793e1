"""The chunked coding, read strictly and piece by piece. Pure.

Source: RFC 9112 section 7.1.
"""

import re

from strangler_proxy.proxy.grammar import BadMessage, check_field_name, check_text
from strangler_proxy.proxy.limits import CHUNK_LINE_BYTES, TRAILER_BYTES

_EXTENSION = rb"[ \t]*;[ \t]*[!#$%&'*+\-.^_`|~0-9A-Za-z][\t -~\x80-\xff]*"
_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:%b)?" % _EXTENSION)
_SIZE_LINE_START = re.compile(rb"[0-9A-Fa-f]{1,15}(?:[ \t]*(?:;[ \t]*)?|%b)" % _EXTENSION)

_SIZE, _DATA, _DATA_END, _TRAILERS, _DONE = range(5)

_NOT_AS_TRAILER = frozenset(
    {
        b"content-length",
        b"transfer-encoding",
        b"host",
        b"connection",
        b"trailer",
        b"te",
        b"upgrade",
        b"content-encoding",
    }
    | {b"content-type", b"content-range", b"authorization", b"set-cookie", b"cookie", b"forwarded", b"x-real-ip"}
)
"""What RFC 9110 section 6.5.1 keeps out of trailers: framing, routing, authentication, content."""


class ChunkedReader:
    """Takes a chunked body in pieces of any size; gives its payload, its trailers, and what follows it."""

    __slots__ = ("_held", "_left", "_state", "trailers")

    def __init__(self) -> None:
        self._state = _SIZE
        self._left = 0
        self._held = b""
        self.trailers = b""
        """Trailer lines that pass, each with its CRLF; set when the body has ended."""

    @property
    def done(self) -> bool:
        """Whether the last chunk and the trailers have been read."""
        return self._state == _DONE

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """The payload within `data`, and the bytes after the body's end (only when `done`).

        Raises:
            BadMessage: not the chunked coding, to the letter.
        """
        if self._held:
            data = self._held + data
            self._held = b""
        pieces: list[bytes] = []
        at, end = 0, len(data)
        while at < end or self._state == _DONE:
            if self._state == _DATA:
                piece = data[at : at + self._left]
                pieces.append(piece)
                at += len(piece)
                self._left -= len(piece)
                if not self._left:
                    self._state = _DATA_END
            elif self._state == _DATA_END:
                if end - at < 2:
                    if data[at] != 0x0D:
                        raise BadMessage("chunk longer than its size")
                    break
                if data[at : at + 2] != b"\r\n":
                    raise BadMessage("chunk longer than its size")
                at += 2
                self._state = _SIZE
            elif self._state == _SIZE:
                line_end = data.find(b"\r\n", at, at + CHUNK_LINE_BYTES)
                if line_end < 0:
                    self._check_unfinished_size(data[at : at + CHUNK_LINE_BYTES + 1])
                    break
                match = _SIZE_LINE.fullmatch(data, at, line_end)
                if match is None:
                    raise BadMessage("bad chunk size")
                self._left = int(match[1], 16)
                self._state = _DATA if self._left else _TRAILERS
                at = line_end + 2
            elif self._state == _TRAILERS:
                if data[at : at + 2] == b"\r\n":
                    at += 2
                    self._state = _DONE
                    continue
                block_end = data.find(b"\r\n\r\n", at, at + TRAILER_BYTES)
                if block_end < 0:
                    if end - at >= TRAILER_BYTES:
                        raise BadMessage("trailers too large", 431)
                    if data.count(b"\n", at) != data.count(b"\r\n", at):
                        raise BadMessage("line that does not end in CRLF")
                    break
                self.trailers = _passed_trailers(data[at:block_end])
                at = block_end + 4
                self._state = _DONE
            else:
                break
        rest = data[at:]
        if self._state != _DONE:
            self._held, rest = rest, b""
        return (pieces[0] if len(pieces) == 1 else b"".join(pieces)), rest

    def _check_unfinished_size(self, start: bytes) -> None:
        """Refuses at once what can no longer become a chunk-size line, instead of waiting for its end."""
        if len(start) > CHUNK_LINE_BYTES or b"\n" in start or not _SIZE_LINE_START.fullmatch(start.removesuffix(b"\r")):
            raise BadMessage("bad chunk size")


def encode_chunk(payload: bytes) -> bytes:
    """`payload` as one chunk; it must not be empty, since an empty chunk ends the body."""
    return b"%x\r\n%b\r\n" % (len(payload), payload)


def encode_end(trailers: bytes = b"") -> bytes:
    """The last chunk, with `trailers` as `ChunkedReader.trailers` gives them."""
    return b"0\r\n%b\r\n" % trailers


def _passed_trailers(block: bytes) -> bytes:
    passed = []
    for line in block.split(b"\r\n"):
        check_text(line)
        name = line.partition(b":")[0]
        check_field_name(name, line)
        lower = name.lower()
        if not (
            lower in _NOT_AS_TRAILER
            or b"_" in lower
            or lower.startswith(b"x-forwarded-")
            or lower.startswith(b"x-strangler")
        ):
            passed.append(line + b"\r\n")
    return b"".join(passed)
