"""What changes the cart."""

from django.contrib.sessions.backends.base import SessionBase

from cart.selectors import SESSION_KEY
from catalog.models import Product

MAX_QUANTITY = 20
"""Of one product; who wants more is asked to write to us."""


def cart_item_set(*, session: SessionBase, product: Product, quantity: int) -> int:
    """Puts so many pieces of the product in the cart, at most MAX_QUANTITY, none removes it; returns how many."""
    items = dict(session.get(SESSION_KEY, {}))
    quantity = max(0, min(quantity, MAX_QUANTITY))
    if quantity:
        items[str(product.pk)] = quantity
    else:
        items.pop(str(product.pk), None)
    session[SESSION_KEY] = items
    return quantity


def cart_item_add(*, session: SessionBase, product: Product, quantity: int = 1) -> int:
    """Adds pieces to those that are there; returns how many there are then."""
    have = session.get(SESSION_KEY, {}).get(str(product.pk), 0)
    return cart_item_set(session=session, product=product, quantity=have + quantity)


def cart_clear(*, session: SessionBase) -> None:
    session.pop(SESSION_KEY, None)
