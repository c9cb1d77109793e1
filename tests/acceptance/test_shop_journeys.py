"""What people do in the shop works the same at the shop itself, through the proxy, and with the catalog in service."""

import csv
import io
import uuid

import pytest
import requests
from PIL import Image

from tests.acceptance.conftest import ShopAddresses
from tests.stack.visitor import PASSWORD, Visitor


@pytest.fixture(params=["direct", "proxied", "split"])
def url(shop: ShopAddresses, request: pytest.FixtureRequest) -> str:
    address: str = getattr(shop, request.param)
    return address


@pytest.fixture
def visitor(url: str) -> Visitor:
    return Visitor(url)


@pytest.fixture
def customer(visitor: Visitor) -> Visitor:
    visitor.register(f"customer-{uuid.uuid4().hex[:10]}")
    return visitor


@pytest.fixture
def staff(url: str) -> Visitor:
    visitor = Visitor(url)
    visitor.log_in("grace", "grace-demo-password")
    return visitor


@pytest.fixture
def admin(url: str) -> Visitor:
    visitor = Visitor(url)
    visitor.log_in("admin", "admin")
    return visitor


def picture() -> bytes:
    """A small PNG."""
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, "PNG")
    return data.getvalue()


def test_a_customer_logs_out_and_in_again(url: str) -> None:
    name = f"customer-{uuid.uuid4().hex[:10]}"
    visitor = Visitor(url)
    visitor.register(name)
    assert name in visitor.get("/accounts/profile/").text
    visitor.submit("/accounts/profile/", {}, action="/accounts/logout/")
    assert "/accounts/login/" in visitor.get("/accounts/profile/").url

    assert visitor.log_in(name, "wrong").url == f"{url}/accounts/login/"
    assert visitor.log_in(name, PASSWORD).url == f"{url}/accounts/profile/"


def test_a_form_without_its_token_is_refused(customer: Visitor) -> None:
    assert customer.post("/cart/add/1/", {"quantity": "1"}).status_code == 403


def test_a_form_from_another_origin_is_refused(customer: Visitor) -> None:
    token = customer.http.cookies["csrftoken"]
    fields = {"quantity": "1", "csrfmiddlewaretoken": token}

    assert customer.post("/cart/add/1/", fields, headers={"Origin": "http://evil.example"}).status_code == 403
    assert customer.post("/cart/add/1/", fields, headers={"Origin": customer.url}).status_code == 200


def test_a_customer_buys_what_is_in_the_cart(customer: Visitor) -> None:
    customer.add_to_cart(2)
    customer.add_to_cart(3)

    order = customer.buy()

    assert order.status_code == 200
    assert "/orders/" in order.url
    assert customer.get("/api/orders/").json()["count"] == 1
    assert customer.get("/api/cart/").json()["lines"] == []


def test_a_declined_card_leaves_the_cart_as_it_was(customer: Visitor) -> None:
    customer.add_to_cart(2)

    answer = customer.buy("tok_declined")

    assert answer.url.endswith("/checkout/")
    assert customer.get("/api/orders/").json()["count"] == 0
    assert len(customer.get("/api/cart/").json()["lines"]) == 1


def test_a_picture_is_uploaded_and_comes_back(customer: Visitor) -> None:
    answer = customer.submit("/accounts/avatar/", {}, files={"avatar": ("me.png", picture(), "image/png")})
    assert answer.status_code == 200

    avatar = customer.get("/api/profile/").json()["avatar"]
    path = requests.utils.urlparse(avatar).path
    assert customer.get(path).headers["Content-Type"].startswith("image/")


def test_what_is_no_picture_is_refused(customer: Visitor) -> None:
    answer = customer.submit("/accounts/avatar/", {}, files={"avatar": ("me.png", b"not a picture", "image/png")})

    assert "/accounts/avatar/" in answer.url
    assert customer.get("/api/profile/").json()["avatar"] in (None, "")


def test_the_admin_works(admin: Visitor) -> None:
    assert "Site administration" in admin.get("/admin/").text
    changed = admin.submit("/admin/catalog/tag/add/", {"name": "New", "slug": f"new-{uuid.uuid4().hex[:8]}"})
    assert changed.url.endswith("/admin/catalog/tag/")
    assert "was added successfully" in changed.text


def test_the_admin_is_closed_to_customers(customer: Visitor) -> None:
    assert "/admin/login/" in customer.get("/admin/").url


def test_reports_are_for_those_who_may(customer: Visitor, staff: Visitor) -> None:
    assert customer.get("/reports/").status_code == 403
    assert staff.get("/reports/").status_code == 200


def test_the_csv_export_streams_every_order(staff: Visitor) -> None:
    answer = staff.get("/reports/orders.csv", stream=True)
    rows = list(csv.reader(io.StringIO(answer.content.decode())))

    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "Content-Length" not in answer.headers
    assert len(rows) > 50


@pytest.mark.parametrize("path", ["/products", "/api/products", "/api/products/1", "/accounts/login", "/cart"])
def test_a_path_without_its_slash_is_redirected_to_the_same_host(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path, allow_redirects=False)

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{path}/"


def test_a_page_for_customers_redirects_to_the_login_and_back(visitor: Visitor) -> None:
    answer = visitor.get("/orders/", allow_redirects=False)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/orders/"


def test_the_language_stays_chosen(visitor: Visitor) -> None:
    assert '<html lang="en">' in visitor.get("/products/").text
    visitor.submit("/products/", {"language": "de"}, action="/i18n/setlang/")

    assert '<html lang="de">' in visitor.get("/products/").text
    assert '<html lang="de">' in visitor.get("/cart/").text


def test_the_language_follows_the_browser(visitor: Visitor) -> None:
    answer = visitor.get("/products/", headers={"Accept-Language": "de"})

    assert '<html lang="de">' in answer.text
    assert answer.headers["Content-Language"] == "de"


def test_pagination_links_lead_to_the_address_that_was_asked(visitor: Visitor) -> None:
    page = visitor.get("/api/products/").json()

    assert page["next"].startswith(f"{visitor.url}/api/products/?")
    assert visitor.http.get(page["next"], timeout=30).json()["previous"].startswith(visitor.url)


def test_an_unchanged_product_is_not_sent_again(visitor: Visitor) -> None:
    first = visitor.get("/api/products/1/")
    again = visitor.get("/api/products/1/", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_static_files_and_images_come_through(visitor: Visitor) -> None:
    page = visitor.get("/products/").text
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]

    assert visitor.get(style).headers["Content-Type"].startswith("text/css")
    image = page.split("<img", 1)[1].split('src="')[1].split('"')[0]
    assert visitor.get(requests.utils.urlparse(image).path).headers["Content-Type"].startswith("image/")


def test_an_unknown_page_is_the_shops_own_404(visitor: Visitor) -> None:
    answer = visitor.get("/no/such/page/")

    assert answer.status_code == 404
    assert "Hearth" in answer.text


def test_a_review_is_written_and_changes_the_rating(customer: Visitor) -> None:
    before = customer.get("/api/products/5/reviews/").json()["count"]
    slug = customer.get("/api/products/5/").json()["slug"]
    customer.submit(f"/products/{slug}/reviews/", {"rating": "4", "title": "Good", "text": "Does what it should."})

    assert customer.get("/api/products/5/reviews/").json()["count"] in (before, before + 1)
    assert "Does what it should." in customer.get(f"/products/{slug}/reviews/").text
