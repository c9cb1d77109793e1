"""The request that a recorded exchange is asked again with: hop-by-hop headers gone, fresh credentials in. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from strangler_proxy.compare.redaction.mark import MARK
from strangler_proxy.recording.exchange import Exchange, Headers

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""Asked without being told so: others may change what they are asked of."""

_NOT_SENT = frozenset(
    {
        b"connection", b"content-length", b"expect", b"keep-alive", b"proxy-connection", b"te", b"trailer",
        b"transfer-encoding", b"upgrade", b"x-strangler-override", b"x-strangler-hop", b"x-strangler-shadow",
        b"x-request-id", b"traceparent", b"tracestate",
    }
)  # fmt: skip
"""Of the connection that was (RFC 9110, section 7.6.1), the proxy's own, or of one request alone: a second one of the
same id would be taken for the first in logs and traces."""
_MARK_BYTES = re.compile(MARK.pattern.encode())


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One request, ready to be sent to any backend."""

    method: str
    target: str
    headers: Headers
    body: bytes


def question_of(exchange: Exchange, fresh: Sequence[tuple[str, str]] = ()) -> Question | None:
    """The request of an exchange; None: what is private was taken out of its address or body, so it is another one.

    A header whose value was taken out is left out; `fresh` ones stand in place of all of their name.
    """
    if MARK.search(unquote(exchange.target)) or _MARK_BYTES.search(exchange.request_body):
        return None
    replaced = {name.lower().encode() for name, _ in fresh}
    kept = tuple(
        (name, left)
        for name, value in exchange.request_headers
        if name.lower() not in _NOT_SENT | replaced and (left := _without_marks(name, value)) is not None
    )
    added = tuple((name.encode("latin-1", "replace"), value.encode()) for name, value in fresh)
    return Question(method=exchange.method, target=exchange.target, headers=(*kept, *added), body=exchange.request_body)


def _without_marks(name: bytes, value: bytes) -> bytes | None:
    """The header's value as it can be sent; None: nothing of it is left. Of cookies those that are whole are left."""
    if not _MARK_BYTES.search(value):
        return value
    if name.lower() != b"cookie":
        return None
    whole = [part for part in value.split(b";") if not _MARK_BYTES.search(part)]
    return b";".join(whole).strip() or None
