"""What is in the cart. It lives in the session as `{"cart": {"<product id>": pieces}}`, for guests and users alike."""

import dataclasses
from decimal import Decimal

from django.contrib.sessions.backends.base import SessionBase

from catalog.models import Product
from catalog.selectors import product_list

SESSION_KEY = "cart"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CartLine:
    product: Product
    quantity: int

    @property
    def total(self) -> Decimal:
        return self.product.price * self.quantity


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    lines: tuple[CartLine, ...]

    @property
    def subtotal(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal("0.00"))

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def weight_grams(self) -> int:
        return sum(line.product.weight_grams * line.quantity for line in self.lines)


def cart_get(*, session: SessionBase) -> Cart:
    """The cart at today's prices, in the order of adding; what is no longer sold is left out."""
    wanted: dict[str, int] = session.get(SESSION_KEY, {})
    products = {str(product.pk): product for product in product_list().filter(pk__in=wanted)}
    return Cart(lines=tuple(CartLine(product=products[pk], quantity=n) for pk, n in wanted.items() if pk in products))


def cart_count(*, session: SessionBase) -> int:
    """The number of pieces, without a look into the database for the products."""
    return sum(session.get(SESSION_KEY, {}).values())
