import pytest
from django.test import Client

from catalog.models import Product

pytestmark = pytest.mark.django_db


def test_a_guest_fills_changes_and_empties_the_cart_by_forms(client: Client, product: Product) -> None:
    assert client.post(f"/cart/add/{product.pk}/", {"quantity": 2})["Location"] == "/cart/"
    client.post(f"/cart/add/{product.pk}/")
    assert client.get("/api/cart/").json()["count"] == 3
    client.post(f"/cart/update/{product.pk}/", {"quantity": 5})
    page = client.get("/cart/").content.decode()
    assert product.name in page
    assert 'value="5"' in page
    client.post(f"/cart/remove/{product.pk}/")
    assert "There is nothing in it yet." in client.get("/cart/").content.decode()


def test_the_same_cart_is_changed_by_json(client: Client, product: Product) -> None:
    added = client.post("/api/cart/items/", {"product_id": product.pk, "quantity": 2}, content_type="application/json")
    assert added.status_code == 201
    assert added.json()["subtotal"] == str(product.price * 2)
    changed = client.patch(f"/api/cart/items/{product.pk}/", {"quantity": 1}, content_type="application/json")
    assert changed.json()["items"][0]["quantity"] == 1
    assert client.delete(f"/api/cart/items/{product.pk}/").json()["items"] == []
    assert client.delete("/api/cart/").status_code == 204


def test_no_more_than_twenty_pieces_of_a_product_fit(client: Client, product: Product) -> None:
    for _ in range(3):
        client.post(f"/cart/add/{product.pk}/", {"quantity": 9})
    assert client.get("/api/cart/").json()["count"] == 20
    too_many = client.post("/api/cart/items/", {"product_id": product.pk, "quantity": 21}, "application/json")
    assert too_many.status_code == 400


def test_a_product_that_is_sold_no_more_leaves_the_cart(client: Client, product: Product) -> None:
    client.post(f"/cart/add/{product.pk}/")
    Product.objects.filter(pk=product.pk).update(is_active=False)
    assert client.get("/api/cart/").json()["items"] == []


def test_the_cart_follows_a_guest_who_logs_in(client: Client, product: Product) -> None:
    client.post(f"/cart/add/{product.pk}/")
    assert client.post("/accounts/login/", {"username": "ada", "password": "ada-demo-password"}).status_code == 302
    session = client.get("/api/session/").json()
    assert session == {
        "user": {"name": "Ada Lovelace", "is_staff": False},
        "cart_count": 1,
        "unread_notifications": 0,
    }
