"""What changes the catalog."""

from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from catalog.models import Product, ProductImage


@transaction.atomic
def product_image_add(*, product: Product, upload: UploadedFile, alt: str) -> ProductImage:
    """Adds an image behind those that the product has; the product counts as changed."""
    last = product.images.aggregate(last=Max("position"))["last"]
    image = ProductImage(product=product, image=upload, alt=alt, position=0 if last is None else last + 1)
    image.full_clean()
    image.save()
    product.save(update_fields=["updated_at"])
    return image


def product_rating_set(*, product_id: int, average: Decimal, count: int) -> None:
    """Takes over the rating that `reviews` has worked out."""
    Product.objects.filter(pk=product_id).update(rating_average=average, rating_count=count, updated_at=timezone.now())


def product_availability_set(*, product_id: int, is_available: bool) -> None:
    """Takes over from `inventory` whether the product can be had; nothing changes if it was so before."""
    Product.objects.filter(pk=product_id).exclude(is_available=is_available).update(
        is_available=is_available, updated_at=timezone.now()
    )
