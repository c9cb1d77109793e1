"""The stages of an order, as a table."""

from django.db import transaction

from orders.models import Order

TRANSITIONS: dict[Order.Status, frozenset[Order.Status]] = {
    Order.Status.PLACED: frozenset({Order.Status.SHIPPED, Order.Status.CANCELLED}),
    Order.Status.SHIPPED: frozenset({Order.Status.DELIVERED}),
    Order.Status.DELIVERED: frozenset(),
    Order.Status.CANCELLED: frozenset(),
}


class NotPossible(Exception):
    """The order's status does not lead to the one that was asked for."""

    def __init__(self, order: Order, status: Order.Status) -> None:
        super().__init__(f"Order {order.number} is {order.status} and cannot become {status}.")
        self.label = order.get_status_display()


@transaction.atomic
def order_status_set(*, order: Order, status: Order.Status) -> None:
    """Moves the order on; of two who try at once, one is refused.

    Raises: NotPossible when the table has no such step.
    """
    locked = Order.objects.select_for_update().get(pk=order.pk)
    if status not in TRANSITIONS[Order.Status(locked.status)]:
        raise NotPossible(locked, status)
    locked.status = status
    locked.save(update_fields=["status"])
    order.status = status
