"""The pages."""

import re
from collections import Counter

import pytest
from django.test import Client

from catalog.models import Product

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/", {"en": "Best rated", "de": "Am besten bewertet"}),
        ("/products/", {"en": "29 products", "de": "29 Artikel"}),
        ("/products/desk-lamp-1/", {"en": "€10.50", "de": "10,50\N{NO-BREAK SPACE}€"}),
        ("/categories/", {"en": "Categories", "de": "Kategorien"}),
        ("/categories/lamps/", {"en": "29 products", "de": "29 Artikel"}),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_speaks_the_visitors_language(
    client: Client, products: list[Product], path: str, says: dict[str, str], language: str
) -> None:
    answer = client.get(path, headers={"accept-language": language})
    assert (answer.status_code, answer["Content-Language"]) == (200, language)
    assert says[language] in answer.content.decode()
    assert f'<html lang="{language}">' in answer.content.decode()


def test_pages_of_a_list_are_linked_and_keep_the_filters(client: Client, products: list[Product]) -> None:
    text = client.get("/products/?q=lamp&ordering=price").content.decode()
    assert '<a rel="next" href="?q=lamp&amp;ordering=price&amp;page=2"' in text
    assert "Desk Lamp 29" in client.get("/products/?q=lamp&ordering=price&page=2").content.decode()


def test_a_wrong_filter_is_shown_with_its_error_and_narrows_nothing(client: Client, products: list[Product]) -> None:
    text = client.get("/products/?min_price=cheap").content.decode()
    assert "29 products" in text
    assert "Enter a number." in text


def test_what_is_sold_out_cannot_be_put_into_the_cart(client: Client, products: list[Product]) -> None:
    assert "<button disabled>" in client.get("/products/desk-lamp-2/").content.decode()
    assert "<button disabled>" not in client.get("/products/desk-lamp-1/").content.decode()


def test_what_is_not_shown_is_missed_politely(client: Client, products: list[Product]) -> None:
    for path in ("/products/desk-lamp-30/", "/categories/none/", "/nothing/at/all/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "We could not find that." in answer.content.decode()


def test_a_path_without_its_slash_leads_to_the_page(client: Client, products: list[Product]) -> None:
    answer = client.get("/products?page=2")
    assert (answer.status_code, answer["Location"]) == (301, "/products/?page=2")


def test_all_that_the_shop_answers_is_linked_by_its_own_addresses(client: Client, products: list[Product]) -> None:
    text = client.get("/products/desk-lamp-1/").content.decode()
    theirs = re.findall(
        r'(?:href|action|data-fragment)="(/(?!products/desk-lamp-\d+/"|static|categories)[^"?]+)"', text
    )
    assert Counter(theirs) == Counter(
        {
            "/products/": 3,
            "/accounts/profile/": 1,
            "/cart/": 1,
            f"/cart/add/{products[0].pk}/": 1,
            "/products/desk-lamp-1/reviews/": 1,
            "/products/desk-lamp-1/reviews/fragment/": 1,
            "/shipping/track/": 1,
            "/i18n/setlang/": 1,
        }
    )


def test_a_form_carries_the_token_of_the_visitors_own_cookie(products: list[Product]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/products/desk-lamp-1/")
    secret = client.cookies["csrftoken"].value
    again = client.get("/products/desk-lamp-1/")
    assert client.cookies["csrftoken"].value == secret
    assert len(re.findall(r'name="csrfmiddlewaretoken" value="\w{64}"', again.content.decode())) == 2


def test_the_headers_that_protect_a_visitor_are_set(client: Client, products: list[Product]) -> None:
    answer = client.get("/")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Vary"] == "Cookie, Accept-Language"


def test_a_callers_request_id_is_taken_over_and_a_harmful_one_is_not(client: Client, products: list[Product]) -> None:
    assert client.get("/", headers={"x-request-id": "abc-1"})["X-Request-ID"] == "abc-1"
    assert client.get("/", headers={"x-request-id": "a b"})["X-Request-ID"] != "a b"


def test_style_is_served_for_a_service_that_runs_alone(client: Client) -> None:
    answer = client.get("/static/shop/shop.css")
    assert (answer.status_code, answer["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    answer.close()
