"""How a sample is stored: as JSON in the form that `strangler compare` reads answers in, compressed. Pure."""

import json
import zlib
from typing import Any

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.recorded import read_answer, recorded
from strangler_proxy.shadow.record import Sample

_LEVEL = 1
"""Of zlib: JSON and HTML shrink to a fifth already, at a third of the time of the default."""


def pack(sample: Sample) -> bytes:
    """The sample, ready to be stored."""
    request = Answer(status=200, headers=sample.request_headers, body=sample.request_body)
    request_document = recorded(request)
    del request_document["status"]
    document = {
        "method": sample.method,
        "target": sample.target,
        "request": request_document,
        "primary": recorded(sample.primary),
        "candidate": None if sample.candidate is None else recorded(sample.candidate),
    }
    return zlib.compress(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"), _LEVEL)


def unpack(stored: bytes) -> Sample:
    """The sample that `pack` stored."""
    document = json.loads(zlib.decompress(stored).decode("utf-8", "surrogatepass"))
    request = _answer({"status": 200, **document["request"]})
    return Sample(
        method=document["method"],
        target=document["target"],
        request_headers=request.headers,
        request_body=request.body,
        primary=_answer(document["primary"]),
        candidate=None if document["candidate"] is None else _answer(document["candidate"]),
    )


def _answer(document: dict[str, Any]) -> Answer:
    return read_answer(json.dumps(document).encode(), where="the store")
