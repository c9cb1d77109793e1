"""The records that a valid `strangler.toml` becomes: frozen, complete with defaults, and equal when they mean the same.

Line numbers are carried by `lines` mappings that take no part in equality, so that moving a comment is not a change.
"""

from strangler_proxy.config.model.backend import MONOLITH, Backend
from strangler_proxy.config.model.comparing import Compare, Comparer, Redact
from strangler_proxy.config.model.config import Config
from strangler_proxy.config.model.control import Control, Evidence, Webhook
from strangler_proxy.config.model.gate import Gate, StageGates, Step
from strangler_proxy.config.model.proxy import Limits, Proxy, Tls
from strangler_proxy.config.model.route import Canary, Route, Sticky, StickyKind, TaskRoute

__all__ = [
    "MONOLITH",
    "Backend",
    "Canary",
    "Compare",
    "Comparer",
    "Config",
    "Control",
    "Evidence",
    "Gate",
    "Limits",
    "Proxy",
    "Redact",
    "Route",
    "StageGates",
    "Step",
    "Sticky",
    "StickyKind",
    "TaskRoute",
    "Tls",
    "Webhook",
]
