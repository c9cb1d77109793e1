"""A shop of django-oscar answers the same through the proxy as without it, from the first page to the paid order.

Two shops are started from one seed. Each journey is made twice, step by step: directly at the one, and through the
proxy at the other, whose `strangler.toml` is what `init` wrote. What is left out of the comparison is listed below, and
is no more than what differs between any two requests, and what the proxy must add.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import pytest
import requests

from strangler_proxy.discover.project import find_project
from strangler_proxy.discover.run_probe import probe
from strangler_proxy.discover.write_config import config_text
from tests.projects.oscar_site import CUSTOMER, PROJECT, PYTHON, STAFF, oscar_part
from tests.stack.processes import free_port
from tests.stack.proxy import proxy_part

HOST = "localhost"
"""Sent to both, as absolute links are made from it."""

ADDED = frozenset({"x-strangler", "x-request-id"})
"""Headers of the answer that the proxy adds."""

OF_ONE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding"})
"""Headers that say how one hop is framed. Source: RFC 9110 section 7.6.1, RFC 9112 section 6.1."""

RANDOM_COOKIES = re.compile(r"^(csrftoken|sessionid)=\w{32}(?=;)")
SIGNED_COOKIE = re.compile(r"^(messages=[^:;]*):[^:;]+:[^:;]+")
"""Its payload is compared; the time and the signature over it are not."""
EXPIRES = re.compile(r"expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT")

CSRF_TOKEN = re.compile(
    rb'(name="csrfmiddlewaretoken" value=|csrf_token = |csrfToken: |"X-CSRFToken": )["\']\w{64}["\']'
)

CREATED = re.compile(rb'<meta name="created" content="[\w ]+ \d\d:\d\d" />')
"""The minute in which a page was made; Oscar writes it into each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One request of a journey, and the status that the shop is known to answer it with."""

    path: str
    status: int = 200
    method: str = "GET"
    form: Mapping[str, str] | None = None
    """Posted with a CSRF token."""
    file: tuple[str, str, bytes] | None = None
    """Field, file name and content of an upload."""
    headers: Mapping[str, str] = field(default_factory=dict)


def get(path: str, status: int = 200, method: str = "GET", **headers: str) -> Step:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Step(path=path, status=status, method=method, headers=named)


def post(path: str, status: int = 302, file: tuple[str, str, bytes] | None = None, **form: str) -> Step:
    return Step(path=path, status=status, method="POST", form=form, file=file)


ADDRESS = {
    "first_name": "Ada", "last_name": "Lovelace", "line1": "12 St James's Square", "line4": "London",
    "postcode": "SW1Y 4JH", "country": "GB", "state": "", "phone_number": "", "notes": "",
}  # fmt: skip

VISITOR = [
    get("/", 302),
    get("/catalogue/"),
    get("/catalogue/?page=99", 302),
    get("/catalogue", 301),
    get("/catalogue/category/books_1/"),
    get("/catalogue/category/books/fiction_2/"),
    get("/catalogue/category/books/fiction_2/?sort_by=price-desc"),
    get("/catalogue/fiction-no-1_1/"),
    get("/catalogue/fiction-no-1_1/", method="HEAD"),
    get("/catalogue/fiction-no-1_1/", 403, method="DELETE"),
    get("/catalogue/wrong-slug_1/", 301),
    get("/catalogue/fiction-no-9_9/"),
    get("/catalogue/nothing_999/", 404),
    get("/catalogue/fiction-no-1_1/reviews/"),
    get("/catalogue/fiction-no-1_1/reviews/1/"),
    get("/catalogue/fiction-no-1_1/reviews/add/"),
    get("/catalogue/ranges/picks/"),
    get("/search/?q=fiction"),
    get("/search/?q=no&page=2"),
    get("/search/?q=%C3%A9%20%26%20%3Cb%3E"),
    get("/offers/"),
    get("/offers/ten-percent/"),
    get("/about/"),
    get("/no-such-page/", 404),
    get("/static/oscar/css/styles.css"),
    get("/static/oscar/css/styles.css", 304, If_Modified_Since="Wed, 01 Jan 2098 00:00:00 GMT"),
    get("/static/oscar/css/styles.css", 206, Range="bytes=10-99"),
    get("/static/oscar/nothing.css", 404),
    get("/media/image_not_found.jpg", 404),
    get("/basket/"),
    get("/basket/add/1/", 405),
    post("/basket/add/1/", quantity="2"),
    get("/basket/"),
    post("/basket/add/9/", quantity="1"),
    post("/basket/vouchers/add/", code="NOTHING"),
    get("/i18n/setlang/", 302),
    post("/i18n/setlang/", language="de", next="/catalogue/"),
    get("/catalogue/"),
    get("/accounts/login/"),
    post("/accounts/login/", 200, **{"login-username": CUSTOMER[0], "login-password": "wrong", "login_submit": "1"}),
    get("/accounts/profile/", 302),
    get("/dashboard/", 302),
    get("/password-reset/"),
    post("/password-reset/", email=CUSTOMER[0]),
    get("/password-reset/done/"),
    get("/password-reset/confirm/Mg/set-password/"),
    get("/checkout/"),
]

SHOPPER = [
    get("/accounts/login/"),
    post(
        "/accounts/login/",
        **{"login-username": CUSTOMER[0], "login-password": CUSTOMER[1], "login_submit": "1", "login-redirect_url": ""},
    ),
    get("/accounts/profile/"),
    get("/accounts/profile/edit/"),
    get("/accounts/orders/"),
    get("/accounts/orders/100001/"),
    get("/accounts/addresses/"),
    get("/accounts/addresses/add/"),
    get("/accounts/addresses/1/"),
    get("/accounts/change-password/"),
    get("/accounts/emails/"),
    get("/accounts/notifications/inbox/"),
    get("/accounts/wishlists/"),
    post("/basket/add/2/", quantity="3"),
    get("/basket/"),
    post("/basket/add/3/", quantity="1"),
    post(
        "/basket/",
        **{"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-id": "2", "form-0-quantity": "5",
           "form-1-id": "3", "form-1-quantity": "0"},
    ),
    get("/basket/"),
    get("/checkout/", 302),
    get("/checkout/shipping-address/"),
    post("/checkout/shipping-address/", 200, **{**ADDRESS, "line1": ""}),
    post("/checkout/shipping-address/", **ADDRESS),
    get("/checkout/shipping-method/", 302),
    get("/checkout/payment-method/", 302),
    get("/checkout/payment-details/"),
    get("/checkout/preview/"),
    post("/checkout/preview/", action="place_order"),
    get("/checkout/thank-you/"),
    get("/accounts/logout/", 302),
    get("/accounts/orders/", 302),
]  # fmt: skip

STAFF_MEMBER = [
    get("/dashboard/login/"),
    post("/dashboard/login/", username=STAFF[0], password=STAFF[1], next="/dashboard/"),
    get("/dashboard/"),
    get("/dashboard/catalogue/"),
    get("/dashboard/catalogue/products/1/"),
    get("/dashboard/orders/"),
    get("/dashboard/orders/100001/"),
    get("/dashboard/orders/?response_format=csv&order_number=100001"),
    post("/dashboard/orders/", action="change_order_statuses", selected_order="1", new_status="Being processed"),
    get("/dashboard/users/"),
    get("/dashboard/offers/"),
    get("/dashboard/ranges/"),
    post(
        "/dashboard/ranges/2/products/", action="add_products", upload_type="included",
        file=("file_upload", "products.txt", b"UPC00010\nUPC00011\n" * 2000),
    ),
    get("/dashboard/ranges/2/products/"),
    get("/dashboard/reports/"),
    get("/dashboard/nowhere/", 404),
    get("/admin/"),
    get("/admin/catalogue/product/?q=fiction"),
    get("/admin/catalogue/product/1/change/"),
    get("/admin/catalogue/product/999/change/", 302),
    get("/admin/jsi18n/"),
    get("/admin/catalogue", 301),
    post("/admin/logout/", 200),
]  # fmt: skip

JOURNEYS = {"visitor": VISITOR, "shopper": SHOPPER, "staff": STAFF_MEMBER}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sites:
    """Base URLs of a shop, of another just like it, and of the proxy before the second."""

    direct: str
    behind: str
    proxied: str


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    folder = tmp_path_factory.mktemp("oscar")
    with oscar_part(folder / "direct") as direct, oscar_part(folder / "behind") as behind:
        port = free_port()
        config = folder / "strangler.toml"
        text = config_text(
            probe(find_project(PROJECT, python=str(PYTHON), environ={})),
            listen=f"127.0.0.1:{port}",
            monolith_url=behind.url,
        )
        config.write_text(text.replace("[proxy]\n", '[proxy]\nworkers = 1\nmetrics_listen = "off"\n', 1))
        with proxy_part(config, listen_port=port, ready_path="/catalogue/") as proxy:
            yield Sites(direct=direct.url, behind=behind.url, proxied=proxy.url)


@pytest.mark.parametrize("steps", JOURNEYS.values(), ids=JOURNEYS.keys())
def test_every_step_of_a_journey_is_answered_the_same(steps: list[Step], sites: Sites) -> None:
    direct, proxied = Client(sites.direct), Client(sites.proxied)
    for step in steps:
        theirs, ours = direct.take(step), proxied.take(step)
        assert theirs.status_code == step.status, step
        assert seen(ours) == seen(theirs), step
        assert ours.headers["X-Strangler"].startswith("backend=monolith;")
        assert not ADDED & {name.lower() for name in theirs.headers}


def test_every_picture_of_a_page_is_the_same(sites: Sites) -> None:
    # One shop for both: each makes its thumbnails, and their Last-Modified, when a page first asks for them.
    direct, proxied = Client(sites.behind), Client(sites.proxied)
    pictures = re.findall(r'src="(/media/[^"]+)"', direct.take(get("/offers/ten-percent/")).text)
    assert len(pictures) > 10
    for picture in pictures:
        assert seen(proxied.take(get(picture))) == seen(direct.take(get(picture))), picture


def test_the_journeys_see_more_than_forty_kinds_of_page() -> None:
    kinds = {(step.method, step.path.partition("?")[0], step.status) for steps in JOURNEYS.values() for step in steps}
    assert len(kinds) > 80


class Client:
    """A browser: it keeps cookies, follows no redirect, and posts forms with the token it was given."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Host"] = HOST

    def take(self, step: Step) -> requests.Response:
        form = None
        if step.form is not None:
            form = {**step.form, "csrfmiddlewaretoken": self.session.cookies.get("csrftoken", "")}
        files = None if step.file is None else {step.file[0]: step.file[1:]}
        return self.session.request(
            step.method, self.url + step.path, data=form, files=files, headers=step.headers, allow_redirects=False,
            timeout=30,
        )  # fmt: skip


def seen(response: requests.Response) -> dict[str, Any]:
    """What a user's browser gets to see, without what differs between any two answers."""
    body, tokens = CSRF_TOKEN.subn(rb"\1*", CREATED.sub(b"", response.content))
    # Headers of one name keep their order; between names it says nothing. Source: RFC 9110 section 5.3.
    headers = [
        (name.lower(), comparable(name.lower(), value, is_made_anew=bool(tokens)))
        for name, value in response.raw.headers.items()
        if name.lower() not in ADDED | OF_ONE_CONNECTION
    ]
    return {
        "status": response.status_code,
        "reason": response.reason,
        "headers": sorted(headers, key=itemgetter(0)),
        "body": body,
    }


def comparable(name: str, value: str, *, is_made_anew: bool) -> str:
    """The value of a header without its share of chance and time."""
    # `Expires` is the time of the answer in all pages that are not to be kept; an ETag is a hash over all of the page.
    if name in ("date", "expires") or (name == "etag" and is_made_anew):
        return "*"
    if name == "set-cookie":
        return EXPIRES.sub("expires=*", SIGNED_COOKIE.sub(r"\1", RANDOM_COOKIES.sub(r"\1=*", value)))
    return value
