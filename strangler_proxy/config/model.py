"""The records that a valid `strangler.toml` becomes: frozen, complete with defaults, and equal when they mean the same.

Line numbers are carried by `lines` mappings that take no part in equality, so that moving a comment is not a change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from strangler_proxy.config import patterns
from strangler_proxy.config.facts import facts
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

    percent: float = field(default=10.0, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of requests that the service answers, 0 to 100 percent; default 10: small enough to hurt few."""
    sticky: Sticky = field(
        default=Sticky(kind=StickyKind.COOKIE, name="sessionid"),
        metadata=facts(pattern=patterns.STICKY, example='"cookie:sessionid"'),
    )
    """What keeps a user on their side: `cookie:NAME`, `header:NAME`, `ip` or `none`; default `cookie:sessionid`,
    Django's own session cookie. A request without it is placed by its own id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compare:
    """How the answers of both sides are compared while a route is shadowed or canaried."""

    sample_percent: float = field(default=100.0, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of requests that are captured, 0 to 100 percent; default 100: evidence comes soonest."""
    ignore: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.IGNORE, example='["body:$.served_at", "header:etag"]')
    )
    """Paths (`body:$.served_at`, `header:etag`, `cookie:NAME`, `status`) whose differences do not count; default none:
    every difference counts. `PATH ~REGEX` excuses only a changed value that matches as a whole on both sides, never a
    removed, added or retyped one: `"body:$.id ~[0-9a-f]{32}"`."""
    unordered: tuple[str, ...] = field(
        default=(),
        metadata=facts(
            pattern=patterns.BODY_PATH, example='["body:$.tags"]', conflicts="A path cannot be in `keyed` as well."
        ),
    )
    """Paths of lists in the body that are compared as bags; default none: order counts."""
    keyed: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata=facts(
            key_pattern=patterns.BODY_PATH,
            pattern=".+",
            example='{"body:$.results" = "id"}',
            conflicts="A path cannot be in `unordered` as well.",
        ),
    )
    """Path of a list in the body → the member by which its items are paired; default none: paired by position."""
    noise_percent: float = field(default=0.0, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of captured requests that are asked of the monolith a second time, to learn its noise, 0 to 100 percent;
    default 0: each costs the monolith a request."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """What the evidence must show before a route may climb."""

    min_comparisons: int = field(default=500, metadata=facts(minimum=1, maximum=10_000_000, unit="comparisons"))
    """Comparisons that must be there before there is a verdict, 1 to 10000000; default 500: with none differing, the
    share that differs is then below 0.6 percent at 95 percent confidence (rule of three)."""
    max_mismatch_percent: float = field(default=0.5, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of comparisons that may differ, 0 to 100 percent; default 0.5: one answer in 200."""
    max_latency_ratio: float = field(default=1.5, metadata=facts(minimum=0.1, maximum=100, unit="times"))
    """The service's answer time as a multiple of the monolith's, 0.1 to 100; default 1.5: a hop more is forgiven."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One `[[routes]]` entry: what it matches, its service, its stage.

    Exactly one of `path` (Django's `path()` syntax, with its leading slash) and `regex` (Django's `re_path()` syntax,
    matched against the path with its leading slash) is set.
    """

    name: str = field(metadata=facts(required=True, pattern=patterns.NAME, example='"product-detail"'))
    """What the route is called in commands, metrics and logs: letters, digits and `_ . : -`; unique."""
    path: str | None = field(
        default=None,
        metadata=facts(
            pattern=patterns.DJANGO_PATH,
            example='"/api/products/<int:pk>/"',
            conflicts="Exactly one of `path` and `regex` is there.",
        ),
    )
    """The path in Django's `path()` syntax, with its leading slash."""
    regex: str | None = field(
        default=None,
        metadata=facts(
            pattern=patterns.ANCHORED_REGEX,
            example="'^/api/products/[0-9]+/$'",
            conflicts="Exactly one of `path` and `regex` is there.",
        ),
    )
    """The path in Django's `re_path()` syntax; begins with `^/`."""
    methods: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.METHOD, nonempty=True, example='["GET", "HEAD"]')
    )
    """Methods in capitals; left out: every method. GET does not imply HEAD."""
    hosts: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.HOST_PATTERN, nonempty=True, example='["shop.example.com"]')
    )
    """Host names, without port, in any case; `*.example.com` matches every subdomain. Left out: every host. In the
    record they are in lower case."""
    headers: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata=facts(key_pattern=patterns.TOKEN, example='{"X-Api-Version" = "2"}'),
    )
    """Header name, in any case → exact value, or `*` (present), or `~regex` (the whole value matches). All must hold.
    In the record the names are in lower case."""
    service: str | None = field(default=None, metadata=facts(pattern=patterns.BACKEND_NAME, example='"catalog"'))
    """Name of a backend other than the monolith; may be left out only in stage `monolith`."""
    stage: Stage = field(default=Stage.MONOLITH, metadata=facts(example='"shadow"'))
    """Who answers the user; default `monolith`: nothing changes until someone says so."""
    canary: Canary = Canary()
    """How stage `canary` shares the requests out."""
    compare: Compare = Compare()
    """How the answers of both sides are compared."""
    gate: Gate | None = None
    """What the evidence must show before the route may climb. Left out: no evidence is asked for."""


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
    timeout_ms: int = field(default=30_000, metadata=facts(minimum=1, maximum=600_000, unit="milliseconds"))
    """Milliseconds from the sent request to the answer's head, 1 to 600000; default 30000, gunicorn's own worker
    timeout."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """How the proxy itself runs: the `[proxy]` table."""

    listen: str = field(default="127.0.0.1:8000", metadata=facts(pattern=patterns.HOST_PORT))
    """Where users are served: `host:port`; IPv6 as `[::1]:8000`; port 0 takes a free one; default `127.0.0.1:8000`,
    where Django developers look first and nobody else can."""
    workers: int | None = field(
        default=None, metadata=facts(minimum=1, maximum=256, unit="worker processes", example="2")
    )
    """Worker processes, 1 to 256; left out: one a core."""
    trusted_proxies: tuple[str, ...] = field(default=(), metadata=facts(example='["10.0.0.0/8"]'))
    """Addresses or networks (CIDR) whose X-Forwarded-* are believed; default none: anybody can send such a header."""
    answer_header: bool = True
    """Whether each response says in `X-Strangler` which backend answered and why; default true."""
    append_slash: bool = True
    """Whether a route also takes the path without its last slash, which APPEND_SLASH (default True) redirects."""
    metrics_listen: str | None = field(
        default="127.0.0.1:9180",
        metadata=facts(pattern=rf"{patterns.HOST_PORT}|off", conflicts="Must not be the address of `listen`."),
    )
    """`host:port` of the Prometheus metrics; `off` serves none; default `127.0.0.1:9180`: not for the public."""
    access_log: str = field(default="-", metadata=facts(pattern=".+"))
    """File of the JSON access log; `-`, the default, is standard output; `off` writes none."""
    drain_seconds: float = field(default=30.0, metadata=facts(minimum=0, maximum=3600, unit="seconds"))
    """Seconds that running requests get to end when the proxy stops, 0 to 3600; default 30, as Kubernetes grants."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRoute:
    """One `[[tasks]]` entry: a Celery task and the service that takes it over."""

    name: str = field(metadata=facts(required=True, pattern=patterns.TASK_NAME, example='"orders.tasks.send_mail"'))
    """The task's name as Celery knows it; unique."""
    service: str | None = field(default=None, metadata=facts(pattern=patterns.BACKEND_NAME, example='"notifications"'))
    """Name of a backend other than the monolith; may be left out only in stage `monolith`."""
    stage: Stage = field(default=Stage.MONOLITH, metadata=facts(example='"shadow"'))
    """Who runs the task; default `monolith`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """A whole valid `strangler.toml`."""

    proxy: Proxy = Proxy()
    """How the proxy itself runs."""
    backends: Mapping[str, Backend] = field(metadata=facts(required=True, key_pattern=patterns.BACKEND_NAME))
    """By name, in file order; always has `monolith`."""
    converters: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata=facts(key_pattern=patterns.CONVERTER_NAME, pattern=".+", example="{year = '[0-9]{4}'}"),
    )
    """The project's own path converters, `[converters]`: name → regular expression."""
    routes: tuple[Route, ...] = ()
    """In file order, which is the order in which they are tried."""
    tasks: tuple[TaskRoute, ...] = ()
    """Celery tasks that move to services."""
    source: Path | None = field(default=None, compare=False, metadata=facts(in_file=False))
    """The file it was read from."""
    route_lines: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False, metadata=facts(in_file=False)
    )
    """Route name → line of its `[[routes]]` header in the file, from 1; may be empty."""
