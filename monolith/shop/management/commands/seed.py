"""`manage.py seed` fills the shop with data that is the same on every machine."""

from argparse import ArgumentParser
from typing import Any

from catalog import seeding as catalog
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Fills the shop with data: always the same for the same sizes, and run twice it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--products", type=int, default=200, help="how many products (default: 200)")
        parser.add_argument("--images", type=int, default=200, help="how many of them have pictures (default: 200)")

    def handle(self, *args: Any, **options: Any) -> None:
        catalog.categories_seed()
        catalog.tags_seed()
        products = catalog.products_seed(count=options["products"])
        images = catalog.images_seed(count=min(options["images"], options["products"]))
        self.stdout.write(f"catalog: {products} products, {images} images made")
