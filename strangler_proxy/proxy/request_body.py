"""A request's body on its way from the client: where it ends, and how it goes on to a backend. Pure."""

from strangler_proxy.proxy.chunked import ChunkedReader, encode_chunk, encode_end
from strangler_proxy.proxy.grammar import BadMessage
from strangler_proxy.proxy.limits import PENDING_BODY_BYTES
from strangler_proxy.proxy.request_head import RequestFields


class RequestBody:
    """The body that a head announces; takes pieces as they come."""

    __slots__ = ("_chunks", "_expects", "_left", "_length", "_most", "_waiting", "_waiting_bytes", "done", "sent")

    def __init__(self, fields: RequestFields, http_1_0: bool, most: int | None) -> None:
        self._most = most
        self._length = fields.body_length
        self._expects = fields.expects_continue and not http_1_0  # RFC 9110 section 10.1.1
        self._chunks = ChunkedReader() if fields.chunked else None
        self._left = fields.body_length
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self.done = False
        """The whole of it has come."""
        self.sent = False
        """It was begun to be sent to a backend: the request can't be sent again."""

    @property
    def leaves_doubt(self) -> bool:
        """It went in chunks: a backend that knows none may yet take them for its next request."""
        return self.sent and self._chunks is not None

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """The payload within `data`, and what follows the body.

        Raises:
            BadMessage: it is not the chunked coding, or more than may come (413).
        """
        if self._chunks is None:
            payload, rest = data, b""
            if len(data) > self._left:
                payload, rest = data[: self._left], data[self._left :]
            self._left -= len(payload)
            self.done = not self._left
            return payload, rest
        payload, rest = self._chunks.feed(data)
        self._left -= len(payload)  # below 0: its length was not told
        _check_size(-self._left, self._most)
        self.done = self._chunks.done
        return payload, rest

    def wait(self, payload: bytes) -> bool:
        """Keeps a piece until there is a backend; says whether that is enough for now."""
        self._waiting.append(payload)
        self._waiting_bytes += len(payload)
        return self._waiting_bytes > PENDING_BODY_BYTES

    def begin(self) -> bytes:
        """What a backend gets first: the header lines of the framing, the empty line, and what has waited.

        A chunked body that is there as a whole goes with its length, which servers without chunks understand as well.
        """
        payload = b"".join(self._waiting)
        self._waiting = []
        self.sent = True
        if self._chunks is not None and self.done and not self._chunks.trailers:
            self._chunks = None
            return b"Content-Length: %d\r\n\r\n%b" % (len(payload), payload)
        if self._chunks is not None:
            lines = b"Transfer-Encoding: chunked\r\n"
        else:
            lines = b"Content-Length: %d\r\n" % self._length
        if self._expects and not self._waiting_bytes:
            lines += b"Expect: 100-continue\r\n"
        return lines + b"\r\n" + (self.wire(payload) if payload or self.done else b"")

    def wire(self, payload: bytes) -> bytes:
        """`payload` as it goes to a backend, with the body's end when it is done; called once a piece."""
        if self._chunks is None:
            return payload
        coded = encode_chunk(payload) if payload else b""
        return coded + encode_end(self._chunks.trailers) if self.done else coded


def body_of(fields: RequestFields, http_1_0: bool, most: int | None) -> RequestBody | None:
    """The body that the fields announce, of `most` bytes; None for none, and for one of no bytes.

    Raises:
        BadMessage: it is longer than that (413).
    """
    if not (fields.chunked or fields.body_length):
        return None
    _check_size(fields.body_length, most)
    return RequestBody(fields, http_1_0, most)


def _check_size(size: int, most: int | None) -> None:
    if most is not None and size > most:
        raise BadMessage(f"its body is larger than {most} bytes", 413)
