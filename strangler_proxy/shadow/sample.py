"""The exchange behind a difference, as it leaves the comparer: what is private is out of it."""

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.capture import Capture
from strangler_proxy.compare.redact import Redactor
from strangler_proxy.shadow.record import Sample


def sample_of(capture: Capture, primary: Answer, candidate: Answer | None, redactor: Redactor) -> Sample:
    """The whole exchange; `candidate` is None where it failed."""
    return Sample(
        method=capture.method,
        target=redactor.target(capture.target.decode("latin-1")),
        request_headers=redactor.headers(capture.request_headers),
        request_body=redactor.request_body(capture.request_headers, capture.request_body),
        primary=redactor.answer(primary),
        candidate=None if candidate is None else redactor.answer(candidate),
    )
