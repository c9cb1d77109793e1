"""The overview and the hours: right, and in a number of queries that does not grow with the routes."""

import statistics
import time

import pytest
from comparisons import NOON, compared, difference

from strangler_proxy.config.model import Compare
from strangler_proxy.control.tally import hour_of
from strangler_proxy.shadow.record import Left, NotCompared
from tests.integration.control.conftest import Place

PLAIN = Compare()
HOUR = hour_of(NOON)


@pytest.fixture(autouse=True)
def _store(place: Place) -> None:
    """Every test of this module has an open store."""


def test_every_route_is_there_in_its_newest_epoch_and_says_what_its_evidence_says() -> None:
    from strangler_proxy.control.overview import route_overview
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of

    noisy = difference("body:$.now")
    records = [
        *(compared(route="plain") for _ in range(3)),
        *(compared("header:etag", route="differs") for _ in range(2)),
        *(compared(noisy, noise=(noisy,), route="noisy") for _ in range(40)),
        compared(noisy, "header:etag", noise=(), route="noisy"),
        compared("status", route="old-and-new", epoch="old"),
        compared(route="old-and-new", epoch="new", at=NOON + 1),
    ]
    DjangoStore().record(records, [Left("plain", NOON, NotCompared.LOST, 4), Left("plain", 0.0, NotCompared.LOST)])
    overview = route_overview({"noisy": PLAIN}, left_since_hour=HOUR)
    assert sorted(overview) == ["differs", "noisy", "old-and-new", "plain"]
    assert overview["plain"].not_compared == 4
    assert overview["noisy"].counts.mismatches == 1
    for route, line in overview.items():
        evidence = evidence_of(route, PLAIN)
        assert (line.epoch, line.counts.comparisons, line.counts.mismatches, dict(line.counts.by_severity)) == (
            evidence.epoch,
            evidence.comparisons,
            evidence.mismatches,
            evidence.by_severity,
        )


def test_of_two_epochs_at_the_same_moment_the_later_made_one_is_shown() -> None:
    from strangler_proxy.control.overview import route_overview
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.selectors import evidence_of

    store = DjangoStore()
    store.record([compared(epoch="z")], [])
    store.record([compared(epoch="a"), compared(epoch="a")], [])
    overview = route_overview({}, left_since_hour=HOUR)
    assert overview["product-detail"].epoch == evidence_of("product-detail", PLAIN).epoch == "a"
    assert overview["product-detail"].counts.comparisons == 2


def test_the_number_of_queries_does_not_grow_with_the_routes() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from strangler_proxy.control.overview import route_overview
    from strangler_proxy.control.record import DjangoStore

    counts = []
    for routes in (3, 60):
        DjangoStore().record(
            [compared("header:etag", noise=(difference("header:etag"),), route=f"r{n}") for n in range(routes)], []
        )
        with CaptureQueriesContext(connection) as asked:
            assert len(route_overview({}, left_since_hour=HOUR)) == routes
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6


def test_the_statements_of_a_batch_do_not_grow_with_its_records() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from strangler_proxy.control.record import DjangoStore

    counts = []
    for size in (5, 100):
        with CaptureQueriesContext(connection) as asked:
            DjangoStore().record([compared(f"body:$.a{n % 5}", at=NOON + n) for n in range(size)], [])
        counts.append(len(asked))
    assert counts[1] <= counts[0] <= 30


def test_the_hours_add_up_and_their_means_are_of_what_was_timed() -> None:
    from strangler_proxy.control.overview import over_time
    from strangler_proxy.control.record import DjangoStore

    DjangoStore().record(
        [
            compared(primary_ms=10.0, candidate_ms=20.0),
            compared("header:etag", primary_ms=30.0, candidate_ms=60.0, epoch="second"),
            compared(at=NOON + 7200),
            compared(at=NOON - 7200),
        ],
        [Left("product-detail", NOON + 3600, NotCompared.BACKLOG, 5)],
    )
    hours = over_time("product-detail", PLAIN, since_hour=HOUR)
    assert [(one.hour - HOUR, one.counts.comparisons, one.counts.mismatches, one.not_compared) for one in hours] == [
        (0, 2, 1, 0),
        (1, 0, 0, 5),
        (2, 1, 0, 0),
    ]
    assert (hours[0].primary_ms, hours[0].candidate_ms) == (20.0, 40.0)
    assert (hours[1].primary_ms, hours[1].candidate_ms) == (None, None)


@pytest.mark.slow
def test_the_overview_of_2000_routes_with_a_million_comparisons_takes_at_most_200_ms() -> None:
    """In processor time of this process, which on SQLite is all there is: how busy the machine is says nothing."""
    from django.db.models import F, Sum

    from strangler_proxy.control.models import Epoch, Group, TotalOutcome
    from strangler_proxy.control.overview import route_overview
    from strangler_proxy.control.record import DjangoStore

    noisy = difference("body:$.served_at")
    store = DjangoStore()
    for start in range(0, 2000, 100):
        some = []
        for number in range(start, start + 100):
            unsteady = {"noise": (noisy,)} if number % 2 else {}
            paths = (noisy,) if number % 2 else ()
            some += [
                compared(*paths, *kinds, route=f"route-{number}", **unsteady)
                for kinds in ((), (), ("header:etag",), ("body:$.a", "body:$.b"), ("status",))
            ]
        store.record(some, [Left("route-1", NOON, NotCompared.LOST)])
    TotalOutcome.objects.update(count=F("count") * 100)
    Group.objects.update(count=F("count") * 100, noise_count=F("noise_count") * 100)
    Epoch.objects.update(comparisons=F("comparisons") * 100, asked_twice=F("asked_twice") * 100)
    assert TotalOutcome.objects.aggregate(sum=Sum("count"))["sum"] == 1_000_000

    def seconds() -> float:
        begin = time.process_time()
        overview = route_overview({}, left_since_hour=HOUR)
        assert len(overview) == 2000
        assert overview["route-1"].counts.mismatches == overview["route-2"].counts.mismatches == 300
        return time.process_time() - begin

    assert statistics.median(seconds() for _ in range(5)) < 0.2
