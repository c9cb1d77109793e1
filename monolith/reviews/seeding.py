"""The reviews of `manage.py seed`."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import Count, Sum

from accounts.models import User
from catalog.models import Product
from reviews.models import Review
from shop.seeding import BATCH, EPOCH, seeded_random

OPENINGS = {
    1: ["Broke on the first day.", "Not what the picture promised."],
    2: ["Wobbly, and too small.", "I expected more for the money."],
    3: ["It does what it says.", "Good enough for the price."],
    4: ["Solid and handsome.", "Would buy it again."],
    5: ["The best I have owned.", "A joy every morning.", "My neighbours want one, too."],
}
CLOSINGS = [
    "It came well packed.",
    "The colour is a shade darker than on the screen.",
    "We use it every day.",
    "Given as a present, and well received.",
    "The second one in our house.",
    "My grandmother had the very same.",
]


@transaction.atomic
def reviews_seed(*, count: int) -> int:
    """Makes those of the first `count` reviews that are missing, one a user and product; returns how many."""
    users = list(User.objects.filter(username__startswith="customer").order_by("pk").only("pk"))
    products = list(Product.objects.filter(is_active=True, sku__startswith="HH-").order_by("sku").only("pk"))
    if not users or not products:
        return 0
    taken = set(Review.objects.values_list("product_id", "user_id"))
    made = []
    for index in range(count):
        review = _review(index, users, products)
        if (pair := (review.product_id, review.user_id)) not in taken:
            taken.add(pair)
            made.append(review)
    Review.objects.bulk_create(made, batch_size=BATCH)
    _ratings_copy({review.product_id for review in made})
    return len(made)


def _review(index: int, users: list[User], products: list[Product]) -> Review:
    rng = seeded_random("review", index)
    rating = rng.choice([1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5])
    written_at = EPOCH + timedelta(days=65, seconds=rng.randrange(85 * 24 * 3600))
    opening, closing = rng.choice(OPENINGS[rating]), rng.choice(CLOSINGS)
    return Review(
        product=products[rng.randrange(len(products))],
        user=users[rng.randrange(len(users))],
        rating=rating,
        title=opening.rstrip("."),
        text=f"{opening} {closing}",
        status=Review.Status.PENDING if rng.random() < 0.04 else Review.Status.APPROVED,
        created_at=written_at,
        updated_at=written_at,
    )


def _ratings_copy(product_ids: set[int]) -> None:
    """The catalog's copies, in bulk, for which no signal is sent."""
    rows = (
        Review.objects.filter(status=Review.Status.APPROVED)
        .order_by("product_id")
        .values("product_id")
        .annotate(total=Sum("rating"), count=Count("id"))
    )
    changed = []
    for row in rows:
        if row["product_id"] in product_ids:
            mean = (Decimal(row["total"]) / row["count"]).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
            changed.append(Product(pk=row["product_id"], rating_average=mean, rating_count=row["count"]))
    Product.objects.bulk_update(changed, ["rating_average", "rating_count"], batch_size=200)
