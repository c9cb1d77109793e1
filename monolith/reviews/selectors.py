"""What can be read about reviews."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, QuerySet, Sum

from accounts.models import User
from reviews.models import Review


def review_list(*, product_id: int) -> QuerySet[Review]:
    """The approved reviews of a product, the newest first."""
    return Review.objects.filter(product_id=product_id, status=Review.Status.APPROVED).select_related("user")


def review_of_user(*, product_id: int, user: User) -> Review | None:
    return Review.objects.filter(product_id=product_id, user=user).first()


def review_get(*, review_id: int) -> Review | None:
    return Review.objects.select_related("user", "product").filter(pk=review_id).first()


def review_pending_list() -> QuerySet[Review]:
    """Those that wait for a moderator, the oldest first."""
    waiting = Review.objects.filter(status=Review.Status.PENDING).select_related("user", "product")
    return waiting.order_by("created_at", "id")


def rating_aggregate(*, product_id: int) -> tuple[Decimal, int]:
    """Mean, rounded half up to two decimals alike on every database, and number of the approved ratings."""
    row = review_list(product_id=product_id).aggregate(total=Sum("rating"), count=Count("id"))
    if not row["count"]:
        return Decimal("0.00"), 0
    mean = Decimal(row["total"]) / row["count"]
    return mean.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), row["count"]
