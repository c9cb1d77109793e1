"""Fills an empty shop with the same goods, people and orders each time."""

import io
from decimal import Decimal
from typing import Any

from django.contrib.flatpages.models import FlatPage
from django.contrib.sites.models import Site
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand
from django.db import transaction
from oscar.core.compat import get_user_model
from oscar.core.loading import get_class, get_model
from PIL import Image

CUSTOMER = ("ada@example.com", "engine-no-1")
STAFF = ("boss@example.com", "engine-no-2")

SHELVES = {
    "Books": ["Fiction", "Science"],
    "Music": ["Records"],
    "Kitchen": [],
}
PRODUCTS_ON_A_SHELF = 9

Country = get_model("address", "Country")
UserAddress = get_model("address", "UserAddress")
Category = get_model("catalogue", "Category")
Product = get_model("catalogue", "Product")
ProductClass = get_model("catalogue", "ProductClass")
ProductImage = get_model("catalogue", "ProductImage")
ProductRecommendation = get_model("catalogue", "ProductRecommendation")
ProductReview = get_model("reviews", "ProductReview")
Partner = get_model("partner", "Partner")
StockRecord = get_model("partner", "StockRecord")
Range = get_model("offer", "Range")
Benefit = get_model("offer", "Benefit")
Condition = get_model("offer", "Condition")
ConditionalOffer = get_model("offer", "ConditionalOffer")
WishList = get_model("wishlists", "WishList")
Basket = get_model("basket", "Basket")
OrderCreator = get_class("order.utils", "OrderCreator")
OrderTotalCalculator = get_class("checkout.calculators", "OrderTotalCalculator")
Free = get_class("shipping.methods", "Free")
Selector = get_class("partner.strategy", "Selector")


class Command(BaseCommand):
    help = __doc__

    @transaction.atomic
    def handle(self, *arguments: Any, **options: Any) -> None:
        country = Country.objects.create(
            iso_3166_1_a2="GB", iso_3166_1_a3="GBR", name="United Kingdom", printable_name="United Kingdom",
            is_shipping_country=True,
        )  # fmt: skip
        customer = _people(country)
        products = _goods()
        _offer(products)
        _extras(customer, products)
        self.stdout.write(f"{len(products)} products for {CUSTOMER[0]} to buy")


def _people(country: Any) -> Any:
    users = get_user_model().objects
    users.create_superuser(username="boss", email=STAFF[0], password=STAFF[1], first_name="Grace", last_name="Boss")
    customer = users.create_user(
        username="ada", email=CUSTOMER[0], password=CUSTOMER[1], first_name="Ada", last_name="Lovelace"
    )
    UserAddress.objects.create(
        user=customer, first_name="Ada", last_name="Lovelace", line1="12 St James's Square", line4="London",
        postcode="SW1Y 4JH", country=country, is_default_for_shipping=True, is_default_for_billing=True,
    )  # fmt: skip
    return customer


def _goods() -> list[Any]:
    kind = ProductClass.objects.create(name="Thing", track_stock=True)
    partner = Partner.objects.create(name="The Warehouse", code="warehouse")
    products = []
    for top_name, below in SHELVES.items():
        top = Category.add_root(name=top_name, description=f"<p>All {top_name.lower()}.</p>")
        for shelf in [top.add_child(name=name) for name in below] or [top]:
            for number in range(1, PRODUCTS_ON_A_SHELF + 1):
                products.append(_product(shelf, number, len(products), kind, partner))
    ProductRecommendation.objects.create(primary=products[0], recommendation=products[1], ranking=1)
    return products


def _product(shelf: Any, number: int, position: int, kind: Any, partner: Any) -> Any:
    product = Product.objects.create(
        product_class=kind, title=f"{shelf.name} No. {number}", upc=f"UPC{position:05}",
        description=f"<p>Number {number} on the shelf “{shelf.name}”.</p>",
    )  # fmt: skip
    product.categories.add(shelf)
    StockRecord.objects.create(
        product=product, partner=partner, partner_sku=f"SKU{position:05}", price_currency="GBP",
        price=Decimal(position) + Decimal("4.99"), num_in_stock=0 if number == PRODUCTS_ON_A_SHELF else 1000,
    )  # fmt: skip
    image = io.BytesIO()
    Image.new("RGB", (240, 320), ((position * 37) % 256, (position * 91) % 256, 160)).save(image, "PNG")
    ProductImage.objects.create(
        product=product, original=ContentFile(image.getvalue(), name=f"product-{position}.png"), display_order=0
    )
    return product


def _offer(products: list[Any]) -> None:
    everything = Range.objects.create(name="Everything", slug="everything", is_public=True, includes_all_products=True)
    ConditionalOffer.objects.create(
        name="Ten percent off three", slug="ten-percent", description="<p>Three things or more.</p>",
        condition=Condition.objects.create(range=everything, type=Condition.COUNT, value=3),
        benefit=Benefit.objects.create(range=everything, type=Benefit.PERCENTAGE, value=10),
    )  # fmt: skip
    some = Range.objects.create(name="Picks", slug="picks", is_public=True)
    for product in products[:3]:
        some.add_product(product)


def _extras(customer: Any, products: list[Any]) -> None:
    ProductReview.objects.create(
        product=products[0], user=customer, score=4, title="Holds up", body="Read it twice.", status=1
    )
    wishes = WishList.objects.create(owner=customer, name="Birthday")
    wishes.add(products[2])
    page = FlatPage.objects.create(url="/about/", title="About us", content="<p>We sell things.</p>")
    page.sites.add(Site.objects.get(pk=1))
    _order(customer, products[4])


def _order(customer: Any, product: Any) -> None:
    basket = Basket.objects.create(owner=customer)
    basket.strategy = Selector().strategy(user=customer)
    basket.add_product(product, 2)
    method = Free()
    charge = method.calculate(basket)
    OrderCreator().place_order(
        basket=basket, total=OrderTotalCalculator().calculate(basket, charge), shipping_method=method,
        shipping_charge=charge, user=customer, order_number="100001", status="Pending",
    )  # fmt: skip
    basket.submit()
