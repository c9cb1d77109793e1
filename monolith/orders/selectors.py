"""What can be read about orders."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.models import User
from orders.models import Order


def order_list(*, user: User) -> QuerySet[Order]:
    """The user's orders, the newest first."""
    own = Order.objects.filter(user=user).annotate(item_count=Count("items"))
    return own.order_by("-placed_at", "-id")  # grouping makes Django forget the model's ordering


def order_by_number(*, number: str, user: User | None = None) -> Order | None:
    """The order with all that its page shows; with a user, only if it is theirs or they may see all orders."""
    orders = Order.objects.select_related("shipment", "payment", "user").prefetch_related("items__product")
    if user is not None and not user.has_perm("orders.view_order"):
        orders = orders.filter(user=user)
    return orders.filter(number=number).first()


def order_by_checkout_key(*, user: User, checkout_key: UUID) -> Order | None:
    return Order.objects.filter(user=user, checkout_key=checkout_key).first()


def order_iterate() -> Iterator[Order]:
    """All orders, the oldest first, without holding them in memory."""
    orders = Order.objects.select_related("user", "payment").annotate(item_count=Count("items"))
    return orders.order_by("placed_at", "id").iterator(chunk_size=500)
