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
    """How the answers of both sides are compared while a route is shadowed or canaried: the comparer asks the service
    what the monolith was asked, and holds its answer against the one that the user got. `strangler compare --route`
    takes the same rules for two recorded answers."""

    sample_percent: float = field(default=100.0, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of requests that are captured, 0 to 100 percent; default 100: evidence comes soonest."""
    ignore: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.IGNORE, example='["body:$.served_at", "header:etag"]')
    )
    """Paths (`body:$.served_at`, `header:etag`, `cookie:NAME`, `status`) whose differences do not count; default none:
    every difference counts. `PATH ~REGEX` excuses only a changed value that matches as a whole on both sides, never a
    removed, added or retyped one: `"body:$.id ~[0-9a-f]{32}"`. `PATH until 2027-01-31`, also before a ` ~REGEX`,
    excuses nothing from that day on (UTC)."""
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
    tolerance: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata=facts(
            key_pattern=patterns.BODY_PATH,
            pattern=patterns.TOLERANCE,
            example='{"body:$.price" = "0.01", "body:$.updated" = "2s", "body:$.score" = "1%"}',
        ),
    )
    """Path in the body → by how much a value there may differ: a number (`0.01`), a share of the greater one (`1%`), or
    between two times `ms`, `s`, `m`, `h` or `d`; default none: values are equal or differ. Numbers in strings are taken
    as numbers; a number against a string stays a difference."""
    without: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.NORMALISER, example='["csrf-tokens", "same-moment"]')
    )
    """Normalisers that are turned off, by name (normalisers.md has them all); default none: what Django draws anew for
    each answer does not count."""
    noise_percent: float = field(default=0.0, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of captured requests that are asked of the monolith a second time, to learn its noise, 0 to 100 percent;
    default 0: each costs the monolith a request."""
    recheck: bool = False
    """Whether both are asked once more, a moment later, before it is said that their answers differ; default false:
    each time costs the monolith a request. What differs no more was under way to a replica, or changed in between."""
    noise_relative_percent: float = field(default=20.0, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """A group of differences is noise when it is seen at most so much oftener between monolith and service than between
    two answers of the monolith, in percent of both together, 0 to 100; default 20, as Diffy. 0: only what the monolith
    shows as often itself is."""
    noise_absolute_percent: float = field(default=0.03, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """It is noise too when it is seen at most so much oftener in percent of all comparisons, 0 to 100; default 0.03, as
    Diffy. Neither applies where the monolith hardly ever differs from itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """What the evidence must show before a route may climb. `docs/explanation/statistics.md` says what the numbers mean
    and what they do not."""

    min_comparisons: int = field(default=500, metadata=facts(minimum=1, maximum=10_000_000, unit="comparisons"))
    """Comparisons that must be there before the verdict can be `pass`, 1 to 10000000; default 500: some hours of a
    quiet endpoint. A `fail` waits for no number."""
    max_mismatch_percent: float = field(default=0.5, metadata=facts(minimum=0, maximum=100, unit="percent"))
    """Share of comparisons that may differ, 0 to 100 percent; default 0.5: one answer in 200. It passes once the share
    is known to be lower: with none differing after 731 comparisons, for 0.1 after 3659. 0: none at all may differ, and
    `min_comparisons` alone says after how many that is believed."""
    max_high_percent: float | None = field(
        default=None, metadata=facts(minimum=0, maximum=100, unit="percent", example="0.1")
    )
    """Share of comparisons that may differ gravely (something was removed, or has another type), 0 to 100 percent. Left
    out: `max_mismatch_percent` holds for them too. Of use where that is generous because of small differences."""
    max_error_percent: float | None = field(
        default=None, metadata=facts(minimum=0, maximum=100, unit="percent", example="0.1")
    )
    """Share of comparisons in which the service may fail (no answer, or 5xx) where the monolith did not, 0 to 100
    percent. Left out: `max_mismatch_percent` holds for them too, as each of them is a mismatch."""
    max_latency_ratio: float = field(default=1.5, metadata=facts(minimum=0.1, maximum=100, unit="times"))
    """The service's answer time as a multiple of the monolith's, 0.1 to 100; default 1.5: a hop more is forgiven. It
    holds for the typical answer and for the slowest 5 percent, each judged by the bound of its interval."""
    fast_enough_ms: float = field(default=10.0, metadata=facts(minimum=0, maximum=600_000, unit="milliseconds"))
    """Milliseconds in which 95 percent of the service's answers may come whatever the ratio is, 0 to 600000; default
    10: nobody notices 4 where it was 2."""
    confidence_percent: float = field(default=95.0, metadata=facts(minimum=50, maximum=99.9999, unit="percent"))
    """How certain a verdict must be, 50 to 99.9999 percent; default 95: of routes that lie at the limit, at most 5 in
    100 ever pass, however often one looks."""
    min_shapes: int = field(default=1, metadata=facts(minimum=1, maximum=200, unit="kinds"))
    """Kinds of request (shape of the parameters, anonymous or logged in, status) of which ten comparisons each must be
    there, 1 to 200; default 1: many endpoints have one kind."""
    max_per_shape: int | None = field(
        default=None, metadata=facts(minimum=1, maximum=10_000_000, unit="comparisons", example="500")
    )
    """Comparisons of one kind of request that count towards a `pass`, 1 to 10000000: what one kind shows beyond that
    says nothing about the others. Left out: all count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StageGates:
    """Gates of single stages, each in place of `[routes.gate]` as a whole: `[routes.gates.canary]` is asked by the step
    up from stage `canary`."""

    shadow: Gate | None = None
    """Asked before the service answers its first user. Left out: `[routes.gate]`."""
    canary: Gate | None = None
    """Asked before the service answers more users, or all. Left out: `[routes.gate]`."""
    service: Gate | None = None
    """Asked before the fallback goes. Left out: `[routes.gate]`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a canary that is walked by itself (`[[routes.steps]]`): a share, and what must have happened before
    the next one. A file without steps has 1, 10, 50 and 100 percent."""

    percent: float = field(metadata=facts(required=True, minimum=0.01, maximum=100, unit="percent", example="5"))
    """Share of requests that the service answers, 0.01 to 100 percent; each step more than the one before."""
    hold_minutes: float = field(default=10.0, metadata=facts(minimum=0, maximum=43_200, unit="minutes"))
    """Minutes that the step lasts at least, 0 to 43200; default 10: what fills up or leaks shows by then mostly."""
    min_answers: int = field(default=20, metadata=facts(minimum=0, maximum=10_000_000, unit="answers"))
    """Answers that the service must have given to users in this step, 0 to 10000000; default 20: a night without
    traffic is no success. 0: time alone is enough."""
    min_comparisons: int = field(
        default=0,
        metadata=facts(
            minimum=0,
            maximum=10_000_000,
            unit="comparisons",
            conflicts="At 100 percent the monolith answers nobody, so nothing is compared: it must be 0 there.",
        ),
    )
    """Comparisons that must have come in this step, 0 to 10000000; default 0: the gate asks for what it needs."""


DEFAULT_STEPS = (Step(percent=1.0), Step(percent=10.0), Step(percent=50.0), Step(percent=100.0))
"""A few users first, then ten, then five times as many: what breaks under load shows before everybody is there."""


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
    Headers that the proxy takes out or sets itself, such as `X-Forwarded-For`, are refused: none would ever match. In
    the record the names are in lower case."""
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
    gates: StageGates = StageGates()
    """Gates of single stages in place of it."""
    auto_rollback: bool = True
    """Whether the route goes back to the monolith by itself when its service fails users in `canary` or `service`;
    default true: who is asleep wants that. `false`: it is told, and nothing else. `retired` never goes back by
    itself. Only a proxy that was started by `strangler up` watches."""
    steps: tuple[Step, ...] = field(default=DEFAULT_STEPS, metadata=facts(nonempty=True))
    """The canary's steps when it is walked by itself; left out: 1, 10, 50 and 100 percent."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What the proxy takes from its clients: the `[proxy.limits]` table. A saved change holds from then on."""

    head_bytes: int = field(default=65_536, metadata=facts(minimum=1024, maximum=1_048_576, unit="bytes"))
    """Bytes of a request's head, 1024 to 1048576; beyond it the answer is 431; default 65536: cookies need room. nginx
    takes 32 KiB, HAProxy 16, Envoy 60."""
    header_count: int = field(default=100, metadata=facts(minimum=1, maximum=100, unit="headers"))
    """Header lines of a request, 1 to 100; beyond it the answer is 431; default 100, gunicorn's own limit: what it
    would refuse is refused here, with a plain reason."""
    body_bytes: int | None = field(
        default=None, metadata=facts(minimum=0, maximum=1_125_899_906_842_624, unit="bytes", example="104857600")
    )
    """Bytes of a request's body, 0 to 1125899906842624; a longer one is answered 413: before anything goes to a backend
    where its length is told, else once it is exceeded. Left out: no limit, as what the monolith takes today must go on
    being taken. nginx takes 1 MiB."""
    connections: int | None = field(
        default=None, metadata=facts(minimum=1, maximum=1_000_000, unit="connections", example="4096")
    )
    """Clients' connections of one worker, 1 to 1000000; beyond it new ones wait in the system's queue, and what came in
    the same moment is still taken. Left out: as many as the process has file descriptors for, with one to a backend for
    each. An idle one costs some 12 KiB."""
    idle_seconds: float = field(default=75.0, metadata=facts(minimum=0.1, maximum=86_400, unit="seconds"))
    """Seconds that a client's connection may rest between requests, 0.1 to 86400; default 75, as nginx."""
    head_seconds: float = field(default=15.0, metadata=facts(minimum=0.1, maximum=3600, unit="seconds"))
    """Seconds from the first byte of a head to its last, 0.1 to 3600; default 15: a head is one packet mostly. nginx
    grants 60, Apache 20 to 40."""
    progress_seconds: float = field(default=60.0, metadata=facts(minimum=0.1, maximum=86_400, unit="seconds"))
    """Seconds without a byte moved while a client sends a body or reads an answer, 0.1 to 86400; default 60, as
    nginx."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tls:
    """The certificate that users are served with: the `[proxy.tls]` table. Left out: plain HTTP.

    Renewed files are taken without a restart; whether there is TLS at all is decided at the start.
    """

    certificate: str = field(metadata=facts(required=True, pattern=".+", example='"tls/fullchain.pem"'))
    """PEM file of the certificate and those between it and its root; a relative path begins where the config is."""
    key: str = field(metadata=facts(required=True, pattern=".+", example='"tls/privkey.pem"'))
    """PEM file of its private key, without a passphrase."""


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
    via: str | None = field(default=None, metadata=facts(pattern=patterns.TOKEN, example='"shop-proxy"'))
    """Name by which the proxy adds itself to the `Via` header of each request that it passes on (RFC 9110 section
    7.6.3). The standard asks for it. Left out, it adds none, like nginx, HAProxy and Envoy: a backend that is nginx
    stops compressing its answers to requests with `Via`, until it is given `gzip_proxied any;`."""
    drain_seconds: float = field(default=30.0, metadata=facts(minimum=0, maximum=3600, unit="seconds"))
    """Seconds that running requests get to end when the proxy stops, 0 to 3600; default 30, as Kubernetes grants."""
    tls: Tls | None = None
    """The certificate that users are served with. Left out: plain HTTP."""
    limits: Limits = Limits()
    """What the proxy takes from its clients."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparer:
    """How the comparer, which shadows routes, holds what it has not yet come to: the `[comparer]` table."""

    queue_captures: int = field(default=2000, metadata=facts(minimum=1, maximum=1_000_000, unit="captures"))
    """Captures that wait to be compared, 1 to 1000000; default 2000: some seconds of a busy site. Beyond it the route
    that has most of them waiting loses its newest, which is counted as not compared (`backlog`)."""
    queue_bytes: int = field(
        default=67_108_864, metadata=facts(minimum=1_048_576, maximum=17_179_869_184, unit="bytes")
    )
    """Bytes of captures that wait to be compared, 1048576 to 17179869184; default 67108864 (64 MiB): one capture may
    hold 2 MiB."""
    wait_seconds: float = field(default=10.0, metadata=facts(minimum=0.1, maximum=3600, unit="seconds"))
    """Seconds that a capture may wait, 0.1 to 3600; one that has waited longer is counted as not compared (`backlog`);
    default 10: the data behind an older answer has more likely changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Redact:
    """What is private beside the presets: the `[redact]` table. It is taken out of every exchange and difference before
    it is stored, logged or sent.

    Private without being named here: credentials, cookies and client addresses in headers; parameters, fields and
    members whose names tell (password, token, secret, session, csrf, card, cvv, iban ...); tokens, keys, card and
    account numbers of a known shape in any text; the values of password fields.
    """

    headers: tuple[str, ...] = field(default=(), metadata=facts(pattern=patterns.TOKEN, example='["X-Customer"]'))
    """Names of headers whose values are private, in any case; default none beside the presets. In the record they are
    in lower case."""
    paths: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.PRIVATE_PATH, example='["body:$..email", "query:email"]')
    )
    """Places in bodies, of requests and answers, whose values are private with all that is below them, and parameters
    of the query (`query:NAME`); default none beside the presets."""
    patterns: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=".+", example="""['[\\w.+-]+@[\\w-]+\\.[\\w.]+']""")
    )
    """Regular expressions; what matches one is private in any text, body or header; default none beside the presets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRoute:
    """One `[[tasks]]` entry: a Celery task and the service that takes it over. Nothing acts on it yet."""

    name: str = field(metadata=facts(required=True, pattern=patterns.TASK_NAME, example='"orders.tasks.send_mail"'))
    """The task's name as Celery knows it; unique."""
    service: str | None = field(default=None, metadata=facts(pattern=patterns.BACKEND_NAME, example='"notifications"'))
    """Name of a backend other than the monolith; may be left out only in stage `monolith`."""
    stage: Stage = field(default=Stage.MONOLITH, metadata=facts(example='"shadow"'))
    """Who runs the task; default `monolith`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """How long the evidence is kept, and how much room it may take: the `[evidence]` table. The audit log stays."""

    keep_days: float = field(default=30.0, metadata=facts(minimum=0.01, maximum=3650, unit="days"))
    """Days after which evidence that nothing was added to is removed, and samples and hourly counts by their own age,
    0.01 to 3650; default 30: a month's end is seen once."""
    keep_mb: float = field(default=512.0, metadata=facts(minimum=1, maximum=1_000_000, unit="megabytes"))
    """Megabytes (of 1048576 bytes) that the store may take, 1 to 1000000; beyond it the oldest samples are removed, and
    never counts; default 512: room for some 50000 whole exchanges of 10 KB."""
    samples_per_group: int = field(default=10, metadata=facts(minimum=0, maximum=1000, unit="samples"))
    """Whole exchanges that are kept for each difference group, its first three and the newest, 0 to 1000; 0: none;
    default 10: enough to see a pattern."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """Where the dashboard is served, and to whom: the `[control]` table. It is read when the proxy starts."""

    listen: str | None = field(
        default="127.0.0.1:8100",
        metadata=facts(
            pattern=rf"{patterns.HOST_PORT}|off",
            conflicts="Beyond this machine it takes `[control.tls]` or `trusted_proxies`, as passwords are sent to it.",
        ),
    )
    """Where the dashboard is served: `host:port`; `off` serves none; default `127.0.0.1:8100`, for this
    machine alone."""
    hosts: tuple[str, ...] = field(
        default=(), metadata=facts(pattern=patterns.HOST_PATTERN, nonempty=True, example='["strangler.example.com"]')
    )
    """Host names, without port, by which browsers reach it; `*.example.com` is every subdomain. Left out: `localhost`,
    `127.0.0.1` and `[::1]`. A request for another host is refused, so that no page of somebody else's can speak to it
    by a name of its own."""
    trusted_proxies: tuple[str, ...] = field(default=(), metadata=facts(example='["10.0.0.7"]'))
    """Addresses or networks (CIDR) of proxies that end TLS in front of it: their X-Forwarded-For and X-Forwarded-Proto
    are believed, and beyond this machine nobody else is answered without TLS; default none."""
    tls: Tls | None = None
    """The certificate that the dashboard is served with. Left out: plain HTTP."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """One `[[webhooks]]` entry: who is told what happens to routes. Only a proxy that `strangler up` runs tells."""

    url: str | None = field(
        default=None,
        metadata=facts(
            pattern=patterns.WEBHOOK_URL,
            example='"https://ops.example.com/strangler"',
            conflicts="Exactly one of `url` and `url_env` is there.",
        ),
    )
    """Where it is posted to: http or https."""
    url_env: str | None = field(
        default=None,
        metadata=facts(
            pattern=patterns.VARIABLE,
            example='"SLACK_WEBHOOK_URL"',
            conflicts="Exactly one of `url` and `url_env` is there.",
        ),
    )
    """Environment variable that holds the URL, for one that is itself a secret, such as Slack's."""
    form: str = field(default="generic", metadata=facts(pattern=patterns.WEBHOOK_FORM))
    """`generic`, the default: the whole entry of the audit log as JSON; `slack`: a text, as Slack takes it."""
    events: tuple[str, ...] = field(
        default=(),
        metadata=facts(pattern=patterns.WEBHOOK_EVENT, nonempty=True, example='["auto-rollback", "alarm"]'),
    )
    """What it is told of: `step` (of a walk), `auto-rollback`, `alarm` (a route that fails and is not taken back),
    `walk-begun`, `walk-ended`, `changed` (a person changed something). Left out: everything."""
    secret_env: str | None = field(
        default=None, metadata=facts(pattern=patterns.VARIABLE, example='"STRANGLER_WEBHOOK_SECRET"')
    )
    """Environment variable that holds the secret by which messages are signed. Left out: they are not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """A whole valid `strangler.toml`."""

    proxy: Proxy = Proxy()
    """How the proxy itself runs."""
    comparer: Comparer = Comparer()
    """How the comparer runs."""
    backends: Mapping[str, Backend] = field(metadata=facts(required=True, key_pattern=patterns.BACKEND_NAME))
    """By name, in file order; always has `monolith`."""
    converters: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata=facts(key_pattern=patterns.CONVERTER_NAME, pattern=".+", example="{year = '[0-9]{4}'}"),
    )
    """The project's own path converters, `[converters]`: name → regular expression."""
    routes: tuple[Route, ...] = ()
    """In file order, which is the order in which they are tried."""
    redact: Redact = Redact()
    """What is private beside the presets."""
    tasks: tuple[TaskRoute, ...] = ()
    """Celery tasks that move to services."""
    evidence: Evidence = Evidence()
    """How long the evidence is kept, and how much room it may take."""
    control: Control = Control()
    """Where the dashboard is served, and to whom."""
    webhooks: tuple[Webhook, ...] = ()
    """Who is told what happens to routes."""
    source: Path | None = field(default=None, compare=False, metadata=facts(in_file=False))
    """The file it was read from."""
    route_lines: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False, metadata=facts(in_file=False)
    )
    """Route name → line of its `[[routes]]` header in the file, from 1; may be empty."""
