"""One side of a comparison: an answer as it came over the wire."""

from dataclasses import dataclass

from strangler_proxy.compare.capture import Capture


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A backend's answer to one request."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """Names and values as they came, in order; a name may occur more than once."""
    body: bytes = b""
    """As it came, content encoding included; cut when `truncated`."""
    body_size: int | None = None
    """Bytes of the whole body; None: all of it is in `body`."""

    @property
    def truncated(self) -> bool:
        """Whether the body is longer than what is here of it."""
        return self.body_size is not None and self.body_size > len(self.body)

    @property
    def whole_size(self) -> int:
        """Bytes of the whole body, cut or not."""
        return len(self.body) if self.body_size is None else self.body_size


def answer_of(capture: Capture) -> Answer:
    """The answer that a capture holds."""
    return Answer(
        status=capture.status,
        headers=capture.response_headers,
        body=capture.response_body,
        body_size=capture.response_body_size,
    )
