import uuid
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Address, User
from catalog.models import Product
from inventory.models import Stock
from notifications.models import Notification
from orders.models import Order
from payments.gateway.bank import Status
from payments.gateway.server import GatewayServer

pytestmark = pytest.mark.django_db


def form(address: Address, **changes: object) -> dict[str, object]:
    wish = {"checkout_key": uuid.uuid4(), "address": address.pk, "shipping_method": "express", "card": "tok_4242"}
    return {**wish, **changes}


@pytest.fixture
def full_cart(customer: Client, product: Product) -> Client:
    customer.post(f"/cart/add/{product.pk}/", {"quantity": 3})
    return customer


def quantity(product: Product) -> int:
    return Stock.objects.get(product=product).quantity


def test_a_checkout_takes_stock_and_writes_order_payment_and_parcel(
    full_cart: Client, address: Address, product: Product
) -> None:
    count = Order.objects.count()
    answer = full_cart.post("/checkout/", form(address))
    order = Order.objects.latest("pk")
    assert answer["Location"] == f"/orders/{order.number}/"
    assert Order.objects.count() == count + 1
    assert order.total == product.price * 3 + order.shipping_price
    assert order.shipping_price > Decimal(0)
    assert (order.payment.status, order.payment.amount) == ("authorised", order.total)
    assert (order.shipment.status, order.shipment.method) == ("waiting", "express")
    assert quantity(product) == 7
    assert full_cart.get("/api/cart/").json()["count"] == 0


def test_the_confirmation_is_sent_once_the_order_is_certain_and_only_once(
    full_cart: Client, address: Address, ada: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        full_cart.post("/checkout/", form(address))
        assert mail.outbox == []
    for callback in callbacks * 2:  # a broker may deliver a task twice
        callback()
    order = Order.objects.latest("pk")
    assert [message.subject for message in mail.outbox] == [f"Your order {order.number} at Hearth & Hand"]
    assert mail.outbox[0].to == ["ada@example.com"]
    assert order.shipment.tracking_code in mail.outbox[0].body
    assert Notification.objects.filter(user=ada, order=order).count() == 1


def test_a_confirmation_is_in_the_language_of_the_order(
    full_cart: Client, address: Address, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        full_cart.post("/checkout/", form(address), headers={"accept-language": "de"})
    assert mail.outbox[0].subject.startswith("Ihre Bestellung HH-")
    assert "Guten Tag Ada Lovelace," in mail.outbox[0].body


def test_the_same_form_sent_twice_is_one_order(full_cart: Client, address: Address, product: Product) -> None:
    wish = form(address)
    first = full_cart.post("/checkout/", wish)
    second = full_cart.post("/checkout/", wish)
    assert first["Location"] == second["Location"]
    assert quantity(product) == 7


def test_a_declined_card_orders_nothing_and_another_card_may_be_tried(
    full_cart: Client, address: Address, product: Product, gateway_at: GatewayServer
) -> None:
    count, wish = Order.objects.count(), form(address, card="tok_declined")
    answer = full_cart.post("/checkout/", wish)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Your bank declined the card." in page
    assert str(wish["checkout_key"]) not in page
    assert (Order.objects.count(), quantity(product)) == (count, 10)
    assert full_cart.post("/checkout/", form(address)).status_code == 302


def test_what_is_out_of_stock_is_said_before_any_money_moves(
    full_cart: Client, address: Address, product: Product, gateway_at: GatewayServer
) -> None:
    Stock.objects.filter(product=product).update(quantity=2)
    answer = full_cart.post("/checkout/", form(address))
    assert f"Of “{product.name}” only 2 are left." in answer.content.decode()
    assert gateway_at.bank.charges == []


def test_money_goes_back_when_the_last_pieces_go_to_another_meanwhile(
    full_cart: Client, address: Address, product: Product, gateway_at: GatewayServer, monkeypatch
) -> None:
    # The look before paying still saw enough: another customer is quicker between it and the transaction.
    monkeypatch.setattr("orders.services.stock_shortage", lambda wanted: {})
    Stock.objects.filter(product=product).update(quantity=2)
    count = Order.objects.count()
    assert full_cart.post("/checkout/", form(address)).status_code == 422
    assert (Order.objects.count(), quantity(product)) == (count, 2)
    assert [charge.status for charge in gateway_at.bank.charges] == [Status.VOIDED]


def test_a_gateway_that_fails_at_first_is_asked_again_with_the_same_key(
    full_cart: Client, address: Address, gateway_at: GatewayServer
) -> None:
    gateway_at.mode = "flaky"
    assert full_cart.post("/checkout/", form(address)).status_code == 302
    assert list(gateway_at.requests.values()) == [3]
    assert len(gateway_at.bank.charges) == 1


@pytest.mark.parametrize("mode", ["fail", "slow"])
def test_a_gateway_that_does_not_answer_in_time_orders_nothing(
    full_cart: Client, address: Address, product: Product, gateway_at: GatewayServer, mode: str
) -> None:
    gateway_at.mode = mode
    count = Order.objects.count()
    answer = full_cart.post("/checkout/", form(address))
    assert answer.status_code == 422
    assert "The payment service does not answer." in answer.content.decode()
    assert (Order.objects.count(), quantity(product)) == (count, 10)
    assert list(gateway_at.requests.values()) == [3], "once, and two tries more"


def test_no_gateway_at_all_orders_nothing(full_cart: Client, address: Address, settings) -> None:
    settings.PAYMENT_GATEWAY_URL = "http://127.0.0.1:9"  # nothing listens on the discard port
    settings.PAYMENT_GATEWAY_RETRIES = 0
    assert full_cart.post("/checkout/", form(address)).status_code == 422


def test_checking_out_asks_for_a_log_in(client: Client) -> None:
    assert client.get("/checkout/")["Location"] == "/accounts/login/?next=/checkout/"


def test_an_empty_cart_leads_back_to_the_cart(customer: Client) -> None:
    assert customer.get("/checkout/")["Location"] == "/cart/"


def test_nobody_has_things_sent_to_the_address_of_another(full_cart: Client) -> None:
    other = Address.objects.exclude(user__username="ada").first()
    assert full_cart.post("/checkout/", form(other)).status_code == 422


def test_the_api_buys_too_and_says_why_not(full_cart: Client, address: Address, product: Product) -> None:
    def buy(**wish: object) -> tuple[int, dict]:
        body = {"address_id": address.pk, "card": "tok_4242", **wish}
        answer = full_cart.post("/api/orders/", body, content_type="application/json")
        return answer.status_code, answer.json()

    assert buy(card="tok_declined")[0] == 402
    assert buy(card="tok_fail")[0] == 503
    assert buy(address_id=0)[0] == 400
    Stock.objects.filter(product=product).update(quantity=1)
    assert buy() == (409, {"detail": "Too few pieces are left.", "available": {str(product.pk): "1"}})
    Stock.objects.filter(product=product).update(quantity=3)
    status, order = buy()
    assert status == 201
    assert order["items"][0]["quantity"] == 3
    assert full_cart.get(f"/api/orders/{order['number']}/").json() == order
    assert buy() == (400, {"cart": ["The cart is empty."]})
