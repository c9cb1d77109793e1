"""What changes notifications."""

from django.utils import timezone

from accounts.models import User
from catalog.models import Product
from notifications.models import Notification
from orders.models import Order


def notification_create(
    *, user: User, kind: str, order: Order | None = None, product: Product | None = None
) -> Notification:
    return Notification.objects.create(user=user, kind=kind, order=order, product=product)


def notification_mark_read(*, user: User, notification_id: int) -> bool:
    """False when the user has no such notification; one that was read keeps the time of its first reading."""
    own = Notification.objects.filter(user=user, pk=notification_id)
    own.filter(read_at=None).update(read_at=timezone.now())
    return own.exists()
