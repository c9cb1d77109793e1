"""The override: a header with which a tester chooses the side, and which nobody without the secret can make.

`v1.SIDE.ROUTE.EXPIRES.MAC`, where EXPIRES is Unix time in seconds and MAC is HMAC-SHA256 in base64url without padding,
over all that stands before it. The MAC is compared as text, so that a valid value has exactly one spelling.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, cast

from strangler_proxy.errors import StranglerError

HEADER = "x-strangler-override"
EVERY_ROUTE = "*"
MAX_LIFETIME_SECONDS = 30 * 24 * 3600
"""A value that expires later than this from now is refused: a leaked one dies within a month."""
MIN_SECRET_BYTES = 16
"""Shorter secrets can be guessed from one value."""

Side = Literal["service", "monolith"]

_PURPOSE = b"strangler override\0"
"""Keeps a MAC that the same secret made for anything else from being taken here."""
_VALUE = re.compile(r"(v1\.(service|monolith)\.([!-~]{1,200})\.([0-9]{1,12}))\.([A-Za-z0-9_-]{43})")


class OverrideError(StranglerError):
    """An override was asked for that could never be taken."""

    code = "STR201"


@dataclass(frozen=True, slots=True)
class Override:
    """A verified wish to be answered by one side."""

    side: Side
    route: str
    """A route's name, or `*` for every route."""

    def covers(self, route: str) -> bool:
        """Return whether the wish is about the route of this name."""
        return self.route in (EVERY_ROUTE, route)


def mint(secret: bytes, *, side: Side, route: str, expires: int) -> str:
    """Return the header value that `verify` takes until `expires`, in Unix seconds.

    Raises: OverrideError when the secret is shorter than 16 bytes, or no header can carry the side, route or expiry.
    """
    if len(secret) < MIN_SECRET_BYTES:
        raise OverrideError(
            f"the override secret has {len(secret)} bytes.", remedy=f"Use at least {MIN_SECRET_BYTES} random bytes."
        )
    payload = f"v1.{side}.{route}.{expires}"
    value = f"{payload}.{_mac(secret, payload)}"
    if not _VALUE.fullmatch(value):
        raise OverrideError(
            f"no override can say side {side!r}, route {route!r}, expiry {expires!r}.",
            remedy='Use side "service" or "monolith", a route\'s name in ASCII or "*", and Unix time in seconds.',
        )
    return value


def verify(secret: bytes, value: str, now: float) -> Override | None:
    """Return what `value` asks for; None when it is malformed, made with another secret, expired, or too long-lived.

    `now` is Unix time in seconds. The MAC is compared in constant time.
    """
    match = _VALUE.fullmatch(value)
    if match is None or len(secret) < MIN_SECRET_BYTES:
        return None
    payload, side, route, expires, mac = match.groups()
    if not hmac.compare_digest(_mac(secret, payload), mac):
        return None
    if not now < int(expires) <= now + MAX_LIFETIME_SECONDS:
        return None
    return Override(side=cast(Side, side), route=route)


def _mac(secret: bytes, payload: str) -> str:
    digest = hmac.new(secret, _PURPOSE + payload.encode(), sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
