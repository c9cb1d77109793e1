"""The JSON API."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from catalog.models import Product

pytestmark = pytest.mark.django_db


def test_a_list_gives_twenty_products_and_absolute_links(client: Client, products: list[Product]) -> None:
    page = client.get("/api/products/", headers={"host": "localhost"}).json()
    assert (page["count"], len(page["results"]), page["previous"]) == (29, 20, None)
    assert page["next"] == "http://localhost/api/products/?page=2"
    assert [result["name"] for result in page["results"][:2]] == ["Desk Lamp 29", "Desk Lamp 28"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("ordering=price&page_size=2", ["Desk Lamp 1", "Desk Lamp 2"]),
        ("min_price=270&max_price=285&ordering=price", ["Desk Lamp 27", "Desk Lamp 28"]),
        ("q=L-007", ["Desk Lamp 7"]),
        ("q=desk+29", ["Desk Lamp 29"]),
        ("category=living&q=l-003", ["Desk Lamp 3"]),
        ("tag=gift&ordering=price&page_size=2", ["Desk Lamp 3", "Desk Lamp 7"]),
        ("available=1&ordering=price&page_size=2", ["Desk Lamp 1", "Desk Lamp 3"]),
        ("q=nothing", []),
    ],
)
def test_filters_narrow_a_list(client: Client, products: list[Product], query: str, names: list[str]) -> None:
    assert [result["name"] for result in client.get(f"/api/products/?{query}").json()["results"]] == names


def test_a_filter_that_cannot_be_is_refused_by_name(client: Client, products: list[Product]) -> None:
    answer = client.get("/api/products/?min_price=5&max_price=4")
    assert (answer.status_code, list(answer.json())) == (400, ["max_price"])


def test_a_product_is_told_with_money_as_text_and_its_keys_in_order(client: Client, products: list[Product]) -> None:
    answer = client.get(f"/api/products/{products[0].pk}/", headers={"host": "localhost"})
    told = answer.json()
    assert list(told)[:8] == ["id", "sku", "slug", "name", "url", "category", "price", "currency"]
    assert (told["price"], told["rating_average"], told["tags"]) == ("10.50", "4.25", ["oak"])
    assert told["images"][0]["url"] == "http://localhost/media/products/lamp.jpg"
    assert told["updated_at"] == "2025-03-01T13:00:00.000001Z"


def test_a_product_in_hand_is_not_sent_again(client: Client, products: list[Product]) -> None:
    path = f"/api/products/{products[0].pk}/"
    fresh = client.get(path)
    assert client.get(path, headers={"if-none-match": fresh["ETag"]}).status_code == 304
    Product.objects.filter(pk=products[0].pk).update(updated_at=products[1].updated_at)
    assert client.get(path, headers={"if-none-match": fresh["ETag"]}).status_code == 200


def test_related_products_begin_with_those_that_share_most_tags(client: Client, products: list[Product]) -> None:
    related = client.get(f"/api/products/{products[2].pk}/related/").json()
    assert [product["name"] for product in related] == ["Desk Lamp 7", "Desk Lamp 11", "Desk Lamp 15", "Desk Lamp 19"]


def test_categories_come_as_rooms_with_their_shelves(client: Client, products: list[Product]) -> None:
    rooms = client.get("/api/categories/").json()
    assert [(room["slug"], [child["slug"] for child in room["children"]]) for room in rooms] == [("living", ["lamps"])]
    assert client.get("/api/categories/lamps/").json()["name"] == "Lamps"


def test_what_is_not_shown_is_not_found_in_the_callers_language(client: Client, products: list[Product]) -> None:
    for path in (f"/api/products/{products[29].pk}/", "/api/categories/none/", "/api/products/0/related/"):
        answer = client.get(path, headers={"accept-language": "de"})
        assert (answer.status_code, answer.json()) == (404, {"detail": "Nicht gefunden."})


def test_answers_vary_by_language_alone(client: Client, products: list[Product]) -> None:
    for path in ("/api/products/", "/api/categories/none/"):
        assert client.get(path)["Vary"] == "Accept-Language"


def test_nothing_can_be_written(client: Client, products: list[Product]) -> None:
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(f"/api/products/{products[0].pk}/").status_code == 405


def test_a_list_costs_the_same_queries_however_many_products_it_has(
    client: Client, products: list[Product], django_assert_num_queries: Any
) -> None:
    for size in (2, 20):
        with django_assert_num_queries(4):
            client.get(f"/api/products/?page_size={size}")


def test_the_planted_difference_is_off_unless_asked_for_and_changes_the_price_of_one_product_alone(
    client: Client, products: list[Product], settings: LazySettings
) -> None:
    detail, related = f"/api/products/{products[0].pk}/", f"/api/products/{products[0].pk}/related/"
    plain, plain_list, plain_related = (client.get(path).json() for path in (detail, "/api/products/", related))
    settings.CATALOG_PLANTED_DIFFERENCE = True
    assert client.get(detail).json() == {**plain, "price": 10.5}
    assert client.get("/api/products/").json() == plain_list
    assert client.get(related).json() == plain_related


def test_an_answer_says_the_release_where_the_settings_name_one(
    client: Client, products: list[Product], settings: LazySettings
) -> None:
    path = f"/api/products/{products[0].pk}/"
    assert "X-Service-Version" not in client.get(path).headers
    settings.SERVICE_VERSION = "1.4"
    assert client.get(path).headers["X-Service-Version"] == "1.4"
