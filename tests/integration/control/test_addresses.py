"""How many different addresses an epoch has seen, on both databases."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from comparisons import NOON, compared

from strangler_proxy.config.model import Compare
from strangler_proxy.shadow.record import Compared, StoreUnavailable
from tests.integration.control.conftest import Place

PLAIN = Compare()


@pytest.fixture(autouse=True)
def _store(place: Place) -> None:
    """Every test of this module has an open store."""


def batch(addresses: Iterable[int | None], **changes: Any) -> list[Compared]:
    return [compared(address=address, **changes) for address in addresses]


def seen(epoch: str | None = None) -> int:
    from strangler_proxy.control.selectors import evidence_of

    return evidence_of("product-detail", PLAIN, epoch=epoch).addresses


def test_each_counts_once_in_its_epoch_and_what_is_not_known_does_not_count() -> None:
    from strangler_proxy.control.record import DjangoStore

    store = DjangoStore()
    store.record(batch([1, 1, -(2**63), 2**63 - 1, None]), [])
    assert seen() == 3
    store.record(batch([1, 2, None] * 5), [])
    assert seen() == 4
    store.record(batch([1], epoch="second", at=NOON + 1), [])
    assert (seen(), seen("first")) == (1, 4)


def test_after_a_restart_nothing_counts_twice() -> None:
    from strangler_proxy.control.record import DjangoStore

    for _ in range(3):
        DjangoStore().record(batch(range(7)), [])
    assert seen() == 7


def test_two_writers_at_once_count_none_twice_and_keep_the_bound_together() -> None:
    from django.db import connections

    from strangler_proxy.control.address_rows import MOST_ADDRESSES
    from strangler_proxy.control.record import DjangoStore

    def write(first: int) -> None:
        store = DjangoStore()
        try:
            for start in range(first, first + 1500, 100):
                store.record(batch(range(start, start + 200)), [])
        finally:
            connections.close_all()

    DjangoStore().record(batch(range(5)), [])
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, (0, 50)))
    assert seen() == MOST_ADDRESSES
    DjangoStore().record(batch(range(5000, 5100)), [])
    assert seen() == MOST_ADDRESSES


def test_what_was_written_is_not_written_again_and_nothing_is_asked_for_it() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from strangler_proxy.control.address_rows import MOST_ADDRESSES
    from strangler_proxy.control.record import DjangoStore

    def statements(addresses: Iterable[int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            store.record(batch(addresses), [])
        return sum("strangler_address" in one["sql"] for one in captured.captured_queries)

    store = DjangoStore()
    assert statements(range(100)) == 2
    assert statements(range(100)) == 0
    assert statements(range(101)) == 2
    for start in range(0, MOST_ADDRESSES, 200):
        store.record(batch(range(start, start + 200)), [])
    assert statements([-1]) == 1, "it finds the epoch full"
    assert statements([-1, -2]) == 0


def test_a_batch_that_was_undone_is_written_by_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from strangler_proxy.control.record import DjangoStore

    def lost(*_: object) -> None:
        raise OperationalError("connection lost")

    store = DjangoStore()
    with monkeypatch.context() as patched:
        patched.setattr(DjangoStore, "_take", lost)
        with pytest.raises(StoreUnavailable):
            store.record(batch(range(9)), [])
    assert seen() == 0
    store.record(batch(range(9)), [])
    assert seen() == 9


def test_a_route_whose_evidence_was_removed_begins_anew_with_a_writer_that_knew_it() -> None:
    from strangler_proxy.control.models import Address
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.retention import Scope, remove

    store = DjangoStore()
    store.record(batch(range(9)), [])
    remove(Scope(before=None, route="product-detail"))
    assert Address.objects.count() == 0
    store.record(batch(range(4)), [])
    assert seen() == 4


def test_more_than_is_remembered_costs_time_and_no_count() -> None:
    from strangler_proxy.control.address_rows import Written
    from strangler_proxy.control.record import DjangoStore

    store = DjangoStore()
    store._written = Written(most=10)
    for _ in range(3):
        store.record(batch(range(8)) + batch(range(8), route="product-list"), [])
    assert seen() == 8
