import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.test import Client

from accounts.models import User
from catalog.models import Product
from inventory.models import Stock, StockMovement
from inventory.services import OutOfStock, stock_change
from notifications.models import Notification
from notifications.tasks import send_low_stock_digest

pytestmark = pytest.mark.django_db
CORRECTED = StockMovement.Reason.CORRECTED


def test_no_change_takes_a_stock_below_zero_and_a_refused_one_leaves_no_trace(product: Product) -> None:
    count = StockMovement.objects.count()
    with pytest.raises(OutOfStock) as error:
        stock_change(product_id=product.pk, change=-11, reason=CORRECTED)
    assert error.value.available == {product.pk: 10}
    assert StockMovement.objects.count() == count
    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.filter(product=product).update(quantity=-1)


def test_the_movements_of_the_seed_add_up_to_the_stocks(db: None) -> None:
    for stock in Stock.objects.annotate(sum=Sum("movements__change", default=0)):
        assert stock.sum == stock.quantity


def test_staff_are_alerted_once_when_a_stock_falls_below_its_level(
    product: Product, grace: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        stock_change(product_id=product.pk, change=-6, reason=CORRECTED)
        stock_change(product_id=product.pk, change=-1, reason=CORRECTED)
    assert Notification.objects.filter(user=grace, kind="stock_low", product=product).count() == 1


def test_the_last_piece_makes_the_catalog_show_sold_out(client: Client, product: Product) -> None:
    etag = client.get(f"/api/products/{product.pk}/")["ETag"]
    stock_change(product_id=product.pk, change=-10, reason=CORRECTED)
    assert "Sold out" in client.get(product.get_absolute_url()).content.decode()
    answer = client.get(f"/api/products/{product.pk}/", headers={"if-none-match": etag})
    assert answer.json()["is_available"] is False
    stock_change(product_id=product.pk, change=1, reason=CORRECTED)
    assert client.get(f"/api/products/{product.pk}/").json()["is_available"] is True


def test_customers_learn_of_few_pieces_only(client: Client, product: Product) -> None:
    url = f"/api/stock/{product.pk}/"
    assert client.get(url).json() == {"product_id": product.pk, "is_available": True, "pieces_left": None}
    stock_change(product_id=product.pk, change=-7, reason=CORRECTED)
    assert client.get(url).json()["pieces_left"] == 3


def test_stock_lists_and_changes_are_for_staff(
    client: Client, customer: Client, staff: Client, product: Product
) -> None:
    for url in ("/api/stock/", f"/api/stock/{product.pk}/movements/"):
        assert [who.get(url).status_code for who in (client, customer, staff)] == [403, 403, 200]
    body = {"change": 5, "reason": "received"}
    url = f"/api/stock/{product.pk}/movements/"
    assert customer.post(url, body, content_type="application/json").status_code == 403
    assert staff.post(url, body, content_type="application/json").json()["quantity_after"] == 15
    refused = staff.post(url, {"change": -50, "reason": "corrected"}, content_type="application/json")
    assert refused.json() == {"change": ["Only 15 pieces are there."]}
    assert customer.get("/inventory/low/").status_code == 403
    assert staff.post(f"/inventory/{product.pk}/change/", {"change": -12, "reason": "corrected"}).status_code == 302
    assert product.name in staff.get("/inventory/low/").content.decode()


def test_the_morning_digest_lists_what_is_running_out(product: Product) -> None:
    stock_change(product_id=product.pk, change=-8, reason=CORRECTED)
    count = send_low_stock_digest()
    assert count == Stock.objects.filter(quantity__lt=5).count()
    assert product.sku in mail.outbox[0].body
    assert mail.outbox[0].to == ["admin@example.com", "grace@example.com"]
