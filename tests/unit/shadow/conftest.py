"""Captures and records for tests of the comparer's deciding parts."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from strangler_proxy.compare.capture import Capture
from strangler_proxy.shadow.record import Compared

CAPTURE = Capture(
    route="detail",
    request_id="0123456789abcdef0123456789abcdef",
    started=1_700_000_000.0,
    method="GET",
    target=b"/api/products/7/?page=2",
    request_headers=((b"Host", b"shop.test"), (b"Accept-Encoding", b"gzip, br")),
    request_body=b"",
    status=200,
    response_headers=((b"Content-Type", b"application/json"),),
    response_body=b"{}",
    response_body_size=2,
    duration_ms=4.0,
)

RECORD = Compared(
    route="detail",
    epoch="e",
    at=1_700_000_000.0,
    shape="GET anonymous 200",
    primary_status=200,
    candidate_status=200,
    primary_ms=4.0,
    candidate_ms=5.0,
)


@pytest.fixture
def capture() -> Callable[..., Capture]:
    return lambda **changed: replace(CAPTURE, **changed)


@pytest.fixture
def record() -> Callable[..., Compared]:
    return lambda **changed: replace(RECORD, **changed)
