"""What is told in the background."""

from celery import shared_task
from django.conf import settings
from django.db import transaction

from accounts.selectors import staff_with_permission
from inventory.models import Stock
from inventory.selectors import stock_list
from notifications.mail import send_template
from notifications.models import Notification
from orders.models import Order


@shared_task
def send_order_email(order_id: int) -> bool:
    """Confirms an order to its customer; False when that was done before.

    If the mail cannot be sent, the notification is undone with it, and the next run tries again.
    """
    order = Order.objects.prefetch_related("items").select_related("user", "shipment").get(pk=order_id)
    with transaction.atomic():
        _, is_new = Notification.objects.get_or_create(
            kind=Notification.Kind.ORDER_PLACED, order=order, defaults={"user": order.user}
        )
        if is_new:
            send_template(name="order_placed", to=[order.email], language=order.language, context={"order": order})
    return is_new


@shared_task
def send_stock_alert(product_id: int) -> int:
    """Tells those who look after the shelves that a product is running out; returns how many were told."""
    stock = Stock.objects.select_related("product").get(pk=product_id)
    keepers = staff_with_permission("inventory.add_stockmovement")
    alerts = [Notification(user=keeper, kind=Notification.Kind.STOCK_LOW, product=stock.product) for keeper in keepers]
    return len(Notification.objects.bulk_create(alerts))


@shared_task
def send_low_stock_digest() -> int:
    """Mails the list of what is running out, each morning; returns how many products are on it."""
    stocks = list(stock_list(low_only=True))
    keepers = [user.email for user in staff_with_permission("inventory.add_stockmovement") if user.email]
    if stocks and keepers:
        send_template(name="low_stock", to=keepers, language=settings.LANGUAGE_CODE, context={"stocks": stocks})
    return len(stocks)
