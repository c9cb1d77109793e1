"""What is asked of the gateway in the background. Each may run twice: the gateway's actions are idempotent."""

from celery import shared_task

from payments.client import GatewayUnavailable, gateway
from payments.models import Payment

RETRY = {"autoretry_for": (GatewayUnavailable,), "retry_backoff": 5, "retry_backoff_max": 600, "max_retries": 8}


@shared_task(**RETRY)
def capture_payment(payment_id: int) -> None:
    """Takes the money that was set aside; one that is being returned meanwhile is left alone."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.status != Payment.Status.AUTHORISED:
        return
    gateway().act(reference=payment.reference, action="capture")
    Payment.objects.filter(pk=payment_id, status=Payment.Status.AUTHORISED).update(
        status=Payment.Status.CAPTURED, was_captured=True
    )


@shared_task(**RETRY)
def release_payment(payment_id: int) -> None:
    """Gives the money back: frees it if it was only set aside, refunds it if it was taken."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.status != Payment.Status.RELEASING:
        return
    action, status = ("refund", Payment.Status.REFUNDED) if payment.was_captured else ("void", Payment.Status.VOIDED)
    gateway().act(reference=payment.reference, action=action)
    Payment.objects.filter(pk=payment_id).update(status=status)
