"""Orders as CSV, one line at a time."""

import csv
from collections.abc import Iterable, Iterator

from orders.models import Order

COLUMNS = ("number", "placed_at", "status", "customer", "country", "items", "subtotal", "shipping", "total", "payment")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _harmless(text: str) -> str:
    """A spreadsheet takes a leading = + - @ for a formula; a quote before it makes it text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def order_lines(orders: Iterable[Order]) -> Iterator[str]:
    """The head, then a line for each order as it comes from the database."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for order in orders:
        payment = getattr(order, "payment", None)
        yield writer.writerow(
            [
                order.number,
                order.placed_at.isoformat(),
                order.status,
                _harmless(order.user.username),
                order.country,
                order.item_count,
                order.subtotal,
                order.shipping_price,
                order.total,
                payment.status if payment else "",
            ]
        )
