"""Which requests a canary's service answers, and which are captured: stable shares by hash, without any state.

A request is in when the hash of its key falls below the percentage. The percentage moves only that threshold, so that a
growing canary adds users and never sends one back.

The hash is salted with the service and not with the route: a user who sees the service's list also sees the service's
detail page, and never one side's data through the other's links. Each service has its own salt, so that no one user
is the first to meet every new service.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Final

from strangler_proxy.config.model import Sticky, StickyKind
from strangler_proxy.routing.cookies import cookie_value
from strangler_proxy.routing.model import Request

_STEPS: Final = 1 << 52
"""Buckets are told apart to 100 / 2**52 percent: every one is exact as a float, and below 100."""


def bucket(service: str, key: str) -> float:
    """Return where `key` stands among the users of `service`: evenly spread over 0 (included) to 100 (excluded)."""
    return _spread(f"canary\0{service}\0{key}")


def is_sampled(request_id: str, percent: float) -> bool:
    """Return whether the request is among the `percent` that are captured; independent of every canary."""
    return percent >= 100 or (percent > 0 and _spread(f"sample\0{request_id}") < percent)


def is_in(request: Request, service: str, percent: float, sticky_key: Callable[[Request], str | None]) -> bool:
    """Return whether the service answers this request: never at 0 percent, always at 100.

    A request without a key is placed by its own id: the share stays right, and a crowd without cookies (crawlers, say)
    does not go over as a whole.
    """
    if percent <= 0 or percent >= 100:
        return percent >= 100
    return bucket(service, sticky_key(request) or request.request_id) < percent


def sticky_key(sticky: Sticky) -> Callable[[Request], str | None]:
    """Return the function that finds in a request what keeps its user on one side; None or "" when it has no such."""
    name = sticky.name
    match sticky.kind:
        case StickyKind.COOKIE:
            return lambda request: cookie_value(request.header("cookie") or "", name)
        case StickyKind.HEADER:
            return lambda request: request.header(name.lower())
        case StickyKind.IP:
            return lambda request: request.client_ip
        case StickyKind.NONE:
            return lambda request: None


def _spread(text: str) -> float:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 12) * 100 / _STEPS
