"""What is too old, too much or unwanted goes, with its room; what is young and what is no evidence stays."""

from pathlib import Path

import pytest
from comparisons import NOON, compared, sample

from strangler_proxy.config.model import Compare
from strangler_proxy.shadow.record import Left, NotCompared, Taken
from tests.integration.control.conftest import Place

DAY = 86_400
PLAIN = Compare()


@pytest.fixture(autouse=True)
def _store(place: Place) -> None:
    """Every test of this module has an open store."""


def fill(
    route: str = "product-detail", *, at: float = NOON, epoch: str = "first", size: int = 100, count: int = 1
) -> None:
    """Comparisons with a sample each, a minute apart."""
    import os

    from strangler_proxy.control.record import DjangoStore

    some = [
        compared(
            f"body:$.a{number}",
            route=route,
            epoch=epoch,
            at=at + 61 * number,
            sample=sample(f"/{number}", os.urandom(size)),
            address=number,
        )
        for number in range(count)
    ]
    DjangoStore().record(some, [Left(route, at, NotCompared.LOST)], [Taken(f"w{at}", route, count)])


def rows() -> dict[str, int]:
    """Rows of every table of the toolkit's own."""
    from django.apps import apps

    counted = {
        model.__name__: model._default_manager.count() for model in apps.get_app_config("strangler").get_models()
    }
    return {name: count for name, count in counted.items() if count}


def test_an_epoch_that_nothing_was_added_to_for_long_goes_and_a_younger_one_stays() -> None:
    from strangler_proxy.control.retention import prune
    from strangler_proxy.control.selectors import evidence_of

    fill(at=NOON - 40 * DAY, epoch="old")
    fill(at=NOON - 20 * DAY, epoch="young")
    before = rows()
    removed = prune(NOON, keep_days=30, keep_mb=512)
    assert (removed.comparisons, removed.epochs, removed.samples) == (1, 1, 1)
    assert rows() == {name: count // 2 for name, count in before.items()}
    assert evidence_of("product-detail", PLAIN).epoch == "young"
    assert prune(NOON, keep_days=30, keep_mb=512).epochs == 0


def test_an_epoch_that_goes_on_loses_its_old_samples_and_hours_and_none_of_its_counts() -> None:
    from strangler_proxy.control.models import HourlyOutcome, Sample
    from strangler_proxy.control.retention import prune
    from strangler_proxy.control.selectors import evidence_of

    fill(at=NOON - 40 * DAY)
    fill(at=NOON)
    prune(NOON, keep_days=30, keep_mb=512)
    assert (Sample.objects.count(), HourlyOutcome.objects.count()) == (1, 1)
    assert evidence_of("product-detail", PLAIN).comparisons == 2


def test_beyond_its_size_the_oldest_samples_go_first() -> None:
    from strangler_proxy.control.models import Sample
    from strangler_proxy.control.retention import prune
    from strangler_proxy.control.selectors import evidence_of
    from strangler_proxy.control.space import used_bytes

    fill(size=100_000, count=40)
    before = used_bytes()
    assert before > 4_000_000
    removed = prune(NOON, keep_days=30, keep_mb=2)
    assert used_bytes() <= 2 * 1024 * 1024
    left = list(Sample.objects.order_by("at").values_list("at", flat=True))
    assert len(left) == 40 - removed.samples
    assert left == [NOON + 61 * number for number in range(removed.samples, 40)]
    assert len(left) > 5
    assert evidence_of("product-detail", PLAIN).comparisons == 40


def test_one_route_is_removed_and_its_loss_accounting_stays() -> None:
    from strangler_proxy.control.models import Epoch, Intake
    from strangler_proxy.control.retention import Scope, planned, remove

    fill("product-detail")
    fill("product-list")
    scope = Scope(before=None, route="product-detail")
    before = rows()
    assert planned(scope).comparisons == 1
    assert rows() == before
    assert remove(scope).comparisons == 1
    assert [epoch.route for epoch in Epoch.objects.all()] == ["product-list"]
    assert Intake.objects.count() == 2


def test_all_evidence_goes_and_the_audit_log_stays() -> None:
    from datetime import UTC, datetime

    from strangler_proxy.control.models import AuditEntry
    from strangler_proxy.control.retention import Scope, remove

    AuditEntry.objects.create(when=datetime.now(UTC), who="ada", what="promote")
    fill(count=3)
    remove(Scope(before=None))
    assert rows() == {"AuditEntry": 1, "Intake": 1}


def test_what_was_removed_is_not_in_the_file_any_more_and_its_room_is_free(sqlite: Place) -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.retention import Scope, remove

    secret = "body:$.a-name-that-tells-something"
    DjangoStore().record([compared(secret) for _ in range(10)], [])
    fill("product-list", size=200_000, count=20)
    remove(Scope(before=None, route="product-detail"))
    removed = remove(Scope(before=None, route="product-list"))
    assert removed.freed_bytes is not None
    assert removed.freed_bytes > 3_000_000
    assert not [path.name for path in _files(sqlite.state) if b"a-name-that-tells" in path.read_bytes()]
    assert sum(path.stat().st_size for path in _files(sqlite.state)) < 1_000_000


def _files(state: Path) -> list[Path]:
    return list(state.glob("evidence.sqlite3*"))
