"""The whole of a valid file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from strangler_proxy.config import patterns
from strangler_proxy.config.facts import facts
from strangler_proxy.config.model.backend import Backend
from strangler_proxy.config.model.comparing import Comparer, Redact
from strangler_proxy.config.model.control import Control, Evidence, Webhook
from strangler_proxy.config.model.proxy import Proxy
from strangler_proxy.config.model.route import Route, TaskRoute


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
