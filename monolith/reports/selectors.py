"""What can be read about how the shop is doing."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import TruncDate

from orders.models import Order, OrderItem
from reports.models import NightlyReport


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DaySales:
    day: date
    orders: int
    revenue: Decimal


def last_order_day() -> date | None:
    """The day of the newest order, where the reports end unless told otherwise."""
    newest = Order.objects.aggregate(newest=Max("placed_at"))["newest"]
    return newest.date() if newest else None


def sales_by_day(*, until: date, days: int) -> list[DaySales]:
    """Orders and revenue of each day, the days without any as well, the oldest first."""
    since = until - timedelta(days=days - 1)
    rows = (
        Order.objects.exclude(status=Order.Status.CANCELLED)
        .annotate(day=TruncDate("placed_at"))
        .filter(day__gte=since, day__lte=until)
        .order_by("day")
        .values("day")
        .annotate(orders=Count("id"), revenue=Sum("total"))
    )
    found = {row["day"]: row for row in rows}
    nothing = {"orders": 0, "revenue": Decimal("0.00")}
    all_days = (since + timedelta(days=n) for n in range(days))
    return [
        DaySales(day=day, orders=row["orders"], revenue=row["revenue"])
        for day in all_days
        for row in [found.get(day, nothing)]
    ]


def best_sellers(*, limit: int = 10) -> QuerySet[OrderItem, dict[str, object]]:
    sold = OrderItem.objects.exclude(order__status=Order.Status.CANCELLED)
    rows = sold.values("product_id", "product__name", "product__slug").annotate(pieces=Sum("quantity"))
    return rows.order_by("-pieces", "product_id")[:limit]


def nightly_report_list(*, limit: int = 14) -> QuerySet[NightlyReport]:
    return NightlyReport.objects.select_related("best_seller")[:limit]


def nightly_report_get(*, day: date) -> NightlyReport | None:
    return NightlyReport.objects.select_related("best_seller").filter(day=day).first()
