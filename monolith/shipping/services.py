"""What moves a parcel."""

import secrets

from django.db import transaction

from orders.models import Order
from orders.status import order_status_set
from payments.services import payment_capture_later
from shipping.models import Shipment, ShipmentEvent

HOUSE = "Hearth & Hand, Kassel"


def shipment_create(*, order: Order, method: str) -> Shipment:
    """Opens the parcel of an order, within the caller's transaction."""
    shipment = Shipment.objects.create(order=order, method=method, tracking_code=f"T{secrets.token_hex(6).upper()}")
    ShipmentEvent.objects.create(shipment=shipment, status=Shipment.Status.WAITING, place=HOUSE)
    return shipment


@transaction.atomic
def shipment_dispatch(*, order: Order) -> Shipment:
    """The parcel leaves the house: the order counts as shipped, and its payment is taken once that is certain.

    Raises: orders.status.NotPossible when the order's status does not allow it.
    """
    order_status_set(order=order, status=Order.Status.SHIPPED)
    payment_capture_later(order=order)
    return _move(order=order, status=Shipment.Status.DISPATCHED, place=HOUSE)


@transaction.atomic
def shipment_deliver(*, order: Order) -> Shipment:
    """The parcel has arrived.

    Raises: orders.status.NotPossible when the order's status does not allow it.
    """
    order_status_set(order=order, status=Order.Status.DELIVERED)
    return _move(order=order, status=Shipment.Status.DELIVERED, place=order.city)


def shipment_cancel(*, order: Order) -> Shipment:
    """Nothing will be sent, within the caller's transaction."""
    return _move(order=order, status=Shipment.Status.CANCELLED, place=HOUSE)


def _move(*, order: Order, status: Shipment.Status, place: str) -> Shipment:
    shipment = Shipment.objects.select_for_update().get(order=order)
    shipment.status = status
    shipment.save(update_fields=["status"])
    ShipmentEvent.objects.create(shipment=shipment, status=status, place=place)
    return shipment
