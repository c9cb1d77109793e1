"""Runs the service's own commands as processes, each on a database that the test names."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def manage(database_url: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with these words; its outcome is the caller's to judge."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def migrated(database_url: str) -> str:
    """The URL, after all migrations have run on it."""
    done = manage(database_url, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return database_url


def seeded(database_url: str) -> str:
    """The URL, after the migrations and `SEED` have run on it: a stand-in for the shop's database."""
    migrated(database_url)
    done = manage(database_url, "shell", "--command", SEED)
    assert done.returncode == 0, done.stderr
    return database_url


SEED = """
from datetime import datetime, UTC
from decimal import Decimal
from catalog.models import Category, Product, ProductImage, Tag

room = Category.objects.create(id=3, name="Living", slug="living")
shelf = Category.objects.create(id=1, name="Lamps", slug="lamps", parent=room, position=2)
gift = Tag.objects.create(id=5, name="Gift", slug="gift")
when = datetime(2025, 3, 30, 1, 30, 0, 123456, tzinfo=UTC)
products = []
for number in range(1, 1102):
    products.append(Product(
        id=number * 2, category=shelf, name=f"Lamp {number} \\u6841", slug=f"lamp-{number}", sku=f"L-{number}",
        price=Decimal("0.10") * number, is_active=number % 5 > 0, is_available=number % 2 > 0,
        rating_average=Decimal("3.33"), rating_count=number, created_at=when, updated_at=when,
    ))
Product.objects.bulk_create(products, batch_size=500)
product = Product.objects.get(id=2)
product.tags.add(gift)
ProductImage.objects.create(product=product, image="products/lamp.jpg", alt="", width=4, height=3)
ProductImage.objects.create(product=product, image="products/gone.jpg", position=1, width=4, height=3)
"""
"""Enough rows for several batches, with gaps in the keys, a shelf before its room, and decimals that floats round."""


def contents(database_url: str) -> str:
    """All rows of the catalog as one document that is the same for equal rows, whatever database holds them."""
    done = manage(database_url, "dumpdata", "catalog", "--indent", "1")
    assert done.returncode == 0, done.stderr
    return done.stdout
