"""What the pages of many routes cost: queries and verdicts by count, processor time against a yardstick of this run."""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from comparisons import compared, difference
from dashboard_store import HEAD

from strangler_proxy.control.setup import ready

ROUTES = 2000
OVERVIEW_QUERIES = 12
ROUTES_QUERIES = 10 + 50 * 8
"""Of the first look: a page of routes is read and judged, and nothing beyond it."""
YARDSTICK_ROWS = 20_000
AT_MOST_YARDSTICKS = 18
"""The overview cost 8.3 of them (130 ms of 16 ms) when this was written: what becomes twice as dear is noticed on any
machine."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """2,000 routes and a million comparisons in SQLite, half of the routes with noise."""
    folder = tmp_path_factory.mktemp("many")
    ready(folder, {})
    from django.db import connections
    from django.db.models import F, Sum

    from strangler_proxy.control.models import Epoch, Group, TotalOutcome
    from strangler_proxy.control.record import DjangoStore
    from strangler_proxy.control.web.site import Site

    text, store, noisy, at = HEAD, DjangoStore(), difference("body:$.served_at"), time.time()
    for start in range(0, ROUTES, 250):
        some = []
        for number in range(start, start + 250):
            stage = ("monolith", "shadow", "canary", "service")[number % 4]
            text += f'\n[[routes]]\nname = "r{number}"\npath = "/api/r{number}/<int:pk>/"\nservice = "catalog"\n'
            text += f'stage = "{stage}"\ngate.min_comparisons = 500\n'
            unsteady = {"noise": (noisy,)} if number % 2 else {}
            paths = (noisy,) if number % 2 else ()
            some += [
                compared(*paths, *kinds, route=f"r{number}", at=at, **unsteady)
                for kinds in ((), (), ("header:etag",), ("body:$.a", "body:$.b"), ("status",))
            ]
        store.record(some, [])
    TotalOutcome.objects.update(count=F("count") * 100)
    Group.objects.update(count=F("count") * 100, noise_count=F("noise_count") * 100)
    Epoch.objects.update(comparisons=F("comparisons") * 100, asked_twice=F("asked_twice") * 100)
    assert TotalOutcome.objects.aggregate(sum=Sum("count"))["sum"] >= 1_000_000
    path = folder / "strangler.toml"
    path.write_text(text)
    yield Site(path, folder)
    connections.close_all()


def processor_seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def yardstick(folder: Path) -> float:
    """Processor seconds to read and add up rows in plain SQLite and Python: what such a page is made of."""
    place = folder / "yardstick.sqlite3"
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS rows (route TEXT, kind INTEGER, count INTEGER)")
        if not connection.execute("SELECT 1 FROM rows").fetchone():
            rows = ((f"r{number % ROUTES}", number % 7, number) for number in range(YARDSTICK_ROWS))
            connection.executemany("INSERT INTO rows VALUES (?, ?, ?)", rows)

    def read() -> None:
        sums: dict[tuple[str, int], int] = {}
        for route, kind, count in connection.execute("SELECT route, kind, count FROM rows"):
            sums[route, kind] = sums.get((route, kind), 0) + count

    try:
        return statistics.median(processor_seconds(read) for _ in range(5))
    finally:
        connection.close()


def queries_of(work: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Fills with a word for each verdict that is reached."""
    from strangler_proxy.control.web import standing

    found: list[str] = []
    real = standing.judge_evidence

    def counted(evidence: Any, gate: Any) -> Any:
        found.append("judged")
        return real(evidence, gate)

    monkeypatch.setattr(standing, "judge_evidence", counted)
    return found


@pytest.mark.slow
def test_the_overview_asks_few_questions_reaches_no_verdict_and_costs_little(
    site: Any, judged: list[str], tmp_path: Path
) -> None:
    from django.template.loader import render_to_string

    from strangler_proxy.control.web.pages.overview import overview_document

    now = time.time()

    def shown(at: float) -> None:
        document = overview_document(site, at)
        render_to_string("strangler/overview.html", {"base": "strangler/fragment.html", **document})
        assert document["gone"]["routes"] == ROUTES

    shown(now)  # the file is read, the templates are compiled
    assert queries_of(lambda: shown(now + 60)) <= OVERVIEW_QUERIES
    cold = [processor_seconds(lambda n=n: shown(now + 60 * n)) for n in range(2, 9)]  # type: ignore[misc]
    unit = yardstick(tmp_path)
    assert judged == []
    assert statistics.median(cold) < AT_MOST_YARDSTICKS * unit, (cold, unit)


@pytest.mark.slow
def test_the_list_of_routes_judges_those_that_it_shows_and_remembers_them(
    site: Any, judged: list[str], tmp_path: Path
) -> None:
    from strangler_proxy.control.web.pages.routes import ON_A_PAGE, routes_document

    now = time.time() + 1000
    first = queries_of(lambda: routes_document(site, {"page": "3"}, now))
    assert len(judged) == ON_A_PAGE
    assert first <= ROUTES_QUERIES
    assert queries_of(lambda: routes_document(site, {"page": "3", "sort": "file"}, now)) <= 3
    assert len(judged) == ON_A_PAGE
    for sort in ("traffic", "mismatches"):
        judged.clear()
        document = routes_document(site, {"sort": sort, "page": "2"}, now)
        assert (len(document["routes"]), len(judged) <= ON_A_PAGE) == (ON_A_PAGE, True)
    routes_document(site, {"page": "20"}, now)
    warm = processor_seconds(lambda: routes_document(site, {"page": "20"}, now))
    unit = yardstick(tmp_path)
    assert warm < AT_MOST_YARDSTICKS * unit, (warm, unit)
