"""The comparer, recording to the control plane's store; the supervisor runs this module.

The store is opened when there is something to record, so that a proxy without a shadowed route pays nothing for it; one
that can't be opened is tried again, and captures are compared all the same.
"""

import hashlib
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, time
from typing import Protocol

from strangler_proxy.config.model import Config, Evidence
from strangler_proxy.control.settings import secret_key
from strangler_proxy.errors import StranglerError
from strangler_proxy.shadow.fault import told
from strangler_proxy.shadow.process import main
from strangler_proxy.shadow.record import Compared, Left, Store, StoreUnavailable, Taken

_PRUNE_SECONDS = 600.0
"""Seconds between two removals of what is too old or too much."""


class _Opened(Store, Protocol):
    samples_per_group: int


class OpenedLate:
    """A store that is opened by its first use, in the thread that uses it, and pruned now and then."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._store: _Opened | None = None
        self._keep = Evidence()
        self._pruned = float("-inf")

    def act_by(self, config: Config) -> None:
        """Keeps as long and as much as this config says."""
        self._keep = config.evidence

    def record(self, compared: Sequence[Compared], left: Sequence[Left], taken: Sequence[Taken] = ()) -> None:
        """As `Store.record`."""
        self._opened().record(compared, left, taken)
        if monotonic() - self._pruned > _PRUNE_SECONDS:
            self._pruned = monotonic()
            try:
                _prune(self._keep)
            except Exception as error:  # the records are kept already, and must not be recorded again for this
                print(told(error), file=sys.stderr, flush=True)

    def taken_of(self, connection: str) -> dict[str, int]:
        """As `Store.taken_of`."""
        return self._opened().taken_of(connection)

    def _opened(self) -> _Opened:
        """Raises: StoreUnavailable when it can't be opened, whatever the reason: a person may mend it meanwhile."""
        if self._store is None:
            try:
                self._store = _open(self._state)
            except StoreUnavailable:
                raise
            except StranglerError as error:
                raise StoreUnavailable(str(error)) from error
        self._store.samples_per_group = self._keep.samples_per_group
        return self._store


def _open(state: Path) -> _Opened:
    from strangler_proxy.control.setup import ready  # here, since it imports Django

    ready(state)
    from strangler_proxy.control.record import DjangoStore

    return DjangoStore()


def _prune(keep: Evidence) -> None:
    from strangler_proxy.control.retention import prune

    prune(time(), keep_days=keep.keep_days, keep_mb=keep.keep_mb)


def redaction_key(state: Path) -> bytes:
    """The key of the marks that stand for private data: equal from one run to the next where it can be kept."""
    try:
        secret = secret_key(state).encode("ascii")
    except OSError:
        secret = secrets.token_bytes(32)
    return hashlib.blake2b(secret, digest_size=32, person=b"redaction").digest()


if __name__ == "__main__":
    main(OpenedLate, redaction_key)
