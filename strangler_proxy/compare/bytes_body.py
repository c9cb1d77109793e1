"""Bodies that are not looked into: by length and hash."""

import hashlib

from strangler_proxy.compare.difference import Kind as Differs
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.media import Kind


def read(data: bytes, kind: Kind) -> bytes:
    """The bytes themselves."""
    return data


def compare(primary: bytes, candidate: bytes, findings: Findings) -> None:
    """Find whether the bytes differ: in length, or at one length in content."""
    if len(primary) != len(candidate):
        findings.found_in_body((), Differs.SIZE, len(primary), len(candidate))
    elif primary != candidate:
        findings.found_in_body((), Differs.VALUE, shown(primary), shown(candidate))


def shown(data: bytes) -> str:
    """What stands for bytes in a difference."""
    return f"{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}"
