import logging

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import User
from catalog.models import Category, Product
from inventory.models import Stock
from notifications.models import Notification
from orders.models import Order
from reports.models import NightlyReport
from reviews.models import Review
from shop.middleware import RequestIDFilter

pytestmark = pytest.mark.django_db


def patterns() -> list[tuple[str, str]]:
    """Every named address of the shop's own apps, with its route."""
    found = []
    for resolver in get_resolver().url_patterns:
        namespace = getattr(resolver, "app_name", None)
        if namespace and namespace != "admin":
            found += [(f"{namespace}:{entry.name}", str(entry.pattern)) for entry in resolver.url_patterns]
    return found


ARGUMENTS = {
    "slug": lambda route: (Category if "categories" in route else Product).objects.filter().first().slug,
    "number": lambda route: Order.objects.first().number,
    "code": lambda route: Order.objects.first().shipment.tracking_code,
    "reference": lambda route: Order.objects.first().payment.reference,
    "day": lambda route: NightlyReport.objects.first().day,
    "product_id": lambda route: Stock.objects.first().pk,
    "pk": lambda route: (
        (
            Review.objects.first()
            if "review" in route and "products" not in route
            else Notification.objects.get_or_create(
                user=User.objects.get(username="admin"), kind="stock_low", product=Product.objects.first()
            )[0]
            if "notifications" in route
            else Product.objects.filter(is_active=True).first()
        ).pk
    ),
}


@pytest.mark.parametrize(("name", "route"), patterns())
def test_every_address_answers_a_reader_without_a_fault(admin: Client, name: str, route: str) -> None:
    arguments = {key: get(route) for key, get in ARGUMENTS.items() if f":{key}>" in route or f"<{key}>" in route}
    query = {"country": "DE", "weight_grams": 900} if "rates" in route else {}
    answer = admin.get(reverse(name, kwargs=arguments), query)
    if answer.status_code == 302:
        assert name in {"orders:checkout"}
    elif answer.status_code == 404:
        assert name in {"accounts:address-edit"}, "the admin has no address"
    else:
        assert answer.status_code in (200, 405), answer.content


def test_there_are_about_fifty_endpoints() -> None:
    assert len(patterns()) >= 50


MODELS = sorted(model._meta.label_lower.replace(".", "/") for model in site._registry)


@pytest.mark.parametrize("model", MODELS)
def test_the_administration_lists_everything(admin: Client, model: str) -> None:
    assert admin.get(f"/admin/{model}/").status_code == 200


def test_every_answer_has_a_request_id_and_its_time(client: Client) -> None:
    answer = client.get("/healthz", headers={"x-request-id": "from-the-proxy.1"})
    assert answer.json() == {"status": "ok"}
    assert answer["X-Request-ID"] == "from-the-proxy.1"
    assert answer["Server-Timing"].startswith("app;dur=")


@pytest.mark.parametrize("offered", ["", "two words", "x" * 65, "a\tb"])
def test_a_request_id_that_could_forge_a_log_line_is_not_taken_over(client: Client, offered: str) -> None:
    assert len(client.get("/healthz", headers={"x-request-id": offered})["X-Request-ID"]) == 32


def test_a_log_record_outside_of_any_request_has_no_id() -> None:
    record = logging.makeLogRecord({})
    assert RequestIDFilter().filter(record)
    assert record.request_id == "-"


def test_static_files_are_served_without_collecting_them(client: Client) -> None:
    for path in ("/static/shop/shop.css", "/static/admin/css/base.css"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert b"{" in answer.getvalue()


@pytest.mark.parametrize("path", ["/media/../shop/settings.py", "/media/%2e%2e/manage.py", "/media/nothing.jpg"])
def test_media_gives_out_nothing_but_uploads(client: Client, path: str) -> None:
    assert client.get(path).status_code in (400, 404)


def test_a_notification_is_read_once_and_only_by_its_user(customer: Client, staff: Client, ada: User) -> None:
    note = Notification.objects.create(user=ada, kind="stock_low", product=Product.objects.first())
    assert staff.post(f"/notifications/{note.pk}/read/").status_code == 404
    assert customer.get("/api/session/").json()["unread_notifications"] == 1
    customer.post(f"/notifications/{note.pk}/read/")
    assert customer.get("/api/session/").json()["unread_notifications"] == 0
    assert customer.get("/api/notifications/").json()["results"][0]["read_at"]
