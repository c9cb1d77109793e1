"""The catalog service answers every reading request to the catalog with the bytes of the shop."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.stack.catalog import catalog_part, prepare_catalog
from tests.stack.processes import free_port
from tests.stack.shop import prepare_shop, shop_database, shop_part

PRODUCTS = 120
HOST = "shop.example"
"""The name by which users know the shop; links in answers are made of it."""

VOLATILE_HEADERS = {
    "date": "the time of the answer",
    "server-timing": "how long the application took",
    "x-request-id": "a new one for each request that brings none",
}
"""Headers whose values differ between two answers of the shop itself, and why."""

TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}(?=")')
"""A CSRF token is masked anew in each page."""
COOKIE = re.compile(r"(?<=csrftoken=)[A-Za-z0-9]{32}(?=;)")
"""A visitor who brings no CSRF cookie gets a new secret."""
EXPIRES = re.compile(r"(?<=expires=)[^;]+(?=;)")
"""A cookie's end is counted from the time of the answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client gets, with what is new in every answer blanked."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The header's value; empty when it is absent."""
        return dict(self.headers).get(name, "")


@dataclass(frozen=True, slots=True)
class Sides:
    """Shop and catalog, both running on the same data."""

    shop: str
    catalog: str
    folder: Path

    def ask(self, url: str, method: str, path: str, headers: dict[str, str]) -> Answer:
        """One request, its answer taken as it is: nothing is followed or kept."""
        sent = {"Host": HOST, "Accept-Encoding": "identity", **headers}
        got = requests.request(method, url + path, headers=sent, allow_redirects=False, timeout=30)
        lines = [(name.lower(), value) for name, value in got.raw.headers.items()]
        kept = [(name, "*" if name in VOLATILE_HEADERS else value) for name, value in lines]
        blanked = [(name, EXPIRES.sub("*", COOKIE.sub("*", value))) for name, value in kept]
        return Answer(got.status_code, tuple(sorted(blanked)), TOKEN.sub(b"*", got.content))

    def same(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Asks both sides; fails where their answers differ; returns the answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        shop, catalog = (self.ask(url, method, path, sent) for url in (self.shop, self.catalog))
        assert catalog.status == shop.status, (method, path, sent)
        assert catalog.headers == shop.headers, (method, path, sent)
        assert catalog.body == shop.body, (method, path, sent)
        return shop


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    folder = tmp_path_factory.mktemp("same")
    prepare_shop(folder, products=PRODUCTS)
    make_odd_data(folder)
    prepare_catalog(folder, shop_database(folder))
    with ExitStack() as running:
        shop = running.enter_context(shop_part(folder, free_port()))
        catalog = running.enter_context(catalog_part(folder, free_port()))
        yield Sides(shop.url, catalog.url, folder)


def make_odd_data(folder: Path) -> None:
    """Gives the seeded shop what a copy or a page could stumble over: ties, empty and long texts, other letters."""
    with closing(sqlite3.connect(folder / "shop.sqlite3")) as database, database:
        database.execute("UPDATE catalog_product SET rating_average = 4.5, rating_count = 12 WHERE id % 3 = 0")
        database.execute("UPDATE catalog_product SET rating_average = 3.33, rating_count = 1 WHERE id % 7 = 0")
        database.execute("UPDATE catalog_product SET is_available = 0 WHERE id % 5 = 0")
        database.execute("UPDATE catalog_product SET price = 12345678.9 WHERE id = 8")
        database.execute("UPDATE catalog_product SET price = 0.01, description = '' WHERE id = 9")
        database.execute("""UPDATE catalog_product SET name = 'Größe <b>"&'' 桌' WHERE id = 10""")
        database.execute("UPDATE catalog_product SET updated_at = '2025-06-01 10:11:12.345678' WHERE id = 11")
        database.execute("DELETE FROM catalog_product_tags WHERE product_id = 12")
        database.execute("DELETE FROM catalog_productimage WHERE product_id = 13")
        database.execute("UPDATE catalog_productimage SET width = NULL, alt = '' WHERE product_id = 14")


def known(folder: Path, column: str, table: str) -> list[str]:
    """All values of one column of the shop."""
    with closing(sqlite3.connect(folder / "shop.sqlite3")) as database:
        return [str(row[0]) for row in database.execute(f"SELECT {column} FROM {table} ORDER BY id")]


LANGUAGES = pytest.mark.parametrize("language", ["en", "de", "fr, de;q=0.5"])

LISTS = [
    "",
    *[f"?page={page}" for page in ("1", "2", "3", "5", "6", "last", "0", "-1", "999", "x", "")],
    *[f"?ordering={ordering}" for ordering in ("newest", "price", "-price", "name", "rating", "sideways", "")],
    *[f"?ordering={ordering}&page=2" for ordering in ("newest", "price", "-price", "name", "rating")],
    *[f"?tag={tag}" for tag in ("gift", "plastic-free", "nothing-has-it", "no slug")],
    *[f"?category={category}" for category in ("kitchen", "lamps", "nowhere", "Not a slug!")],
    *["?q=oak", "?q=Gr%C3%B6%C3%9Fe", "?q=HH-000007", "?q=oak+lamp", "?q=%3Cscript%3E", "?q=" + "x" * 101, "?q=%00"],
    *["?min_price=100", "?max_price=20.50", "?min_price=20&max_price=30", "?min_price=30&max_price=20"],
    *["?min_price=cheap", "?min_price=-1", "?max_price=1.234", "?min_price=1,5", "?available=1", "?available="],
    *["?q=oak&tag=gift&category=kitchen&min_price=1&max_price=500&available=1&ordering=-price&page=1"],
    *["?page_size=5", "?page_size=5&page=7", "?page_size=1000", "?page_size=0", "?unknown=1&page=2", "?page=2&page=3"],
]


@LANGUAGES
@pytest.mark.parametrize("path", ["/products/", "/api/products/", "/categories/kitchen/", "/api/categories/"])
def test_lists_are_the_same_on_every_page_and_for_every_filter(sides: Sides, path: str, language: str) -> None:
    bodies = {sides.same(path + query, Accept_Language=language).body for query in LISTS}
    assert len(bodies) > 2 or path == "/api/categories/"


@LANGUAGES
def test_the_pages_that_lead_into_the_catalog_are_the_same(sides: Sides, language: str) -> None:
    for path in ("/", "/?x=1", "/categories/", "/api/categories/", "/api/products/"):
        answer = sides.same(path, Accept_Language=language)
        assert (answer.status, answer.header("content-language")) == (200, "en" if language == "en" else "de")


@LANGUAGES
def test_every_product_is_the_same_as_a_page_and_as_json(sides: Sides, language: str) -> None:
    slugs, keys = (known(sides.folder, column, "catalog_product") for column in ("slug", "id"))
    paths = [*(f"/products/{slug}/" for slug in slugs), *(f"/api/products/{key}/" for key in keys)]
    statuses = [sides.same(path, Accept_Language=language).status for path in paths]
    for key in keys:
        sides.same(f"/api/products/{key}/related/", Accept_Language=language)
    hidden = known(sides.folder, "is_active", "catalog_product").count("0")
    assert hidden > 0
    assert (statuses.count(200), statuses.count(404)) == (2 * (PRODUCTS - hidden), 2 * hidden)


@LANGUAGES
def test_every_category_is_the_same_as_a_page_and_as_json(sides: Sides, language: str) -> None:
    for slug in known(sides.folder, "slug", "catalog_category"):
        assert sides.same(f"/categories/{slug}/", Accept_Language=language).status == 200
        assert sides.same(f"/api/categories/{slug}/", Accept_Language=language).status == 200


MISSING = [
    *["/products/nothing-of-the-kind/", "/products/no%20slug/", "/products/Gr%C3%B6%C3%9Fe/", "/products//"],
    *["/categories/nowhere/", "/api/categories/nowhere/", "/api/products/999999/", "/api/products/999999/related/"],
    *["/api/products/0/", "/api/products/x/", "/api/products/-1/", "/api/products/99999999999999999999/"],
    *["/media/products/nothing.jpg", "/static/shop/nothing.css"],
]


@LANGUAGES
@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_missed_in_the_same_words(sides: Sides, path: str, language: str) -> None:
    assert sides.same(path, Accept_Language=language).status == 404


@pytest.mark.parametrize("path", ["/products", "/products/oak", "/categories", "/api/products", "/api/categories"])
@pytest.mark.parametrize("query", ["", "?q=a%20b&page=2"])
def test_a_path_without_its_slash_is_redirected_to_the_same_place(sides: Sides, path: str, query: str) -> None:
    answer = sides.same(path + query)
    assert (answer.status, answer.header("location")) == (301, path + "/" + query)


@pytest.mark.parametrize("path", ["/", "/products/", "/categories/lamps/", "/api/products/", "/api/products/7/"])
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_other_safe_methods_are_answered_the_same(sides: Sides, path: str, method: str) -> None:
    sides.same(path, method, Accept_Language="de")


def test_a_product_in_hand_is_not_sent_again(sides: Sides) -> None:
    fresh = sides.same("/api/products/11/")
    etag, changed = fresh.header("etag"), fresh.header("last-modified")
    path = "/api/products/11/"
    assert sides.same(path, If_None_Match=etag).status == 304
    assert sides.same(path, If_None_Match=etag, Accept_Language="de").status == 304
    assert sides.same(path, If_None_Match=f'"other", W/{etag}').status == 304
    assert sides.same(path, If_Modified_Since=changed).status == 304
    assert sides.same(path, "HEAD", If_None_Match=etag).status == 304
    assert sides.same(path, If_None_Match='"other"', If_Modified_Since=changed).status == 200
    assert sides.same(path, If_Match='"other"').status == 412
    assert sides.same(path, If_Modified_Since="Wed, 01 Jan 2020 00:00:00 GMT").status == 200


def test_the_language_of_the_cookie_comes_before_the_browsers(sides: Sides) -> None:
    answer = sides.same("/", Cookie="django_language=de", Accept_Language="en")
    assert answer.header("content-language") == "de"


def test_a_visitor_keeps_the_csrf_secret_that_either_side_gave(sides: Sides) -> None:
    secret = "a" * 32
    for path in ("/", "/products/", "/api/products/", "/products/nothing/"):
        sides.same(path, Cookie=f"csrftoken={secret}")
    for url in (sides.shop, sides.catalog):
        assert requests.get(url, headers={"Cookie": f"csrftoken={secret}"}).cookies["csrftoken"] == secret


def test_a_session_changes_nothing_on_either_side(sides: Sides) -> None:
    for path in ("/", "/products/", "/categories/lamps/", "/products/nothing/", "/api/products/", "/api/products/7/"):
        sides.same(path, Cookie="sessionid=0123456789abcdefghijklmnopqrstuv")


@pytest.mark.parametrize("path", ["/api/products/", "/api/products/7/", "/api/categories/"])
def test_a_method_that_writes_is_refused_in_the_same_words(sides: Sides, path: str) -> None:
    assert sides.same(path, "POST").status == 405


def test_a_form_of_the_services_page_is_taken_by_the_shop(sides: Sides) -> None:
    session = requests.Session()
    token = TOKEN.search(session.get(sides.catalog + "/").content)
    assert token is not None
    data = {"csrfmiddlewaretoken": token[0].decode(), "language": "de", "next": "/"}
    answer = session.post(sides.shop + "/i18n/setlang/", data=data, allow_redirects=False)
    assert (answer.status_code, answer.cookies["django_language"]) == (302, "de")
    session.cookies.clear()
    assert session.post(sides.shop + "/i18n/setlang/", data=data, allow_redirects=False).status_code == 403


@pytest.mark.parametrize("accept", ["application/json", "text/html", "image/png", "application/xml;q=0.9, */*;q=0.1"])
def test_what_a_caller_accepts_changes_both_sides_alike(sides: Sides, accept: str) -> None:
    sides.same("/api/products/7/", Accept=accept)
    sides.same("/products/", Accept=accept)


def test_a_callers_request_id_comes_back(sides: Sides) -> None:
    for url in (sides.shop, sides.catalog):
        answer = requests.get(f"{url}/api/products/7/", headers={"X-Request-ID": "asked-by-a-test"})
        assert answer.headers["X-Request-ID"] == "asked-by-a-test"


def test_images_and_static_files_that_pages_refer_to_are_the_same(sides: Sides) -> None:
    pages = b"".join(sides.same(path).body for path in ("/", "/products/", "/products/?page=2"))
    addresses = sorted({match.decode() for match in re.findall(rb'(?:src|href)="(/(?:media|static)/[^"]+)"', pages)})
    assert {address.split("/")[1] for address in addresses} == {"media", "static"}
    for address in addresses:
        # Last-Modified of a static file is that of the file as it was checked out, on either side.
        shop, catalog = (sides.ask(url, "GET", address, {}) for url in (sides.shop, sides.catalog))
        assert (catalog.status, catalog.body) == (shop.status, shop.body), address
        assert catalog.header("content-type") == shop.header("content-type"), address


def test_the_planted_difference_is_in_the_price_of_a_products_json_and_nowhere_else(sides: Sides) -> None:
    with catalog_part(sides.folder, free_port(), planted=True) as part:
        planted = Sides(sides.shop, part.url, sides.folder)
        bodies = (sides.ask(url, "GET", "/api/products/7/", {}).body for url in (planted.shop, planted.catalog))
        plain, other = (json.loads(body) for body in bodies)
        for path in ("/products/", "/api/products/", "/api/products/7/related/", "/api/categories/", "/"):
            planted.same(path)
    assert isinstance(plain["price"], str)
    assert other["price"] == float(plain["price"])
    assert list(plain) == list(other)
    assert {**plain, "price": None} == {**other, "price": None}
