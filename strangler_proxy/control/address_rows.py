"""Notes which addresses an epoch has seen, each once and a thousand at most."""

from collections.abc import Mapping

from strangler_proxy.control.models import Address
from strangler_proxy.control.row_counts import rows_of
from strangler_proxy.control.tally import EpochKey, Tally
from strangler_proxy.control.upsert import AT_ONCE

MOST_ADDRESSES = 1000
"""Addresses that are told apart in an epoch; no gate asks for more."""

REMEMBERED = 100_000
"""Addresses that are remembered as written, some 6 MB; beyond it all is forgotten, which costs time alone."""

Seen = Mapping[int, set[int] | None]
"""Epoch → addresses that were not known to be written; None: it has all that it can have."""


class Written:
    """What one process knows to be in the store, so that it asks and writes nothing for most batches.

    An epoch that was removed and begun anew has another id, so what is remembered of it is not mistaken for it.
    """

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._known: dict[int, set[int] | None] = {}
        self._size = 0

    def unknown(self, epoch: int, addresses: set[int]) -> set[int]:
        """Those that may have to be written."""
        known = self._known.get(epoch, set())
        return set() if known is None else addresses - known

    def keep(self, seen: Seen) -> None:
        """Remembers what was written, once it is sure to stay."""
        for epoch, addresses in seen.items():
            known = self._known.get(epoch) or set()
            if addresses is None:
                self._size -= len(known)
                self._known[epoch] = None
            else:
                self._size += len(addresses)
                self._known[epoch] = known | addresses
        if self._size > self._most or len(self._known) > self._most:
            self._known, self._size = {}, 0


def add_addresses(alias: str, sums: Tally, epochs: Mapping[EpochKey, int], written: Written) -> Seen:
    """Writes those that are not there yet, within the transaction that holds the epochs' rows, so that two writers
    together keep the bound too. What is returned is for `written` to keep once that transaction is through."""
    wanted = {epochs[key]: written.unknown(epochs[key], some) for key, some in sums.addresses.items()}
    wanted = {epoch: some for epoch, some in wanted.items() if some}
    if not wanted:
        return {}
    counts = rows_of(alias, Address, set(wanted))
    full = {epoch for epoch in wanted if counts[epoch] >= MOST_ADDRESSES}
    rows = [
        Address(epoch_id=epoch, digest=digest)
        for epoch, some in sorted(wanted.items())
        if epoch not in full
        for digest in sorted(some)[: MOST_ADDRESSES - counts[epoch]]
    ]
    Address.objects.using(alias).bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    written_now: dict[int, set[int] | None] = dict.fromkeys(full)
    for row in rows:
        some_now = written_now.setdefault(row.epoch_id, set())
        if some_now is not None:
            some_now.add(row.digest)
    return written_now
