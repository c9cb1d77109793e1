"""What the control plane keeps, shows and tells."""

from dataclasses import dataclass, field

from strangler_proxy.config import patterns
from strangler_proxy.config.facts import facts
from strangler_proxy.config.model.proxy import Tls


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
