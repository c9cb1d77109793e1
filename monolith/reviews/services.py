"""What changes reviews."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import Product
from notifications.services import notification_create
from reviews.models import Review
from reviews.selectors import review_of_user


@transaction.atomic
def review_create(*, product: Product, user: User, rating: int, title: str, text: str) -> Review:
    """Writes a review down; it waits for a moderator.

    Raises: ValidationError when the user has written one already, or it is not valid.
    """
    if review_of_user(product_id=product.pk, user=user):
        raise ValidationError(_("You have reviewed this product already."), code="unique")
    review = Review(product=product, user=user, rating=rating, title=title, text=text)
    review.full_clean()
    review.save()
    return review


@transaction.atomic
def review_moderate(*, review: Review, approve: bool) -> Review:
    """Approves or rejects, and tells the author."""
    review.status = Review.Status.APPROVED if approve else Review.Status.REJECTED
    review.save(update_fields=["status"])
    kind = "review_approved" if approve else "review_rejected"
    notification_create(user=review.user, kind=kind, product=review.product)
    return review


def review_delete(*, review: Review) -> None:
    review.delete()
