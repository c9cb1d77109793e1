"""One recorded exchange: what was asked, and the answer it got, with bodies as a reader sees them."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from strangler_proxy.compare.answer import Answer, answer_of
from strangler_proxy.compare.capture import Capture
from strangler_proxy.compare.encoding import decode_body

Headers = tuple[tuple[bytes, bytes], ...]

OF_THE_WIRE = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers that say how a body was sent; a recording holds it decoded, so they would no longer be true."""

URL_CHARACTERS = "%!$&'()*+,;=:@/?~-._[]|^`{}\"\\<>"
"""Characters of a target that stay as they are; a space, a `#` and what is not ASCII are escaped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A request with the response it got."""

    method: str
    origin: str
    """Scheme and host as the client named them: `https://shop.example`."""
    target: str
    """Path and query, in ASCII; begins with `/`."""
    request_headers: Headers = ()
    request_body: bytes = b""
    answer: Answer
    """Its body without content encoding; cut where the recorder had not all of it."""
    started: float = 0.0
    """Unix time in seconds at which the request came."""
    duration_ms: float = 0.0
    """From the request's head to the answer's last byte."""
    route: str | None = None
    """The route that it came by; None: it was not recorded by this toolkit."""

    @property
    def url(self) -> str:
        """The whole address."""
        return self.origin + self.target

    @property
    def label(self) -> str:
        """What a list calls it, e.g. `GET /api/products/?page=2`."""
        return f"{self.method} {self.target}"


def exchange_of(capture: Capture) -> Exchange:
    """The exchange that a capture holds.

    Raises:
        Undecodable: its content encoding cannot be undone, so what is private in the body cannot be taken out.
    """
    host = header(capture.request_headers, b"host") or "localhost"
    scheme = header(capture.request_headers, b"x-forwarded-proto") or "http"
    return Exchange(
        method=capture.method,
        origin=f"{scheme}://{host}",
        target=quote(capture.target, safe=URL_CHARACTERS),
        request_headers=capture.request_headers,
        request_body=capture.request_body,
        answer=plain(answer_of(capture)),
        started=capture.started,
        duration_ms=capture.duration_ms,
        route=capture.route,
    )


def plain(answer: Answer) -> Answer:
    """The answer with its content encoding undone, and without the headers that say how the body was sent.

    Raises:
        Undecodable: the encoding is unknown here, or the bytes are not of it.
    """
    encodings = header(answer.headers, b"content-encoding")
    decoded = decode_body(answer.body, encodings) if answer.body and encodings else None
    body = answer.body if decoded is None else decoded.data
    size = answer.body_size if decoded is None or not answer.truncated else len(body) + 1
    return replace(answer, headers=without(answer.headers, OF_THE_WIRE), body=body, body_size=size)


def header(headers: Headers, name: bytes) -> str:
    """All values of a header as one, by its name in lower case; empty: it is not there."""
    return ", ".join(value.decode("latin-1") for key, value in headers if key.lower() == name)


def without(headers: Headers, names: frozenset[bytes]) -> Headers:
    """The headers but for those of these names, which are in lower case."""
    return tuple((name, value) for name, value in headers if name.lower() not in names)
