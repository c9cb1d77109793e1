"""The exchange behind a difference, as it leaves the comparer."""

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.capture import Capture
from strangler_proxy.shadow.record import Sample


def sample_of(capture: Capture, primary: Answer, candidate: Answer | None) -> Sample:
    """The whole exchange; `candidate` is None where it failed."""
    return Sample(
        method=capture.method,
        target=capture.target.decode("latin-1"),
        request_headers=capture.request_headers,
        request_body=capture.request_body,
        primary=primary,
        candidate=candidate,
    )
