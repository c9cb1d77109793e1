"""What places and cancels orders."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Address, User
from cart.selectors import Cart
from inventory.selectors import stock_shortage
from inventory.services import OutOfStock, stock_put_back, stock_take
from notifications.tasks import send_order_email
from orders.models import Order, OrderItem
from orders.selectors import order_by_checkout_key
from orders.status import order_status_set
from payments.client import Authorisation
from payments.services import payment_abandon, payment_authorise, payment_create, payment_release_later
from shipping.rates import Rate, rate_for
from shipping.services import shipment_cancel, shipment_create


class EmptyCart(Exception):
    """There is nothing to order."""


def order_place(
    *, user: User, cart: Cart, address: Address, shipping_method: str, card: str, checkout_key: UUID, language: str
) -> Order:
    """Buys the cart; the same checkout sent twice gives the same order.

    1. Refuse what cannot be sold, before any money moves.
    2. Have the money set aside, outside of any transaction: a slow gateway must hold no locks.
    3. In one transaction, take the stock and write order, payment and parcel.
    4. If that fails, give the money back.

    Raises: EmptyCart, OutOfStock, PaymentDeclined, GatewayUnavailable; ValueError for an unknown way of sending.
    """
    if known := order_by_checkout_key(user=user, checkout_key=checkout_key):
        return known
    if not cart.lines:
        raise EmptyCart("The cart is empty.")
    wanted = {line.product.pk: line.quantity for line in cart.lines}
    if shortage := stock_shortage(wanted=wanted):
        raise OutOfStock(shortage)
    rate = rate_for(
        code=shipping_method, country=address.country, weight_grams=cart.weight_grams, subtotal=cart.subtotal
    )
    authorisation = payment_authorise(checkout_key=checkout_key, amount=cart.subtotal + rate.price, card=card)
    try:
        return _order_write(
            user=user,
            cart=cart,
            address=address,
            rate=rate,
            authorisation=authorisation,
            checkout_key=checkout_key,
            language=language,
        )
    except IntegrityError:
        # The same checkout came twice at once, and the other was first: its order holds the same authorisation.
        if known := order_by_checkout_key(user=user, checkout_key=checkout_key):
            return known
        payment_abandon(authorisation=authorisation)
        raise
    except Exception:
        payment_abandon(authorisation=authorisation)
        raise


@transaction.atomic
def _order_write(
    *,
    user: User,
    cart: Cart,
    address: Address,
    rate: Rate,
    authorisation: Authorisation,
    checkout_key: UUID,
    language: str,
) -> Order:
    order = Order.objects.create(
        user=user,
        checkout_key=checkout_key,
        email=user.email,
        language=language,
        name=address.name,
        street=address.street,
        postal_code=address.postal_code,
        city=address.city,
        country=address.country,
        subtotal=cart.subtotal,
        shipping_price=rate.price,
        total=authorisation.amount,
    )
    OrderItem.objects.bulk_create(
        OrderItem(
            order=order,
            product=line.product,
            name=line.product.name,
            sku=line.product.sku,
            unit_price=line.product.price,
            quantity=line.quantity,
        )
        for line in cart.lines
    )
    stock_take(wanted={line.product.pk: line.quantity for line in cart.lines}, order=order)
    payment_create(order=order, authorisation=authorisation)
    shipment_create(order=order, method=rate.code)
    # Robust: a broker that is down costs the mail, not the order.
    transaction.on_commit(lambda: send_order_email.delay(order.pk), robust=True)
    return order


@transaction.atomic
def order_cancel(*, order: Order) -> Order:
    """Puts the stock back, stops the parcel and has the money returned.

    Raises: NotPossible when the order is on its way already.
    """
    order_status_set(order=order, status=Order.Status.CANCELLED)
    order.cancelled_at = timezone.now()
    order.save(update_fields=["cancelled_at"])
    stock_put_back(order=order)
    shipment_cancel(order=order)
    payment_release_later(order=order)
    return order
