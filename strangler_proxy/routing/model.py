"""What a decision is made from, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from strangler_proxy.config.model import Route
from strangler_proxy.config.stage import Stage


@dataclass(slots=True)
class Request:
    """All that a decision may look at. The proxy makes it from a parsed head, `explain` from its arguments.

    Nothing changes it; it is not frozen only because that would cost each request half a microsecond.
    """

    method: str
    """In capitals, as the client sent it."""
    target: bytes
    """Path and query in origin form, byte for byte as the client sent them."""
    host: str
    """The Host header, with its port if it had one; may be empty."""
    header: Callable[[str], str | None]
    """Value of a header by lower-case name (several joined by `, `), or None. Called only when a rule asks."""
    client_ip: str
    """The client's address after `trusted_proxies` was applied."""
    request_id: str
    """Unique to the request: places it in a canary that is not sticky, and in the captured sample."""
    now: float
    """Unix time in seconds, for the expiry of a tester's override."""


class Why(StrEnum):
    """Why a backend was chosen; the word that the answer header, the access log and `explain` show."""

    NO_ROUTE = "no-route"
    AMBIGUOUS_PATH = "ambiguous-path"
    STAGE = "stage"
    CANARY_IN = "canary-in"
    CANARY_OUT = "canary-out"
    OVERRIDE = "override"
    FALLBACK = "fallback"
    """Set by the proxy alone, after the chosen backend failed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a request goes."""

    route: Route | None
    stage: Stage
    """The route's stage; `monolith` without a route."""
    backend: str
    """Name of the backend that answers the user."""
    fallback: str | None
    """Name of the backend asked when `backend` fails before its answer began; None: its failure is the answer."""
    captured: bool
    """Whether a copy of the exchange goes to the comparer."""
    why: Why
    reason: str
    """One plain sentence for a person, e.g. `route product-detail is in stage shadow: the monolith answers`."""
