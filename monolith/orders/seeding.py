"""The past orders of `manage.py seed`, with their payments and parcels. They took their stock long ago."""

import uuid
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import Address
from catalog.models import Product
from orders.models import NUMBER_ALPHABET, Order, OrderItem
from payments.models import Payment
from shipping.models import Shipment, ShipmentEvent
from shipping.rates import rate_for
from shipping.services import HOUSE
from shop.seeding import BATCH, EPOCH, seeded_random

FIRST_ORDER = EPOCH + timedelta(days=60)
DAYS = 90
RECENT_DAYS, EVERY_RECENT = 6, 6
"""Each sixth order is of the last six days, so that even a small shop has some to send."""
ON_ITS_WAY = timedelta(days=4)

PAYMENT_OF = {
    Order.Status.PLACED: Payment.Status.AUTHORISED,
    Order.Status.SHIPPED: Payment.Status.CAPTURED,
    Order.Status.DELIVERED: Payment.Status.CAPTURED,
    Order.Status.CANCELLED: Payment.Status.VOIDED,
}
PARCEL_OF = {
    Order.Status.PLACED: Shipment.Status.WAITING,
    Order.Status.SHIPPED: Shipment.Status.DISPATCHED,
    Order.Status.DELIVERED: Shipment.Status.DELIVERED,
    Order.Status.CANCELLED: Shipment.Status.CANCELLED,
}


def _number(index: int) -> str:
    return "HH-" + "".join(seeded_random("order-number", index).choices(NUMBER_ALPHABET, k=8))


@transaction.atomic
def orders_seed(*, count: int) -> int:
    """Makes those of the first `count` orders that are missing; returns how many."""
    addresses = list(Address.objects.filter(user__is_staff=False).select_related("user").order_by("pk"))
    products = list(Product.objects.filter(is_active=True, sku__startswith="HH-").order_by("sku"))
    known = set(Order.objects.values_list("number", flat=True))
    missing = [index for index in range(count) if _number(index) not in known]
    if not missing or not addresses or not products:
        return 0
    drafts = [_draft(index, addresses, products) for index in missing]
    Order.objects.bulk_create([order for order, *_ in drafts], batch_size=BATCH)
    OrderItem.objects.bulk_create([item for _, items, *_ in drafts for item in items], batch_size=BATCH)
    Payment.objects.bulk_create([_payment(order) for order, *_ in drafts], batch_size=BATCH)
    shipments = Shipment.objects.bulk_create(
        [_shipment(order, method) for order, _, method in drafts], batch_size=BATCH
    )
    ShipmentEvent.objects.bulk_create([event for parcel in shipments for event in _events(parcel)], batch_size=BATCH)
    return len(missing)


def _draft(index: int, addresses: list[Address], products: list[Product]) -> tuple[Order, list[OrderItem], str]:
    rng = seeded_random("order", index)
    address = addresses[rng.randrange(len(addresses))]
    first_day = DAYS - RECENT_DAYS if index % EVERY_RECENT == 0 else 0
    placed_at = FIRST_ORDER + timedelta(seconds=rng.randrange(first_day * 24 * 3600, DAYS * 24 * 3600))
    picked = [(products[rng.randrange(len(products))], rng.randrange(1, 4)) for _ in range(rng.randrange(1, 5))]
    lines = dict(picked)
    subtotal = sum((product.price * quantity for product, quantity in lines.items()), Decimal("0.00"))
    weight = sum(product.weight_grams * quantity for product, quantity in lines.items())
    method = rng.choice(["standard", "standard", "express"])
    rate = rate_for(code=method, country=address.country, weight_grams=weight, subtotal=subtotal)
    status = _status(rng.random(), days_old=DAYS - (placed_at - FIRST_ORDER).days)
    order = Order(
        number=_number(index),
        user=address.user,
        status=status,
        checkout_key=uuid.UUID(int=rng.getrandbits(128), version=4),
        email=address.user.email,
        language=address.user.language,
        name=address.name,
        street=address.street,
        postal_code=address.postal_code,
        city=address.city,
        country=address.country,
        subtotal=subtotal,
        shipping_price=rate.price,
        total=subtotal + rate.price,
        placed_at=placed_at,
        cancelled_at=placed_at + timedelta(hours=2) if status == Order.Status.CANCELLED else None,
    )
    items = [
        OrderItem(
            order=order,
            product=product,
            name=product.name,
            sku=product.sku,
            unit_price=product.price,
            quantity=quantity,
        )
        for product, quantity in lines.items()
    ]
    return order, items, method


def _status(chance: float, *, days_old: int) -> Order.Status:
    if chance < 0.07:
        return Order.Status.CANCELLED
    if days_old > 6:
        return Order.Status.DELIVERED
    return Order.Status.SHIPPED if days_old > 2 else Order.Status.PLACED


def _payment(order: Order) -> Payment:
    status = PAYMENT_OF[Order.Status(order.status)]
    return Payment(
        order=order,
        reference=f"ch_{order.checkout_key.hex[:24]}",
        amount=order.total,
        status=status,
        was_captured=status == Payment.Status.CAPTURED,
        created_at=order.placed_at,
        updated_at=order.placed_at,
    )


def _shipment(order: Order, method: str) -> Shipment:
    code = f"T{order.checkout_key.hex[-12:].upper()}"
    return Shipment(order=order, method=method, status=PARCEL_OF[Order.Status(order.status)], tracking_code=code)


def _events(shipment: Shipment) -> list[ShipmentEvent]:
    """The way of a parcel up to its status."""
    order, status = shipment.order, Shipment.Status
    way = [(status.WAITING, HOUSE, timedelta(0))]
    if shipment.status == status.CANCELLED:
        way.append((status.CANCELLED, HOUSE, timedelta(hours=2)))
    if shipment.status in (status.DISPATCHED, status.DELIVERED):
        way.append((status.DISPATCHED, HOUSE, timedelta(days=1)))
    if shipment.status == status.DELIVERED:
        way.append((status.DELIVERED, order.city, ON_ITS_WAY))
    return [
        ShipmentEvent(shipment=shipment, status=state, place=place, at=order.placed_at + after)
        for state, place, after in way
    ]
