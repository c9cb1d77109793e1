"""What follows from a review."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from catalog.services import product_rating_set
from reviews.models import Review
from reviews.selectors import rating_aggregate


@receiver([post_save, post_delete], sender=Review)
def keep_product_rating(instance: Review, **kwargs: Any) -> None:
    """The catalog's copy of the rating follows the approved reviews."""
    average, count = rating_aggregate(product_id=instance.product_id)
    product_rating_set(product_id=instance.product_id, average=average, count=count)
