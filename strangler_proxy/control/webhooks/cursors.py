"""How far each webhook has been told, kept in the state directory from one control process to the next."""

import contextlib
import hashlib
import json
from pathlib import Path

from strangler_proxy.config.model import Webhook

FILE = "webhooks.json"


def name_of(webhook: Webhook) -> str:
    """What a webhook is remembered by: where it leads, and not what of it is wanted. It holds no secret."""
    place = webhook.url or f"${webhook.url_env}"
    return hashlib.sha256(f"{webhook.form} {place}".encode()).hexdigest()[:16]


class Cursors:
    """Webhook → byte offset in the audit log behind the last entry that it was told of, or that was given up."""

    def __init__(self, state: Path) -> None:
        self._path = state / FILE
        try:
            self._ends = {str(name): int(end) for name, end in json.loads(self._path.read_bytes()).items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self._ends = {}

    def end_of(self, webhook: Webhook, size: int) -> int:
        """Where the next entry begins in a log of `size` bytes: a webhook that is new is told of nothing that was."""
        name = name_of(webhook)
        if not 0 <= self._ends.get(name, -1) <= size:
            self.move(webhook, size)
        return self._ends[name]

    def move(self, webhook: Webhook, end: int) -> None:
        """It has been told up to there. Where that can't be written down, it may be told again after a restart."""
        self._ends[name_of(webhook)] = end
        beside = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            beside.write_text(json.dumps(self._ends), encoding="ascii")
            beside.replace(self._path)
