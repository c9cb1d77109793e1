"""How the proxy serves: the `[proxy]` table and those within it."""

from dataclasses import dataclass, field

from strangler_proxy.config import patterns
from strangler_proxy.config.facts import facts


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
