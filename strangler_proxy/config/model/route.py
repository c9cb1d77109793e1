"""What is routed: requests by `[[routes]]`, tasks by `[[tasks]]`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from strangler_proxy.config import patterns
from strangler_proxy.config.facts import facts
from strangler_proxy.config.model.comparing import Compare
from strangler_proxy.config.model.gate import DEFAULT_STEPS, Gate, StageGates, Step
from strangler_proxy.config.stage import Stage


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
class TaskRoute:
    """One `[[tasks]]` entry: a Celery task and the service that takes it over. Nothing acts on it yet."""

    name: str = field(metadata=facts(required=True, pattern=patterns.TASK_NAME, example='"orders.tasks.send_mail"'))
    """The task's name as Celery knows it; unique."""
    service: str | None = field(default=None, metadata=facts(pattern=patterns.BACKEND_NAME, example='"notifications"'))
    """Name of a backend other than the monolith; may be left out only in stage `monolith`."""
    stage: Stage = field(default=Stage.MONOLITH, metadata=facts(example='"shadow"'))
    """Who runs the task; default `monolith`."""
