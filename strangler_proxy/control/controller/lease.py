"""Which of several controllers leads: a lease in the database, taken and renewed by comparing and swapping.

The term grows with each new holder. Whoever stood still for longer than its lease, and then goes on, finds another term
and does nothing.
"""

import os
import secrets
import socket

from strangler_proxy.control.connection import reached
from strangler_proxy.control.models import Leadership

LEASE_SECONDS = 5.0
"""Seconds after which a controller that has died is replaced; it is renewed several times in that."""

_ROW = 1


def holder_name() -> str:
    """A name that no other controller has, of this machine or another."""
    return f"{socket.gethostname()[:100]} {os.getpid()} {secrets.token_hex(4)}"


class Lease:
    """One controller's side of it."""

    def __init__(self, holder: str, seconds: float = LEASE_SECONDS) -> None:
        self._holder = holder
        self._seconds = seconds
        self._term: int | None = None

    def take(self, now: float) -> bool:
        """Takes the lease, or renews it, at `now` (Unix time); whether this controller leads.

        Raises: StoreUnreachable.
        """
        with reached():
            row, _ = Leadership.objects.get_or_create(id=_ROW, defaults={"holder": "", "until": 0.0})
            ours = row.holder == self._holder
            if not ours and row.until > now:
                self._term = None
                return False
            term = row.term if ours else row.term + 1
            unchanged = Leadership.objects.filter(id=_ROW, holder=row.holder, term=row.term)
            taken = bool(unchanged.update(holder=self._holder, term=term, until=now + self._seconds))
        self._term = term if taken else None
        return taken

    def holds(self, now: float) -> bool:
        """Whether it leads still: asked right before something is changed. Raises: StoreUnreachable."""
        if self._term is None:
            return False
        with reached():
            found = Leadership.objects.filter(id=_ROW, holder=self._holder, term=self._term, until__gt=now)
            return bool(found.exists())

    def give_up(self) -> None:
        """Lets another controller lead at once. Raises: StoreUnreachable."""
        if self._term is not None:
            with reached():
                Leadership.objects.filter(id=_ROW, holder=self._holder, term=self._term).update(until=0.0)
            self._term = None
