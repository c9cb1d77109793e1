"""What can be read about payments."""

from accounts.models import User
from payments.models import Payment


def payment_get(*, reference: str, user: User) -> Payment | None:
    """The payment, for its customer and for those who may see all payments."""
    payments = Payment.objects.select_related("order")
    if not user.has_perm("payments.view_payment"):
        payments = payments.filter(order__user=user)
    return payments.filter(reference=reference).first()
