"""What changes payments. The gateway is never called within a database transaction: a slow one would hold its locks."""

import hashlib
import logging
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from orders.models import Order
from payments.client import Authorisation, GatewayUnavailable, gateway
from payments.models import Payment
from payments.tasks import capture_payment, release_payment

logger = logging.getLogger(__name__)


def payment_authorise(*, checkout_key: UUID, amount: Decimal, card: str) -> Authorisation:
    """Sets the money of a checkout aside; sending the same checkout twice does so once.

    Raises: PaymentDeclined, GatewayUnavailable.
    """
    # Another amount or card is another charge, though the checkout is the same.
    detail = hashlib.sha256(f"{amount}/{card}".encode()).hexdigest()[:8]
    return gateway().authorise(key=f"{checkout_key}-{detail}", amount=amount, card=card)


def payment_abandon(*, authorisation: Authorisation) -> None:
    """Gives back money of a checkout that came to nothing. If the gateway is gone, its reservation ends by itself."""
    try:
        gateway().act(reference=authorisation.reference, action="void")
    except GatewayUnavailable:
        logger.warning("payment %s could not be voided; it will expire", authorisation.reference)


def payment_create(*, order: Order, authorisation: Authorisation) -> Payment:
    """Writes the payment down, within the caller's transaction."""
    return Payment.objects.create(order=order, reference=authorisation.reference, amount=authorisation.amount)


@transaction.atomic
def payment_capture_later(*, order: Order) -> None:
    """Has the money taken, once the caller's transaction is certain."""
    payment = Payment.objects.get(order=order)
    transaction.on_commit(lambda: capture_payment.delay(payment.pk), robust=True)


@transaction.atomic
def payment_release_later(*, order: Order) -> Payment:
    """Has the money given back, once the caller's transaction is certain; until then it is `releasing`."""
    payment = Payment.objects.select_for_update().get(order=order)
    if payment.status in (Payment.Status.AUTHORISED, Payment.Status.CAPTURED):
        payment.status = Payment.Status.RELEASING
        payment.save(update_fields=["status"])
        transaction.on_commit(lambda: release_payment.delay(payment.pk), robust=True)
    return payment


def payment_event(*, reference: str, event: str) -> bool:
    """Takes over what the gateway says by webhook; False when the payment is unknown or was further on already."""
    known = {
        "captured": ([Payment.Status.AUTHORISED], {"status": Payment.Status.CAPTURED, "was_captured": True}),
        "voided": ([Payment.Status.AUTHORISED, Payment.Status.RELEASING], {"status": Payment.Status.VOIDED}),
        "refunded": ([Payment.Status.CAPTURED, Payment.Status.RELEASING], {"status": Payment.Status.REFUNDED}),
    }
    before, changes = known[event]
    return bool(Payment.objects.filter(reference=reference, status__in=before).update(**changes))
