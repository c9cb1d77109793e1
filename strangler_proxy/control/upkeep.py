"""A store that keeps itself within `[evidence]`: once an hour, after a batch, in the thread that records."""

import traceback
from collections.abc import Callable, Sequence
from time import time

from strangler_proxy.config.model import Evidence
from strangler_proxy.control.errors import StoreUnreachable
from strangler_proxy.control.record import DjangoStore
from strangler_proxy.control.retention import prune
from strangler_proxy.shadow.record import Compared, Left, Taken

EVERY_SECONDS = 3600.0


class KeptStore:
    """Implements `shadow.record.Store`. What goes wrong with keeping it tidy never makes a record fail."""

    def __init__(self, evidence: Callable[[], Evidence], *, now: Callable[[], float] = time) -> None:
        """`evidence` gives what the file says then; it may raise, and the last known holds on."""
        self._evidence = evidence
        self._known = Evidence()
        self._now = now
        self._next = 0.0
        self._store = DjangoStore()

    def record(self, compared: Sequence[Compared], left: Sequence[Left], taken: Sequence[Taken] = ()) -> None:
        """As `Store.record`."""
        due = self._now() >= self._next
        if due:
            self._look()
        self._store.record(compared, left, taken)
        if due:
            self._tidy()

    def taken_of(self, connection: str) -> dict[str, int]:
        """As `Store.taken_of`."""
        return self._store.taken_of(connection)

    def _look(self) -> None:
        try:
            self._known = self._evidence()
        except Exception:  # a file that is being edited: what it said before holds
            traceback.print_exc()
        self._store.samples_per_group = self._known.samples_per_group

    def _tidy(self) -> None:
        self._next = self._now() + EVERY_SECONDS
        try:
            prune(self._now(), keep_days=self._known.keep_days, keep_mb=self._known.keep_mb)
        except StoreUnreachable:
            return  # in an hour again
        except Exception:
            traceback.print_exc()
