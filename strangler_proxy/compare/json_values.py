"""JSON bodies: read exactly, compared as values."""

from dataclasses import dataclass
from typing import Any

from strangler_proxy.compare.difference import NoteKind
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.json_body import parse_json
from strangler_proxy.compare.media import Kind
from strangler_proxy.compare.text_body import decoded
from strangler_proxy.compare.values import Values


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A JSON body that was read."""

    value: Any
    remarks: tuple[tuple[NoteKind, str], ...]


def read(data: bytes, kind: Kind) -> JsonBody:
    """The value in the bytes.

    Raises:
        ValueError: they are no JSON.
        RecursionError: it is nested deeper than Python can follow.
    """
    parsed = parse_json(decoded(data, kind))
    if not parsed.doubled and not parsed.not_strict:
        return JsonBody(parsed.value, ())
    remarks = [(NoteKind.DUPLICATE_KEY, f"the name {name!r} occurs twice in one object") for name in parsed.doubled]
    remarks += [(NoteKind.NOT_STRICT, f"{name} is no JSON; browsers refuse it") for name in parsed.not_strict]
    return JsonBody(parsed.value, tuple(remarks))


def compare(primary: JsonBody, candidate: JsonBody, findings: Findings) -> None:
    """Find what differs between the values."""
    Values(findings).compare(primary.value, candidate.value)
