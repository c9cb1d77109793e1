"""The bounded copy of an exchange that a capture is made of: pieces are kept as they are, and joined at the end."""

from strangler_proxy.proxy.limits import CAPTURE_BODY_BYTES
from strangler_proxy.proxy.response_head import ResponseHead


class Copy:
    """The bodies of one exchange, up to `CAPTURE_BODY_BYTES` each, and the head of its answer."""

    __slots__ = ("head", "request_pieces", "request_size", "response_pieces", "response_size")

    def __init__(self) -> None:
        self.head: ResponseHead | None = None
        self.request_pieces: list[bytes] = []
        self.request_size = 0
        self.response_pieces: list[bytes] = []
        self.response_size = 0

    def request(self, piece: bytes) -> None:
        """Adds a piece of the request's body."""
        _keep(self.request_pieces, piece, self.request_size)
        self.request_size += len(piece)

    def answered(self, head: ResponseHead, piece: bytes) -> None:
        """Sets the answer's head and adds the first piece of its body, often the only one."""
        self.head = head
        self.response_size = size = len(piece)
        if size:
            self.response_pieces.append(piece if size <= CAPTURE_BODY_BYTES else piece[:CAPTURE_BODY_BYTES])

    def response(self, piece: bytes) -> None:
        """Adds a piece of the answer's body."""
        _keep(self.response_pieces, piece, self.response_size)
        self.response_size += len(piece)


def _keep(pieces: list[bytes], piece: bytes, before: int) -> None:
    room = CAPTURE_BODY_BYTES - before
    if room > 0 and piece:
        pieces.append(piece if len(piece) <= room else piece[:room])
