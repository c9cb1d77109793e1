import csv
from datetime import date
from decimal import Decimal

import pytest
from celery import current_app
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from orders.models import Order
from reports.export import order_lines
from reports.models import NightlyReport
from reports.tasks import build_nightly_report

pytestmark = pytest.mark.django_db


def test_the_export_is_streamed_and_holds_every_order(staff: Client) -> None:
    answer = staff.get("/reports/orders.csv")
    assert answer.streaming
    assert answer["Content-Disposition"] == 'attachment; filename="orders.csv"'
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    assert [row["number"] for row in rows] == list(
        Order.objects.order_by("placed_at", "id").values_list("number", flat=True)
    )
    assert sum(Decimal(row["total"]) for row in rows) == Order.objects.aggregate(sum=Sum("total"))["sum"]


def test_the_export_begins_before_all_orders_are_read() -> None:
    read = []

    def orders():
        for order in Order.objects.select_related("user"):
            order.item_count = 1
            read.append(order)
            yield order

    lines = order_lines(orders())
    assert next(lines).startswith("number,placed_at")
    assert read == []
    next(lines)
    assert len(read) == 1


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(ada: User) -> None:
    order = Order.objects.select_related("user").first()
    order.user.username, order.item_count = "=1+1", 1
    assert ",'=1+1," in list(order_lines([order]))[1]


def test_the_export_asks_the_database_once_however_many_orders_there_are(staff: Client) -> None:
    from django.db import connection

    with CaptureQueriesContext(
        connection,
    ) as queries:
        b"".join(staff.get("/reports/orders.csv").streaming_content)
    assert sum("orders_order" in query["sql"] for query in queries) == 1


@pytest.mark.parametrize(
    "path", ["/reports/", "/reports/orders.csv", "/reports/nightly/2025-03-03/", "/api/reports/sales/"]
)
def test_reports_are_for_those_who_may_see_them(client: Client, customer: Client, path: str) -> None:
    assert client.get(path).status_code == (403 if path.startswith("/api") else 302)
    assert customer.get(path).status_code == 403


def test_the_nightly_report_counts_the_day_and_can_be_built_again(staff: Client) -> None:
    day = Order.objects.exclude(status="cancelled").first().placed_at.date()
    orders = Order.objects.filter(placed_at__date=day).exclude(status="cancelled")
    for _ in range(2):
        assert build_nightly_report.delay(day.isoformat()).get() == day.isoformat()
    report = NightlyReport.objects.get(day=day)
    assert report.order_count == orders.count() > 0
    assert report.revenue == orders.aggregate(sum=Sum("total"))["sum"]
    assert staff.get(f"/reports/nightly/{day}/").status_code == 200


def test_without_a_day_the_nightly_report_is_that_of_yesterday() -> None:
    assert build_nightly_report() == str(timezone.now().date() - timezone.timedelta(days=1))


def test_a_day_that_no_calendar_has_is_not_found(staff: Client) -> None:
    assert staff.get("/reports/nightly/2025-02-30/").status_code == 404
    assert staff.get("/reports/nightly/1999-01-01/").status_code == 404


def test_sales_in_json_have_the_days_without_any_too(staff: Client) -> None:
    rows = staff.get("/api/reports/sales/?days=200&until=2025-06-30").json()
    assert len(rows) == 200
    assert date.fromisoformat(rows[-1]["day"]) == date(2025, 6, 30)
    sold = Order.objects.exclude(status="cancelled")
    assert sum(row["orders"] for row in rows) == sold.count()
    assert staff.get("/api/reports/sales/?days=0").status_code == 400


def test_beat_sends_only_tasks_that_exist() -> None:
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in current_app.conf.beat_schedule.values()} <= set(current_app.tasks)
    assert "notifications.tasks.send_order_email" in current_app.tasks
