"""`manage.py seed` fills the shop with data that is the same on every machine."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts import seeding as accounts
from catalog import seeding as catalog
from inventory import seeding as inventory
from orders import seeding as orders
from reports import seeding as reports
from reviews import seeding as reviews

CREDENTIALS = """
  !! These log-ins are published in the source. They exist because DEBUG is on; never let this shop meet the internet.
     admin / admin                          superuser
     grace / grace-demo-password            staff
     ada / ada-demo-password                customer
     customer1 … / customer-demo-password   customers
"""


class Command(BaseCommand):
    help = "Fills the shop with data: always the same for the same sizes, and run twice it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--products", type=int, default=200, help="how many products (default: 200)")
        parser.add_argument("--images", type=int, default=200, help="how many of them have pictures (default: 200)")
        parser.add_argument("--customers", type=int, help="how many customers (default: a fifth of the products)")
        parser.add_argument("--orders", type=int, help="how many orders (default: as many as products)")
        parser.add_argument("--reviews", type=int, help="how many reviews at most (default: thrice the products)")

    def handle(self, *args: Any, **options: Any) -> None:
        products = options["products"]
        sizes = {"customers": -(-products // 5), "orders": products, "reviews": 3 * products}
        sizes = {name: size if options[name] is None else options[name] for name, size in sizes.items()}
        catalog.categories_seed()
        catalog.tags_seed()
        made = {
            "products": catalog.products_seed(count=products),
            "images": catalog.images_seed(count=min(options["images"], products)),
            "stocks": inventory.stocks_seed(),
            "customers": accounts.users_seed(customers=sizes["customers"]),
            "orders": orders.orders_seed(count=sizes["orders"]),
            "reviews": reviews.reviews_seed(count=sizes["reviews"]),
            "nightly reports": reports.nightly_reports_seed(),
        }
        self.stdout.write("Made " + ", ".join(f"{count} {name}" for name, count in made.items()) + ".")
        if settings.DEBUG:
            self.stdout.write(self.style.WARNING(CREDENTIALS))
        else:
            self.stdout.write("DEBUG is off: there is no admin, and nobody of the seed can log in.")
