import itertools

import pytest
from django.test import Client

from accounts.models import Address, User
from cart.selectors import Cart, CartLine
from catalog.models import Product
from inventory.models import Stock
from orders.models import Order
from orders.services import order_cancel, order_place
from orders.status import TRANSITIONS, NotPossible, order_status_set
from payments.gateway.bank import Status
from payments.gateway.server import GatewayServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(ada: User, address: Address, product: Product) -> Order:
    import uuid

    cart = Cart(lines=(CartLine(product=product, quantity=4),))
    return order_place(
        user=ada,
        cart=cart,
        address=address,
        shipping_method="standard",
        card="tok_4242",
        checkout_key=uuid.uuid4(),
        language="en",
    )


@pytest.mark.parametrize(("before", "after"), list(itertools.product(Order.Status, Order.Status)))
def test_an_order_moves_as_the_table_says_and_a_refused_move_changes_nothing(
    order: Order, before: Order.Status, after: Order.Status
) -> None:
    Order.objects.filter(pk=order.pk).update(status=before)
    if after in TRANSITIONS[before]:
        order_status_set(order=order, status=after)
        assert Order.objects.get(pk=order.pk).status == after
    else:
        with pytest.raises(NotPossible, match=f"is {before} and cannot become {after}"):
            order_status_set(order=order, status=after)
        assert Order.objects.get(pk=order.pk).status == before


def test_cancelling_puts_the_stock_back_and_returns_the_money(
    customer: Client, gateway_at: GatewayServer, order: Order, product: Product, django_capture_on_commit_callbacks
) -> None:
    assert Stock.objects.get(product=product).quantity == 6
    with django_capture_on_commit_callbacks(execute=True):
        customer.post(f"/orders/{order.number}/cancel/")
    order = Order.objects.get(pk=order.pk)
    assert (order.status, order.shipment.status, order.payment.status) == ("cancelled", "cancelled", "voided")
    assert Stock.objects.get(product=product).quantity == 10
    assert [charge.status for charge in gateway_at.bank.charges] == [Status.VOIDED]


def test_dispatching_takes_the_money_and_an_order_under_way_cannot_be_cancelled(
    customer: Client, staff: Client, gateway_at: GatewayServer, order: Order, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(f"/shipping/orders/{order.number}/dispatch/")
    order = Order.objects.get(pk=order.pk)
    assert (order.status, order.shipment.status, order.payment.status) == ("shipped", "dispatched", "captured")
    page = customer.post(f"/orders/{order.number}/cancel/", follow=True).content.decode()
    assert "The order is shipped and cannot be cancelled any more." in page
    with pytest.raises(NotPossible):
        order_cancel(order=order)
    staff.post(f"/shipping/orders/{order.number}/dispatch/")
    assert Order.objects.get(pk=order.pk).status == "delivered"
    assert [charge.status for charge in gateway_at.bank.charges] == [Status.CAPTURED]


@pytest.mark.parametrize("page", ["", "invoice/"])
def test_an_order_is_shown_to_its_customer_and_to_staff_alone(
    customer: Client, staff: Client, client: Client, order: Order, page: str
) -> None:
    url = f"/orders/{order.number}/{page}"
    assert [who.get(url).status_code for who in (customer, staff, client)] == [200, 200, 302]
    client.force_login(User.objects.get(username="customer1"))
    assert client.get(url).status_code == 404
    assert client.post(f"/orders/{order.number}/cancel/").status_code == 404
    assert client.get(f"/api/orders/{order.number}/").status_code == 404
    assert client.get(f"/api/payments/{order.payment.reference}/").status_code == 404
    assert customer.get(f"/api/payments/{order.payment.reference}/").json()["order"] == order.number


def test_dispatching_is_for_staff_alone(customer: Client, order: Order) -> None:
    assert customer.post(f"/shipping/orders/{order.number}/dispatch/").status_code == 403


def test_whoever_has_the_code_sees_where_the_parcel_is(client: Client, order: Order) -> None:
    code = order.shipment.tracking_code
    assert client.get("/shipping/track/", {"code": code.lower()})["Location"] == f"/shipping/track/{code}/"
    assert code in client.get(f"/shipping/track/{code}/").content.decode()
    assert client.get(f"/api/shipments/{code}/").json()["events"][0]["status"] == "waiting"
    assert client.get("/shipping/track/T000000000000/").status_code == 404


def test_a_number_that_no_order_can_have_is_no_address_at_all(customer: Client) -> None:
    assert customer.get("/orders/HH-0000000O/").status_code == 404
