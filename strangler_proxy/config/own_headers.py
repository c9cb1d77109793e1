"""Headers that a route cannot ask for: the proxy takes them out of each request, or sets them itself. Pure.

What is listed here agrees with the header policy of the proxy; a test holds one against the other.
"""

_OF_THE_CONNECTION = frozenset(
    (
        *("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te"),
        *("http2-settings", "content-length", "transfer-encoding", "upgrade", "expect"),
    )
)
_IDS = frozenset({"x-request-id", "traceparent", "tracestate"})


def why_never_matched(name: str) -> tuple[str, str] | None:
    """Why a header of this name, in any case, is none that a route can ask for, and what to do instead; None for one
    that it can."""
    name = name.lower()
    if "_" in name:
        return (
            "has an underscore, and the proxy drops such headers, since Django takes them for those with a hyphen",
            f"Let clients send {name.replace('_', '-')}.",
        )
    if name in ("forwarded", "x-real-ip") or name.startswith("x-forwarded-"):
        return "says who the client is, and the proxy sets it anew", _instead_of(name)
    if name in _IDS:
        return "is an id of the single request, which the proxy sets", "Ask for a header that the client chooses."
    if name.startswith("x-strangler"):
        return "belongs to the proxy", "`strangler override` makes a header that sends a tester to one side."
    if name in _OF_THE_CONNECTION:
        return (
            "belongs to the connection to the proxy and ends there",
            "Ask for a header that goes on to the backend, or for methods, hosts or a path.",
        )
    return None


def _instead_of(name: str) -> str:
    if name == "x-forwarded-host":
        return 'Ask for the Host itself: hosts = ["shop.example.com"].'
    if name in ("x-forwarded-for", "x-real-ip", "forwarded"):
        return 'To tell clients apart by address, write sticky = "ip" under [routes.canary].'
    return "Ask for a header of your own, e.g. X-Canary, which the load balancer can set."
