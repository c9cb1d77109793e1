"""Report pages, for those who may see them."""

from datetime import date

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from orders.selectors import order_iterate
from reports import selectors
from reports.export import order_lines

DAYS = 14


@login_required
@permission_required("reports.view_nightlyreport", raise_exception=True)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    until = selectors.last_order_day() or timezone.now().date()
    sales = selectors.sales_by_day(until=until, days=DAYS)
    most = max(day.revenue for day in sales)
    context = {
        "bars": [(day, round(100 * day.revenue / most) if most else 0) for day in sales],
        "orders": sum(day.orders for day in sales),
        "revenue": sum(day.revenue for day in sales),
        "days": DAYS,
        "best": selectors.best_sellers(),
        "nightly": selectors.nightly_report_list(),
    }
    return render(request, "reports/index.html", context)


@login_required
@permission_required("reports.view_nightlyreport", raise_exception=True)
@require_safe
def nightly(request: HttpRequest, day: date) -> HttpResponse:
    report = selectors.nightly_report_get(day=day)
    if report is None:
        raise Http404(f"No report of {day}")
    return render(request, "reports/nightly.html", {"report": report})


@login_required
@permission_required("orders.export_orders", raise_exception=True)
@require_safe
def orders_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All orders, sent as they are read, so that a million of them need no more memory than a few."""
    return StreamingHttpResponse(
        order_lines(order_iterate()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="orders.csv"', "Cache-Control": "private, no-store"},
    )
