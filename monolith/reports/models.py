"""Figures that are worked out once a night."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from shop.models import Timestamped


class NightlyReport(Timestamped):
    """What happened on one day (UTC). Cancelled orders do not count."""

    day = models.DateField(_("day"), unique=True)
    order_count = models.PositiveIntegerField(_("orders"))
    revenue = models.DecimalField(_("revenue"), max_digits=12, decimal_places=2)
    item_count = models.PositiveIntegerField(_("items"))
    new_customers = models.PositiveIntegerField(_("new customers"))
    low_stock_count = models.PositiveIntegerField(_("products running out"))
    best_seller = models.ForeignKey(
        Product, verbose_name=_("best seller"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("nightly report")
        verbose_name_plural = _("nightly reports")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()
