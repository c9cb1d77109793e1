"""The backends: the monolith and the services, as the proxy sees them."""

from dataclasses import dataclass, field

from strangler_proxy.config import patterns
from strangler_proxy.config.facts import facts

MONOLITH = "monolith"
"""The name that the monolith's backend always has: `[backends.monolith]`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Backend:
    """One `[backends.NAME]` table: the monolith or a service, as the proxy sees it."""

    name: str = field(metadata=facts(in_file=False, pattern=patterns.BACKEND_NAME))
    urls: tuple[str, ...] = field(
        metadata=facts(required=True, nonempty=True, pattern=patterns.BASE_URL, example='["http://127.0.0.1:8001"]')
    )
    """Base URLs, `http://host:port` without a path, asked in turn."""
    health: str | None = field(default=None, metadata=facts(pattern=patterns.HEALTH_PATH, example='"/healthz"'))
    """Path that answers 2xx when the backend is well; left out: not asked."""
    health_interval_ms: int = field(default=2000, metadata=facts(minimum=100, maximum=600_000, unit="milliseconds"))
    """Milliseconds between two health checks of one URL by one worker, 100 to 600000; default 2000, as HAProxy:
    two that fail eject a URL, so that a dead one is known after four seconds even when nobody asks it. Without effect
    where `health` is left out."""
    timeout_ms: int = field(default=30_000, metadata=facts(minimum=1, maximum=600_000, unit="milliseconds"))
    """Milliseconds from the sent request to the answer's head, 1 to 600000; default 30000, gunicorn's own worker
    timeout."""
    connect_timeout_ms: int = field(default=5000, metadata=facts(minimum=1, maximum=600_000, unit="milliseconds"))
    """Milliseconds to open a connection, 1 to 600000; default 5000, as Envoy: two lost packets are forgiven."""
    eject_after: int = field(default=5, metadata=facts(minimum=0, maximum=10_000, unit="failures"))
    """Failures in a row (no connection, no answer in time, a broken one, or 5xx) after which a URL is left out for a
    while, 0 to 10000; 0: never for that; default 5, as Envoy: one bad answer is no dead server."""
    eject_ms: int = field(default=1000, metadata=facts(minimum=1, maximum=600_000, unit="milliseconds"))
    """Milliseconds for which a URL is left out the first time, 1 to 600000; doubled each time that it fails again,
    up to 32 times; default 1000: a restart is over by then mostly."""
    slow_start_ms: int = field(default=10_000, metadata=facts(minimum=0, maximum=600_000, unit="milliseconds"))
    """Milliseconds in which a URL that comes back grows to its full share of the requests, 0 to 600000; default 10000:
    its caches and connections are cold. Without effect where there is one URL."""
    shadow_concurrency: int = field(default=8, metadata=facts(minimum=1, maximum=1000, unit="requests"))
    """Requests of the comparer that this backend has under way at a time, 1 to 1000; default 8: a service with a few
    gunicorn workers keeps room for its users. What comes faster waits, and is dropped and counted when it waits too
    long."""
    shadow_per_second: float | None = field(
        default=None, metadata=facts(minimum=0.01, maximum=100_000, unit="requests a second", example="50.0")
    )
    """Requests of the comparer that this backend gets in a second, 0.01 to 100000. Left out: as many as captures come
    and `shadow_concurrency` lets through. For the monolith it counts second answers (`noise_percent`, `recheck`)."""
    version_header: str = field(
        default="X-Service-Version", metadata=facts(pattern=patterns.TOKEN, example='"X-Service-Version"')
    )
    """Header of the backend's answers that says which version of it answers; default `X-Service-Version`. Evidence
    begins anew with each version. An answer without it is of the one version that has no name. The header itself is not
    compared."""
    max_connections: int | None = field(
        default=None, metadata=facts(minimum=1, maximum=1_000_000, unit="connections", example="64")
    )
    """Connections to all URLs of the backend from one worker, 1 to 1000000. A request beyond it waits up to a second
    for one; then the fallback is asked, or the answer is 503 with Retry-After. Left out: no limit, as without the
    proxy."""
