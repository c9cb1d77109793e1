import pytest
from django.test import Client

from catalog.models import Category, Product

pytestmark = pytest.mark.django_db


def test_a_list_page_shows_products_and_leaves_out_those_that_are_not_shown(client: Client, product: Product) -> None:
    product.is_active = False
    product.save()
    page = client.get("/products/").content.decode()
    assert product.name not in page
    assert Product.objects.filter(is_active=True).first().name in page


def test_search_finds_all_words_in_any_order(client: Client, product: Product) -> None:
    words = " ".join(reversed(product.name.split()))
    answer = client.get("/api/products/", {"q": words}).json()
    assert product.pk in [item["id"] for item in answer["results"]]
    assert client.get("/api/products/", {"q": words + " nowhere"}).json()["count"] == 0


def test_a_room_holds_the_products_of_its_shelves(client: Client) -> None:
    room = Category.objects.get(slug="kitchen")
    count = Product.objects.filter(category__parent=room, is_active=True).count()
    assert client.get("/api/products/?category=kitchen").json()["count"] == count > 0


def test_filters_narrow_by_price_and_order_by_price(client: Client) -> None:
    results = client.get("/api/products/?min_price=50&max_price=150&ordering=-price").json()["results"]
    prices = [float(item["price"]) for item in results]
    assert prices == sorted(prices, reverse=True)
    assert all(50 <= price <= 150 for price in prices)
    assert len(prices) > 1


@pytest.mark.parametrize("query", ["min_price=abc", "ordering=colour", "min_price=9&max_price=3", "category=a b"])
def test_a_filter_that_makes_no_sense_is_an_error_of_the_api(client: Client, query: str) -> None:
    assert client.get(f"/api/products/?{query}").status_code == 400


def test_a_filter_that_makes_no_sense_is_explained_on_the_page(client: Client) -> None:
    page = client.get("/products/?min_price=9&max_price=3").content.decode()
    assert "The upper price is below the lower one." in page


def test_pages_are_linked_by_absolute_addresses_that_keep_the_filters(client: Client) -> None:
    first = client.get("/api/products/?page_size=5&ordering=name", headers={"host": "localhost"}).json()
    assert first["previous"] is None
    assert first["next"] == "http://localhost/api/products/?ordering=name&page=2&page_size=5"
    second = client.get(first["next"], headers={"host": "localhost"}).json()
    assert second["previous"] == "http://localhost/api/products/?ordering=name&page_size=5"
    assert not {item["id"] for item in first["results"]} & {item["id"] for item in second["results"]}


def test_a_page_beyond_the_last_is_not_found_by_the_api_and_the_last_one_in_html(client: Client) -> None:
    assert client.get("/api/products/?page=99").status_code == 404
    assert client.get("/products/?page=99").status_code == 200


def test_a_product_that_the_caller_has_already_is_not_sent_again(client: Client, product: Product) -> None:
    url = f"/api/products/{product.pk}/"
    first = client.get(url)
    assert first["ETag"].startswith('"product-')
    for condition in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        again = client.get(url, headers=condition)
        assert (again.status_code, again.content) == (304, b"")


def test_a_product_that_has_changed_is_sent_again(client: Client, product: Product) -> None:
    url = f"/api/products/{product.pk}/"
    etag = client.get(url)["ETag"]
    product.name = "Something else"
    product.save()
    again = client.get(url, headers={"if-none-match": etag})
    assert again.status_code == 200
    assert again.json()["name"] == "Something else"
    assert again["ETag"] != etag


def test_a_product_in_json_has_its_price_as_text_and_absolute_image_addresses(client: Client) -> None:
    product = Product.objects.exclude(images=None).first()
    answer = client.get(f"/api/products/{product.pk}/", headers={"host": "localhost"}).json()
    assert answer["price"] == str(product.price)
    assert answer["images"][0]["url"].startswith("http://localhost/media/products/")
    picture = client.get(answer["images"][0]["url"])
    assert picture["Content-Type"] == "image/jpeg"
    assert picture.getvalue()


def test_related_products_are_others_of_the_same_category(client: Client, product: Product) -> None:
    related = client.get(f"/api/products/{product.pk}/related/").json()
    assert related
    assert product.pk not in [item["id"] for item in related]
    assert {item["category"]["id"] for item in related} == {product.category_id}


@pytest.mark.parametrize("path", ["/products/nothing/", "/categories/nothing/", "/api/products/999999/"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/products", "/api/products", "/categories/lamps", "/accounts/login"])
def test_a_missing_slash_is_added_by_a_redirect_that_keeps_the_query(client: Client, path: str) -> None:
    answer = client.get(f"{path}?page=1")
    assert (answer.status_code, answer["Location"]) == (301, f"{path}/?page=1")


def test_reading_pages_refuse_other_methods(client: Client) -> None:
    assert client.post("/products/").status_code == 405
    assert client.delete("/api/products/1/").status_code == 405
