"""What changes stock. Every change leaves a movement, and none takes a stock below zero."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from accounts.models import User
from inventory.models import Stock, StockMovement
from orders.models import Order


class OutOfStock(Exception):
    """There are fewer pieces than wanted; `available` has what there is, by product."""

    def __init__(self, available: Mapping[int, int]) -> None:
        super().__init__(f"Too few pieces of products {sorted(available)}")
        self.available = dict(available)


@transaction.atomic
def stock_change(
    *,
    product_id: int,
    change: int,
    reason: StockMovement.Reason,
    order: Order | None = None,
    user: User | None = None,
) -> StockMovement:
    """Adds `change` pieces, or takes them when it is negative.

    The row is locked where the database can (PostgreSQL); the condition within the UPDATE keeps the promise everywhere.
    Raises: OutOfStock when fewer are there than are to be taken; Stock.DoesNotExist for a product without stock.
    """
    stock = Stock.objects.select_for_update().get(product_id=product_id)
    enough = Stock.objects.filter(product_id=product_id, quantity__gte=-change)
    if not enough.update(quantity=F("quantity") + change):
        raise OutOfStock({product_id: stock.quantity})
    return StockMovement.objects.create(
        stock=stock, change=change, quantity_after=stock.quantity + change, reason=reason, order=order, user=user
    )


@transaction.atomic
def stock_take(*, wanted: Mapping[int, int], order: Order) -> None:
    """Takes all wanted pieces by product, or none.

    Products are taken in the order of their ids, so that two orders never wait for each other in a circle.
    Raises: OutOfStock.
    """
    for product_id, pieces in sorted(wanted.items()):
        stock_change(product_id=product_id, change=-pieces, reason=StockMovement.Reason.SOLD, order=order)


@transaction.atomic
def stock_put_back(*, order: Order) -> None:
    """Puts back what the order took."""
    for item in order.items.order_by("product_id"):
        stock_change(
            product_id=item.product_id, change=item.quantity, reason=StockMovement.Reason.RETURNED, order=order
        )
