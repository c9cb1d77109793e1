"""The shelves of `manage.py seed`: mostly full, some nearly empty, a few empty."""

from django.db import transaction

from catalog.models import Product
from inventory.models import Stock, StockMovement
from shop.seeding import BATCH, EPOCH, seeded_random


@transaction.atomic
def stocks_seed() -> int:
    """Gives each product without a stock one, with the movement that filled it; returns how many."""
    stocks = []
    for product in Product.objects.filter(stock=None).order_by("pk").only("pk", "sku"):
        rng = seeded_random("stock", product.pk)
        # The first dozen are always to be had, for those who try the shop by hand.
        kind = 1.0 if product.sku <= "HH-000012" else rng.random()
        quantity = 0 if kind < 0.04 else rng.randrange(1, 5) if kind < 0.12 else rng.randrange(8, 120)
        place = f"{rng.choice('ABCDEF')}{rng.randrange(1, 40):02d}"
        stocks.append(Stock(product=product, quantity=quantity, place=place))
    Stock.objects.bulk_create(stocks, batch_size=BATCH)
    StockMovement.objects.bulk_create(
        [
            StockMovement(
                stock=stock,
                change=stock.quantity,
                quantity_after=stock.quantity,
                reason=StockMovement.Reason.RECEIVED,
                created_at=EPOCH,
            )
            for stock in stocks
            if stock.quantity
        ],
        batch_size=BATCH,
    )
    # The rows are made in bulk, for which no signal is sent, so the catalog's copy is set here.
    Product.objects.filter(stock__quantity=0, is_available=True).update(is_available=False)
    return len(stocks)
