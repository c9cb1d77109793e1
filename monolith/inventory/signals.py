"""What follows from a stock movement."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from catalog.services import product_availability_set
from inventory.models import StockMovement
from notifications.tasks import send_stock_alert


@receiver(post_save, sender=StockMovement)
def keep_product_availability(instance: StockMovement, created: bool, **kwargs: Any) -> None:
    """The catalog shows a product as sold out from the moment that its last piece is taken."""
    if created:
        product_availability_set(product_id=instance.stock_id, is_available=instance.quantity_after > 0)


@receiver(post_save, sender=StockMovement)
def alert_when_low(instance: StockMovement, created: bool, **kwargs: Any) -> None:
    """Staff hear of it once: by the movement that takes the stock below its reorder level."""
    level = instance.stock.reorder_level
    if created and instance.quantity_after < level <= instance.quantity_before:
        transaction.on_commit(lambda: send_stock_alert.delay(instance.stock_id), robust=True)
