"""How often a request has gone through this proxy: told to backends, and believed when it comes back. Pure.

A request comes back when a backend's URL, or a proxy or host name behind it, leads here again; each turn takes a
worker of the backend until none is left. Only this supervisor's own token counts, so that a client cannot make its
request look like one. The same is done by CDNs between each other (RFC 8586, `CDN-Loop`).
"""

import hashlib

from strangler_proxy.proxy.marks import HOP_HEADER, MOST_HOPS, SHADOW_HEADER, SHADOW_VALUE

_NAME = HOP_HEADER.encode("ascii")
_SHADOW_LINE = f"{SHADOW_HEADER}: {SHADOW_VALUE}\r\n".encode("ascii")


class Hops:
    """The hop header of one supervisor's workers."""

    def __init__(self, token: str) -> None:
        # What backends see does not tell the supervisor's token itself.
        self._token = hashlib.sha256(f"hop {token}".encode()).hexdigest()[:16].encode("ascii")
        self.first_line = self._line(1)
        """The header line of a request that is here for the first time: the same for all."""

    def count(self, value: bytes | None) -> int:
        """Times that a request with this hop header has been here before; 0 when it is not ours."""
        most = 0
        for member in (value or b"").split(b","):
            token, _, count = member.strip().partition(b" ")
            if token == self._token and count.isdigit() and len(count) < 3:
                most = max(most, int(count))
        return most

    def lines(self, before: int, shadow: bytes | None) -> bytes:
        """The header lines of a request that has been here `before` times: its next hop, and its shadow mark if it
        has one, which it can only have from us."""
        return self._line(before + 1) + (_SHADOW_LINE if shadow else b"")

    def too_many(self, before: int) -> bool:
        """Whether a request that has been here `before` times goes round in a loop."""
        return before >= MOST_HOPS

    def _line(self, count: int) -> bytes:
        return b"%b: %b %d\r\n" % (_NAME, self._token, count)
