"""Comparisons as the comparer records them, with little to write for a test."""

from typing import Any

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.difference import Difference, Kind
from strangler_proxy.shadow.record import CandidateFailure, Compared, Sample

NOON = 1_700_000_000.0
"""When everything happens unless a test says otherwise."""


def difference(path: str, kind: Kind = Kind.VALUE) -> Difference:
    """One place where the answers differ."""
    return Difference(path, kind, 1, 2)


def compared(*paths: str | Difference, **changes: Any) -> Compared:
    """A comparison in which the values at `paths` differ; without any, an equal one."""
    differences = tuple(one if isinstance(one, Difference) else difference(one) for one in paths)
    values: dict[str, Any] = {
        "route": "product-detail",
        "epoch": "first",
        "at": NOON,
        "shape": "int anonymous 200",
        "primary_status": 200,
        "candidate_status": 200,
        "primary_ms": 20.0,
        "candidate_ms": 30.0,
        "differences": differences,
    }
    return Compared(**(values | changes))


def failed(failure: CandidateFailure = CandidateFailure.TIMED_OUT, **changes: Any) -> Compared:
    """A comparison whose candidate gave no answer."""
    given = {"failure": failure, "candidate_status": None, "candidate_ms": None}
    return compared(Difference("status", Kind.REMOVED, 200, None), **(given | changes))


def sample(target: str = "/api/products/1/", body: bytes = b'{"price": 1}', **changes: Any) -> Sample:
    """An exchange behind a difference."""
    values: dict[str, Any] = {
        "method": "GET",
        "target": target,
        "request_headers": ((b"accept", b"*/*"),),
        "request_body": b"",
        "primary": Answer(status=200, headers=((b"content-type", b"application/json"),), body=body),
        "candidate": Answer(status=200, body=b'{"price": 2}'),
    }
    return Sample(**(values | changes))
