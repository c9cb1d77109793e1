"""What pages show, and that nothing of it that comes from outside is markup."""

import re
import time
from pathlib import Path

import pytest
from comparisons import compared, difference, sample
from dashboard_store import HEAD, config_text
from running_dashboard import Dashboard

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.difference import Kind
from strangler_proxy.config.load import parse
from tests.integration.control.web.conftest import Person
from tests.integration.control.web.conftest import person as person_of
from tests.integration.control.web.test_access import group_of

EVIL = """"><script>alert('x')</script><img src=x onerror=alert(1)>' onfocus=alert(2) {{ 7|add:1 }}"""


def test_the_json_of_a_page_says_what_the_page_says(dashboard: Dashboard, people: dict[str, Person]) -> None:
    document = people["viewer"].at("/overview.json").json()
    page = people["viewer"].at("/overview/").text
    assert document["gone"]["routes"] == 12
    assert document["gone"]["routes_moved"] == 2
    assert 0.5 < document["gone"]["traffic_share"] < 0.7
    assert f"{document['gone']['requests']:,}" in page
    assert [one["route"] for one in document["attention"]] == ["search", "product-detail", "order-list"]
    assert document["attention"][0]["urgency"] == "now"
    assert [one["route"] for one in document["stuck"]] == ["order-detail"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ORDER", ["order-detail", "order-list", "invoice"]),
        ("stage=canary", ["product-list", "search"]),
        ("service=orders&stage=shadow", ["order-detail", "order-list"]),
        ("q=nothing-like-that", []),
        ("stage=service&sort=traffic", ["category-tree"]),
    ],
)
def test_routes_are_found(dashboard: Dashboard, people: dict[str, Person], query: str, found: list[str]) -> None:
    assert [one["name"] for one in people["viewer"].at(f"/routes.json?{query}").json()["routes"]] == found


def test_routes_come_in_the_order_that_is_wanted(dashboard: Dashboard, people: dict[str, Person]) -> None:
    by = {
        sort: [one["name"] for one in people["viewer"].at(f"/routes.json?sort={sort}").json()["routes"]]
        for sort in ("file", "name", "traffic", "mismatches", "stage")
    }
    assert by["file"] != by["name"] == sorted(by["name"])
    assert (by["traffic"][0], by["mismatches"][0], by["stage"][0]) == (
        "category-tree",
        "product-detail",
        "product-images",
    )


@pytest.mark.parametrize(
    "address", ["/routes/nowhere/", "/routes/product-detail/groups/999999/", "/routes/product-list/groups/1/", "/x/"]
)
def test_what_is_not_there_is_said_to_be_not_there(people: dict[str, Person], address: str) -> None:
    assert people["viewer"].at(address).status_code == 404
    assert people["viewer"].at(address.rstrip("/") + ".json").json()["error"]["code"] == "STR921"


def test_both_answers_stand_beside_each_other(dashboard: Dashboard, people: dict[str, Person]) -> None:
    document = people["viewer"].at(group_of().rstrip("/") + ".json").json()
    assert {one["differences"][0]["path"] for one in document["samples"]} == {"body:$.price"}
    differing = [line for line in document["samples"][0]["lines"] if line["differs"]]
    assert [(line["left"].strip(), line["right"].strip()) for line in differing] == [
        ('"price": "19.90",', '"price": 19.9,')
    ]


def test_for_htmx_only_what_is_within_the_frame_is_sent(dashboard: Dashboard, people: dict[str, Person]) -> None:
    part = people["viewer"].at("/overview/", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Gone from the monolith" in part
    nobody = person_of(dashboard).at("/overview/", headers={"HX-Request": "true"})
    assert (nobody.status_code, nobody.headers["HX-Redirect"]) == (401, "/login/")


def test_the_theme_that_is_chosen_stays(dashboard: Dashboard, people: dict[str, Person]) -> None:
    viewer = people["viewer"]
    assert 'data-theme="auto"' in viewer.at("/health/").text
    assert viewer.submit("/health/", "/theme/", theme="dark", next="/health/").headers["Location"] == "/health/"
    assert 'data-theme="dark"' in viewer.at("/health/").text
    assert viewer.submit("/health/", "/theme/", theme=EVIL, next="//evil.example").headers["Location"] == "/overview/"
    assert 'data-theme="dark"' in viewer.at("/health/").text
    viewer.submit("/health/", "/theme/", theme="auto")


@pytest.fixture
def hostile(dashboard: Dashboard) -> str:
    """Hostile text wherever text comes from outside; gives the address of its difference group."""
    from datetime import UTC, datetime

    from strangler_proxy.control.models import AuditEntry, Group, Walk
    from strangler_proxy.control.record import DjangoStore

    evil = EVIL.encode()
    headers = ((b"content-type", b"text/html"), (b"x-evil", evil))
    whole = sample(
        f"/api/orders/?q={EVIL}",
        request_headers=((b"x-evil", evil),),
        primary=Answer(status=200, headers=headers, body=evil),
        candidate=Answer(status=200, headers=headers, body=evil[::-1]),
    )
    at = time.time()
    DjangoStore().record(
        [compared(difference(f"body:$.{EVIL}", Kind.TYPE), route="order-detail", epoch=EVIL[:90], at=at, sample=whole)],
        [],
    )
    AuditEntry.objects.create(
        when=datetime.fromtimestamp(at, UTC),
        who=EVIL,
        what=EVIL[:50],
        route="order-detail",
        before={"stage": EVIL, "percent": None},
        after={"stage": EVIL, "percent": 3},
        why=EVIL,
        evidence={"verdict": EVIL, "comparisons": 1, "mismatches": 1},
    )
    Walk.objects.update_or_create(
        route="order-detail",
        defaults={"began_by": EVIL, "why": EVIL, "state": "rolled-back", "step_since": datetime.fromtimestamp(at, UTC)},
    )
    group = Group.objects.get(epoch__route="order-detail")
    return f"/routes/order-detail/groups/{group.pk}/"


def test_hostile_text_stays_text_on_every_page(dashboard: Dashboard, people: dict[str, Person], hostile: str) -> None:
    admin = people["admin"]
    addresses = (
        *("/overview/", "/routes/", "/routes/order-detail/", "/audit/", "/health/", hostile, f"{hostile}ignore/"),
        *(f"/routes/?q={EVIL}&stage={EVIL}&service={EVIL}&sort={EVIL}", f"/audit/?q={EVIL}"),
        *(f"/routes/order-detail/change/?reason={EVIL}&to={EVIL}&undo={EVIL}", f"/routes/{EVIL.replace('/', '')}/"),
        *(f"{hostile}ignore/?matching={EVIL}&until={EVIL}&reason={EVIL}", f"/login/?next={EVIL}", f"/{EVIL}/"),
        f"/routes/product-list/change/?to=rollback&reason={EVIL}",
    )
    shown = 0
    for address in addresses:
        answer = admin.at(address)
        assert answer.status_code in (200, 404, 409), address
        page = answer.text
        assert "<script>" not in page, address
        assert "<img" not in page, address
        assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', page)), address
        assert ("{{ 8" not in page and ">8<" not in page) or "7|add:1" in page, address
        shown += "alert" in page
    assert shown >= 9, "the text is on the pages at all"


def test_the_json_of_hostile_text_is_json_and_no_page(
    dashboard: Dashboard, people: dict[str, Person], hostile: str
) -> None:
    for address in ("/audit", hostile.rstrip("/"), "/routes/order-detail"):
        answer = people["viewer"].at(f"{address}.json")
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "alert" in str(answer.json())


def test_a_page_of_a_fault_of_ours_says_so_and_shows_no_traceback(
    dashboard: Dashboard, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("strangler_proxy.control.web.pages.health.health_document", fails)
    answer = people["viewer"].at("/health/")
    assert answer.status_code == 500
    assert "STR009" in answer.text
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


def test_a_store_that_cannot_be_read_is_said_and_the_next_page_works_again(
    dashboard: Dashboard, people: dict[str, Person]
) -> None:
    from django.db import connections

    place = Path(connections.settings["default"]["NAME"])
    connections.close_all()
    away = place.rename(place.with_suffix(".away"))
    place.mkdir()
    try:
        answer = people["viewer"].at("/overview.json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "STR901")
        assert "Not possible now" in people["viewer"].at("/overview/").text
    finally:
        place.rmdir()
        away.rename(place)
    assert people["viewer"].at("/overview/").status_code == 200


def test_a_route_may_be_called_as_its_json_would_be(dashboard: Dashboard, people: dict[str, Person]) -> None:
    dashboard.config.write_text(
        config_text()
        .replace('name = "basket"', 'name = "product-list.json"')
        .replace('name = "search"', 'name = "a:b.c"')
    )
    assert people["viewer"].at("/routes/product-list.json").json()["route"]["name"] == "product-list"
    assert people["viewer"].at("/routes/product-list.json.json").json()["route"]["name"] == "product-list.json"
    assert "<h1>product-list.json</h1>" in people["viewer"].at("/routes/product-list.json/").text
    assert "<h1>a:b.c</h1>" in people["viewer"].at("/routes/a:b.c/").text


MANY = 2000


@pytest.fixture
def many(dashboard: Dashboard) -> None:
    """2,000 routes with a million comparisons, half of them with noise."""
    from django.db.models import F, Sum

    from strangler_proxy.control.models import Epoch, Group, TotalOutcome
    from strangler_proxy.control.record import DjangoStore

    text, store, noisy, at = HEAD, DjangoStore(), difference("body:$.served_at"), time.time()
    for start in range(0, MANY, 100):
        some = []
        for number in range(start, start + 100):
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
    TotalOutcome.objects.filter(epoch__route__startswith="r").update(count=F("count") * 100)
    Group.objects.update(count=F("count") * 100, noise_count=F("noise_count") * 100)
    Epoch.objects.update(comparisons=F("comparisons") * 100, asked_twice=F("asked_twice") * 100)
    assert TotalOutcome.objects.aggregate(sum=Sum("count"))["sum"] >= 1_000_000
    dashboard.config.write_text(text)


@pytest.mark.slow
def test_with_2000_routes_and_a_million_comparisons_the_overview_takes_at_most_200_ms(
    many: None, dashboard: Dashboard
) -> None:
    """In processor time of this process, which on SQLite is all there is, and with nothing remembered. A page that is
    asked for again within seconds is many times faster."""
    from django.db import connection
    from django.template.loader import render_to_string
    from django.test.utils import CaptureQueriesContext

    from strangler_proxy.control.web.pages.overview import overview_document
    from strangler_proxy.control.web.pages.routes import routes_document
    from strangler_proxy.control.web.site import Site

    site = Site(dashboard.config, dashboard.config.parent / ".strangler")
    now = time.time()

    def seconds(at: float) -> float:
        begin = time.process_time()
        document = overview_document(site, at)
        render_to_string("strangler/overview.html", {"base": "strangler/fragment.html", **document})
        assert document["gone"]["routes"] == MANY
        return time.process_time() - begin

    assert len(parse(dashboard.config.read_text()).routes) == MANY
    cold = [seconds(now + 60 * number) for number in range(1, 6)]
    warm = [seconds(now + 301 + number / 10) for number in range(5)]
    assert min(cold) < 0.2, cold  # a busy machine only ever adds to it
    assert min(warm) < min(cold) / 2, (cold, warm)
    with CaptureQueriesContext(connection) as asked:
        overview_document(site, now + 1000)
    assert len(asked) <= 12
    pages = [routes_document(site, {"page": str(number)}, now + 1000) for number in (1, 40, 41)]
    assert [one["paging"]["number"] for one in pages] == [1, 40, 40]
    with CaptureQueriesContext(connection) as asked:
        routes_document(site, {"page": "1"}, now + 1000)
    assert len(asked) <= 3, "what is known of a page of routes is remembered"
