"""The capture: what a worker hands to the comparer, and how it is written on their Unix socket."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """One exchange as the proxy saw it, bodies cut at the capture's cap."""

    route: str
    request_id: str
    started: float
    """Unix time in seconds at which the request's head was complete."""
    method: str
    target: bytes
    request_headers: tuple[tuple[bytes, bytes], ...]
    """As they were sent to the backend, in order."""
    request_body: bytes
    status: int
    response_headers: tuple[tuple[bytes, bytes], ...]
    """As they came from the backend, in order."""
    response_body: bytes
    response_body_size: int
    """Bytes of the whole body; more than `len(response_body)` when it was cut."""
    duration_ms: float
    """From the request's head to the answer's last byte."""
