"""What can be read about stock."""

from collections.abc import Mapping

from django.db.models import F, QuerySet

from inventory.models import Stock, StockMovement


def stock_list(*, low_only: bool = False) -> QuerySet[Stock]:
    stocks = Stock.objects.select_related("product").order_by("product_id")
    return stocks.filter(quantity__lt=F("reorder_level")) if low_only else stocks


def stock_get(*, product_id: int) -> Stock | None:
    return stock_list().filter(product_id=product_id).first()


def stock_shortage(*, wanted: Mapping[int, int]) -> dict[int, int]:
    """Of the wanted pieces by product, those products of which there are too few, with what there is."""
    have = dict(Stock.objects.filter(product_id__in=wanted).values_list("product_id", "quantity"))
    return {product: have.get(product, 0) for product, pieces in wanted.items() if have.get(product, 0) < pieces}


def movement_list(*, product_id: int) -> QuerySet[StockMovement]:
    return StockMovement.objects.filter(stock_id=product_id).select_related("user", "order")
