"""A small catalog of the tests' own; nothing of the shop is needed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from catalog.models import Category, Product, ProductImage, Tag

pytest_plugins = ["tests.postgresql"]

EPOCH = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def shelf(db: None) -> Category:
    """The shelf "Lamps" in the room "Living"."""
    room = Category.objects.create(name="Living", slug="living", description="Light and warmth.")
    return Category.objects.create(name="Lamps", slug="lamps", parent=room)


@pytest.fixture
def products(shelf: Category) -> list[Product]:
    """Thirty lamps, each newer and dearer than the last; the second is sold out, the thirtieth is not shown."""
    tags = [Tag.objects.create(name=name, slug=name.lower()) for name in ("Oak", "Brass", "Gift")]
    made = []
    for number in range(1, 31):
        product = Product.objects.create(
            category=shelf,
            name=f"Desk Lamp {number}",
            slug=f"desk-lamp-{number}",
            sku=f"L-{number:03d}",
            description="It can be mended.",
            price=Decimal(10 * number) + Decimal("0.50"),
            is_active=number != 30,
            is_available=number != 2,
            rating_average=Decimal("4.25"),
            rating_count=number % 3,
            created_at=EPOCH + timedelta(hours=number),
            updated_at=EPOCH + timedelta(hours=number, microseconds=number),
        )
        product.tags.set(tags[: number % 4])
        made.append(product)
    ProductImage.objects.create(
        product=made[0], image="products/lamp.jpg", alt="A lamp", width=480, height=360, position=1
    )
    return made
