"""What is recorded is what is read back, on both databases."""

from contextlib import suppress

import pytest
from comparisons import NOON, compared, difference, failed, sample

from strangler_proxy.compare.difference import Difference, Kind, Severity
from strangler_proxy.compare.groups import MOST_GROUPS, GroupKey
from strangler_proxy.config.model import Compare
from strangler_proxy.shadow.record import CandidateFailure, Left, NotCompared, Taken
from tests.integration.control.conftest import Place

PLAIN = Compare()
PRICE = "body:$.results[3].price"


@pytest.fixture(autouse=True)
def _store(place: Place) -> None:
    """Every test of this module has an open store."""


def test_counts_of_several_batches_add_up() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of

    store = DjangoStore()
    store.record([compared(), compared(PRICE), failed()], [Left("product-detail", NOON, NotCompared.BACKLOG, 3)])
    store.record(
        [compared(difference("header:etag", Kind.REMOVED), candidate_status=503), compared(primary_status=500)],
        [Left("product-detail", NOON, NotCompared.BACKLOG), Left("product-detail", NOON, NotCompared.LOST, 2)],
    )
    evidence = evidence_of("product-detail", PLAIN)
    assert (evidence.epoch, evidence.comparisons, evidence.mismatches) == ("first", 5, 3)
    assert evidence.by_severity == {"medium": 1, "high": 2}
    assert evidence.candidate_failures == {CandidateFailure.TIMED_OUT.value: 1}
    assert (evidence.candidate_errors, evidence.primary_errors) == (1, 1)
    assert evidence.not_compared == {"backlog": 4, "lost": 2}
    assert (evidence.primary_latencies.total, evidence.candidate_latencies.total) == (5, 4)
    assert evidence.shapes == {"int anonymous 200": 5}


def test_another_epoch_begins_anew_and_the_one_compared_last_is_the_newest() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of

    store = DjangoStore()
    store.record([compared(PRICE)], [])
    store.record([compared(epoch="second", at=NOON + 10)], [])
    assert evidence_of("product-detail", PLAIN).mismatches == 0
    assert evidence_of("product-detail", PLAIN, epoch="first").mismatches == 1
    store.record([compared(at=NOON + 20)], [])
    assert evidence_of("product-detail", PLAIN).comparisons == 2


def test_a_route_that_was_never_compared_has_no_evidence_but_its_losses() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of, group_list

    DjangoStore().record([], [Left("ghost", NOON, NotCompared.NO_COMPARER, 7)])
    evidence = evidence_of("ghost", PLAIN)
    assert (evidence.comparisons, evidence.not_compared) == (0, {"no-comparer": 7})
    assert group_list("ghost", PLAIN) == []


def test_a_group_folds_positions_and_counts_each_comparison_once() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import group_list

    store = DjangoStore()
    store.record([compared("body:$.results[0].price", PRICE, at=NOON + 5), compared(PRICE), compared(), compared()], [])
    (group,) = group_list("product-detail", PLAIN)
    assert (group.path, group.kind, group.severity) == ("body:$.results[*].price", Kind.VALUE, Severity.MEDIUM)
    assert (group.count, group.share, group.is_noise) == (2, 0.5, False)
    assert (group.first_seen, group.last_seen) == (NOON, NOON + 5)


def test_what_the_monolith_cannot_repeat_itself_is_no_mismatch() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of, group_list

    noisy = difference("body:$.served_by")
    asked = [compared(noisy, noise=(noisy,)) for _ in range(50)]
    DjangoStore().record([*asked, *(compared(noisy, PRICE, noise=()) for _ in range(2))], [])
    evidence = evidence_of("product-detail", PLAIN)
    assert (evidence.comparisons, evidence.mismatches, evidence.by_severity) == (52, 2, {"medium": 2})
    assert {group.path: group.is_noise for group in group_list("product-detail", PLAIN)} == {
        "body:$.results[*].price": False,
        "body:$.served_by": True,
    }


def test_a_candidate_that_failed_is_a_mismatch_even_where_the_status_is_noise() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of

    away = Difference("status", Kind.REMOVED, 200, None)
    DjangoStore().record([failed(noise=(away,)) for _ in range(50)], [])
    assert evidence_of("product-detail", PLAIN).mismatches == 50


def test_one_can_ask_what_would_be_if_a_group_were_ignored() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of

    DjangoStore().record([compared(PRICE), compared(PRICE, "header:etag"), compared()], [])
    price = GroupKey("body:$.results[*].price", Kind.VALUE)
    assert evidence_of("product-detail", PLAIN).mismatches == 2
    assert evidence_of("product-detail", PLAIN, excused=[price]).mismatches == 1


def test_what_could_not_be_looked_at_is_neither_equal_nor_a_mismatch() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of

    DjangoStore().record([compared(not_seen=True), compared(PRICE, not_seen=True), compared()], [])
    evidence = evidence_of("product-detail", PLAIN)
    assert (evidence.comparisons, evidence.mismatches, evidence.not_compared) == (2, 1, {"not-seen": 1})


def test_groups_and_sets_of_groups_are_bounded_and_nothing_is_lost_by_it() -> None:
    from strangler_proxy.control.models import Group, Signature
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of
    from strangler_proxy.control.signature_rows import MOST_SIGNATURES

    names = [f"body:$.{chr(97 + a)}{chr(97 + b)}" for a in range(26) for b in range(26)]
    store = DjangoStore()
    for start in range(0, len(names), 100):
        store.record([compared(name, names[0]) for name in names[start : start + 100]], [])
    assert Group.objects.count() <= MOST_GROUPS + 1
    assert Signature.objects.count() <= MOST_SIGNATURES + 1
    evidence = evidence_of("product-detail", PLAIN)
    assert (evidence.comparisons, evidence.mismatches) == (len(names), len(names))


def test_samples_are_the_first_and_the_newest_each_exchange_once() -> None:
    from strangler_proxy.control.models import Sample
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import group_list, sample_list

    store = DjangoStore(samples_per_group=5)
    for number in range(20):
        one = compared(PRICE, "header:etag", sample=sample(f"/{number}"), at=NOON + number * 61)
        store.record([one], [])
    for group in group_list("product-detail", PLAIN):
        assert group.samples == 5
        assert [kept.exchange.target for kept in sample_list(group.id)] == ["/19", "/18", "/2", "/1", "/0"]
    assert Sample.objects.count() == 5


def test_a_sample_comes_back_byte_for_byte() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import group_list, sample_list

    exchange = sample(body=bytes(range(256)), request_body="ü\0".encode(), candidate=None)
    DjangoStore().record([compared(PRICE, sample=exchange)], [])
    (group,) = group_list("product-detail", PLAIN)
    assert [kept.exchange for kept in sample_list(group.id)] == [exchange]


def test_without_samples_none_is_stored() -> None:
    from strangler_proxy.control.models import Sample
    from strangler_proxy.control.record import DjangoStore

    DjangoStore(samples_per_group=0).record([compared(PRICE, sample=sample())], [])
    assert not Sample.objects.exists()


def test_what_was_taken_is_accounted_for_by_connection() -> None:
    from strangler_proxy.control.record import DjangoStore

    store = DjangoStore()
    store.record([compared()], [], [Taken("worker-1", "product-detail", 1), Taken("worker-2", "product-detail", 4)])
    store.record([compared()], [], [Taken("worker-1", "product-detail", 2), Taken("worker-1", "product-list", 1)])
    assert store.taken_of("worker-1") == {"product-detail": 3, "product-list": 1}
    assert store.taken_of("worker-3") == {}


def test_text_that_a_database_would_refuse_is_stored_all_the_same() -> None:
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of, group_list

    long = "body:$." + ".".join(["deep"] * 1000)
    store = DjangoStore()
    store.record([compared(f"{long}.a", f"{long}.b", "header:\0\ud800", shape="\0" * 400)], [])
    assert evidence_of("product-detail", PLAIN).mismatches == 1
    assert len(group_list("product-detail", PLAIN)) == 3


def test_a_record_that_fails_halfway_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from strangler_proxy.control import record
    from strangler_proxy.control.models import Epoch, Group, LatencyCount

    def break_off(*_arguments: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(record.record_samples, "keep", break_off)
    with suppress(RuntimeError):
        record.DjangoStore().record([compared(PRICE, sample=sample())], [], [Taken("w", "product-detail", 1)])
    assert not Epoch.objects.exists()
    assert not Group.objects.exists()
    assert not LatencyCount.objects.exists()
    assert record.DjangoStore().taken_of("w") == {}
