"""What evidence is held together by: the rules of a route, its service, and the service's version. Pure."""

import hashlib
import json
from dataclasses import fields

from strangler_proxy.compare.rules import Rules
from strangler_proxy.config.model import Compare, Route

_NO_RULES = frozenset(
    {"sample_percent", "noise_percent", "noise_relative_percent", "noise_absolute_percent", "recheck"}
)
"""Keys of `[routes.compare]` that say how much is compared, and not what counts as different. A key that is not named
here begins a new epoch: to gather evidence anew is better than to mix it."""

_BYTES = 8


def epoch_of(route: Route, rules: Rules, version: str) -> str:
    """Names the epoch: `epoch_beginning`, and 16 hex digits that change with the service's version."""
    return epoch_beginning(route, rules) + _digest(version)


def epoch_beginning(route: Route, rules: Rules) -> str:
    """What the names of all epochs under these rules begin with: it changes with the rules or the service.

    `rules` are those in force: an ignore that has ended begins a new epoch.
    """
    kept = {field.name: _plain(route.compare, field.name) for field in fields(Compare) if field.name not in _NO_RULES}
    kept["ignore"] = [one.text for one in rules.ignore]
    return f"{_digest(json.dumps([route.name, route.service, kept], sort_keys=True, default=str))}-"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_BYTES).hexdigest()


def version_in(headers: tuple[tuple[bytes, bytes], ...], header: str) -> str:
    """The version that an answer says; empty: none."""
    wanted = header.lower().encode("latin-1")
    return next((value.decode("latin-1")[:100] for name, value in headers if name.lower() == wanted), "")


def _plain(compare: Compare, name: str) -> object:
    value = getattr(compare, name)
    return sorted(value.items()) if hasattr(value, "items") else value
