"""What a webhook is sent for an entry of the audit log. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from strangler_proxy.config.model import Webhook
from strangler_proxy.control.audit_log import Line

CHANGED = "changed"
"""The event of every entry that is none of the controller's own: a person changed something."""

OWN_EVENTS = frozenset({"step", "auto-rollback", "alarm", "walk-begun", "walk-ended"})

_TITLES = {
    "step": "{route} goes on: {change}",
    "auto-rollback": "{route} was taken back: {change}",
    "alarm": "{route} has an alarm",
    "walk-begun": "{route} begins to walk",
    "walk-ended": "The walk of {route} is over",
    CHANGED: "{who} {what} {route}: {change}",
}


def event_of(entry: Mapping[str, Any]) -> str:
    """The event that an entry is, as `events` of a webhook names it."""
    what = str(entry.get("what"))
    return what if what in OWN_EVENTS else CHANGED


def is_wanted(webhook: Webhook, entry: Mapping[str, Any]) -> bool:
    """Whether the webhook is told of the entry."""
    return not webhook.events or event_of(entry) in webhook.events


def body_of(webhook: Webhook, line: Line) -> bytes:
    """The body in the webhook's form: the same for the same entry, however often it is sent."""
    if webhook.form == "slack":
        return json.dumps({"text": _text(line.entry)}, ensure_ascii=False).encode()
    content = {"id": line.id, "event": event_of(line.entry), "entry": line.entry}
    return json.dumps(content, ensure_ascii=False).encode()


def headers_of(line: Line, body: bytes, secret: bytes | None, now: float) -> dict[str, str]:
    """The headers of one try. With a secret they hold its signature: HMAC-SHA256 over the time of the try (Unix
    seconds), a full stop and the body, so that an old message cannot be sent again as a new one."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "strangler-webhook",
        "X-Strangler-Id": line.id,
        "X-Strangler-Timestamp": str(int(now)),
    }
    if secret is not None:
        signed = f"{int(now)}.".encode() + body
        headers["X-Strangler-Signature"] = f"sha256={hmac.new(secret, signed, hashlib.sha256).hexdigest()}"
    return headers


def _text(entry: Mapping[str, Any]) -> str:
    """A line for a chat, and the reason below it."""
    title = _TITLES[event_of(entry)].format(
        route=f"*{_escaped(entry.get('route'))}*",
        who=_escaped(entry.get("who")),
        what=_escaped(entry.get("what")),
        change=f"{_place(entry, 'from')} → {_place(entry, 'to')}",
    )
    reason = entry.get("reason")
    return f"{title}\n{_escaped(reason)}" if reason else title


def _place(entry: Mapping[str, Any], end: str) -> str:
    percent = entry.get(f"{end}_percent")
    return _escaped(entry.get(f"{end}_stage")) + ("" if percent is None else f" {percent:g} %")


def _escaped(text: object) -> str:
    """Text that a chat shows as it is. Source: Slack, Formatting text for app surfaces, "Escaping text"."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
