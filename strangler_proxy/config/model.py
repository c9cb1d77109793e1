"""The records that a valid `strangler.toml` becomes: frozen, complete with defaults, and equal when they mean the same.

Line numbers are carried by `lines` mappings that take no part in equality, so that moving a comment is not a change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from strangler_proxy.config.stage import Stage

MONOLITH = "monolith"
"""The name that the monolith's backend always has: `[backends.monolith]`."""


class StickyKind(StrEnum):
    """What a canary hashes to keep each user on their side."""

    COOKIE = "cookie"
    HEADER = "header"
    IP = "ip"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sticky:
    """What is hashed to place a request on one side of a canary."""

    kind: StickyKind
    name: str = ""
    """The cookie's or header's name; empty for `ip` and `none`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """How a route in stage `canary` shares its requests out."""

    percent: float = 10.0
    """Share of requests that the service answers, 0 to 100 percent; default 10: small enough to hurt few."""
    sticky: Sticky = Sticky(kind=StickyKind.COOKIE, name="sessionid")
    """Default `cookie:sessionid`, Django's own session cookie. A request without it is placed by its own id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compare:
    """How the answers of both sides are compared while a route is shadowed or canaried."""

    sample_percent: float = 100.0
    """Share of requests that are captured, 0 to 100 percent; default 100: evidence comes soonest."""
    ignore: tuple[str, ...] = ()
    """Paths (`body:$.served_at`, `header:etag`) whose differences do not count."""
    unordered: tuple[str, ...] = ()
    """Paths of lists that are compared as bags."""
    keyed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Path of a list → the member by which its items are paired."""
    noise_percent: float = 0.0
    """Share of captured requests that are asked of the monolith a second time, 0 to 100 percent; default 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """What the evidence must show before a route may climb."""

    min_comparisons: int = 500
    max_mismatch_percent: float = 0.5
    max_latency_ratio: float = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One `[[routes]]` entry: what it matches, its service, its stage.

    Exactly one of `path` (Django's `path()` syntax, with its leading slash) and `regex` (Django's `re_path()` syntax,
    matched against the path with its leading slash) is set.
    """

    name: str
    path: str | None = None
    regex: str | None = None
    methods: tuple[str, ...] = ()
    """Methods in capitals; empty: every method. GET does not imply HEAD."""
    hosts: tuple[str, ...] = ()
    """Host names in lower case, without port; `*.example.com` matches every subdomain. Empty: every host."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Lower-case header name → exact value, or `*` (present), or `~regex` (the whole value matches). All must hold."""
    service: str | None = None
    """Name of a backend; may be left out only in stage `monolith`."""
    stage: Stage = Stage.MONOLITH
    canary: Canary = Canary()
    compare: Compare = Compare()
    gate: Gate | None = None
    """None: the file has no `[routes.gate]`, and no evidence is asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Backend:
    """One `[backends.NAME]` table: the monolith or a service, as the proxy sees it."""

    name: str
    urls: tuple[str, ...]
    """Base URLs, `http://host:port` without a path, asked in turn."""
    health: str | None = None
    """Path that answers 2xx when the backend is well; None: not asked."""
    timeout_ms: int = 30_000
    """Milliseconds from the sent request to the answer's head; default 30000, gunicorn's own worker timeout."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """The `[proxy]` table."""

    listen: str = "127.0.0.1:8000"
    """`host:port`; IPv6 as `[::1]:8000`; port 0 takes a free one."""
    workers: int | None = None
    """Worker processes, 1 to 256; None: one a core."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks (CIDR) whose X-Forwarded-* are believed; default none."""
    answer_header: bool = True
    """Whether each response says in `X-Strangler` which backend answered and why."""
    append_slash: bool = True
    """Whether a route also takes the path without its last slash, which APPEND_SLASH (default True) redirects."""
    metrics_listen: str | None = "127.0.0.1:9180"
    """`host:port` of the Prometheus metrics; None (`"off"` in the file): not served."""
    access_log: str = "-"
    """File of the JSON access log; `-` is standard output; `off` writes none."""
    drain_seconds: float = 30.0
    """Seconds that running requests get to end when the proxy stops; default 30, Kubernetes' grace period."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRoute:
    """One `[[tasks]]` entry: a Celery task and the service that takes it over."""

    name: str
    service: str | None = None
    stage: Stage = Stage.MONOLITH


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """A whole valid `strangler.toml`."""

    proxy: Proxy = Proxy()
    backends: Mapping[str, Backend]
    """By name, in file order; always has `monolith`."""
    converters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The project's own path converters, `[converters]`: name → regular expression."""
    routes: tuple[Route, ...] = ()
    """In file order, which is the order in which they are tried."""
    tasks: tuple[TaskRoute, ...] = ()
    source: Path | None = field(default=None, compare=False)
    """The file it was read from."""
    route_lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}), compare=False, repr=False)
    """Route name → line of its `[[routes]]` header in the file, from 1; may be empty."""
