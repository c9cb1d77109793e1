"""The part of the control process that tells webhooks: in order, each entry until it is taken. Nobody waits for it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from strangler_proxy.config.model import Config, Webhook
from strangler_proxy.control.audit_log import Line, audit_path, read_audit
from strangler_proxy.control.webhooks.cursors import Cursors, name_of
from strangler_proxy.control.webhooks.deliver import NotDelivered, deliver
from strangler_proxy.control.webhooks.message import is_wanted

LOOK_SECONDS = 0.5
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 300.0
GIVEN_UP_SECONDS = 86_400.0
"""After a day of tries an entry is given up, and the next one is told."""


@dataclass(slots=True)
class _Tries:
    """Those of the entry that a webhook is to be told next."""

    failed: int = 0
    first: float = 0.0
    due: float = 0.0


class Telling:
    """Runs in a thread of its own."""

    def __init__(self, path: Path, state: Path, say: Callable[[str], None]) -> None:
        self.config: Config | None = None
        self._path = path
        self._say = say
        self._cursors = Cursors(state)
        self._tries: dict[str, _Tries] = {}

    def run(self, stop: threading.Event) -> None:
        """Tells until `stop`."""
        while not stop.wait(LOOK_SECONDS):
            config = self.config
            for webhook in config.webhooks if config is not None else ():
                try:
                    self._tell(webhook, stop)
                except OSError as error:
                    self._say(f"the audit log cannot be read for the webhooks: {error.strerror}")
                    stop.wait(LONGEST_WAIT_SECONDS)

    def _tell(self, webhook: Webhook, stop: threading.Event) -> None:
        """Tells a webhook all that it is to know, up to the first try that fails."""
        tries = self._tries.setdefault(name_of(webhook), _Tries())
        if time.monotonic() < tries.due:
            return
        log = audit_path(self._path)
        size = log.stat().st_size if log.exists() else 0
        for line in read_audit(self._path, self._cursors.end_of(webhook, size)):
            if stop.is_set() or (is_wanted(webhook, line.entry) and not self._told(webhook, line, tries)):
                return
            self._cursors.move(webhook, line.end)

    def _told(self, webhook: Webhook, line: Line, tries: _Tries) -> bool:
        """Tries once; whether the entry is done with."""
        now = time.monotonic()
        try:
            deliver(webhook, line, time.time())
        except NotDelivered as error:
            tries.first = tries.first if tries.failed else now
            tries.failed += 1
            tries.due = now + min(FIRST_WAIT_SECONDS * 2.0 ** (tries.failed - 1), LONGEST_WAIT_SECONDS)
            given_up = now - tries.first > GIVEN_UP_SECONDS
            if tries.failed == 1 or given_up:
                end = "is given up" if given_up else "is tried again"
                self._say(f"a webhook was not told of {line.id}: {error}; that {end}")
            if not given_up:
                return False
        tries.failed, tries.due = 0, 0.0
        return True
