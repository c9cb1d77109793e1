"""What makes reports."""

from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from accounts.models import User
from inventory.selectors import stock_list
from orders.models import Order, OrderItem
from reports.models import NightlyReport


def nightly_report_build(*, day: date) -> NightlyReport:
    """Works out the report of a day, in place of one that was made before."""
    orders = Order.objects.filter(placed_at__date=day).exclude(status=Order.Status.CANCELLED)
    sums = orders.aggregate(count=Count("id"), revenue=Sum("total"))
    items = OrderItem.objects.filter(order__in=orders)
    best = items.values("product_id").annotate(pieces=Sum("quantity")).order_by("-pieces", "product_id").first()
    report, _ = NightlyReport.objects.update_or_create(
        day=day,
        defaults={
            "order_count": sums["count"],
            "revenue": sums["revenue"] or Decimal("0.00"),
            "item_count": items.aggregate(pieces=Sum("quantity"))["pieces"] or 0,
            "new_customers": User.objects.filter(date_joined__date=day, is_staff=False).count(),
            "low_stock_count": stock_list(low_only=True).count(),
            "best_seller_id": best["product_id"] if best else None,
        },
    )
    return report
