"""How much there is of each product, and why that changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product


class Stock(models.Model):
    """The pieces of one product on the shelf; the database itself refuses a number below zero."""

    product = models.OneToOneField(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="stock", primary_key=True
    )
    quantity = models.IntegerField(_("pieces"), default=0)
    reorder_level = models.PositiveIntegerField(_("reorder below"), default=5)
    place = models.CharField(_("place"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stocks")
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.quantity}"

    @property
    def is_low(self) -> bool:
        return self.quantity < self.reorder_level


class StockMovement(models.Model):
    """One change of a stock. The sum of all changes of a stock is its quantity."""

    class Reason(models.TextChoices):
        RECEIVED = "received", _("received")
        SOLD = "sold", _("sold")
        RETURNED = "returned", _("returned")
        CORRECTED = "corrected", _("corrected")

    stock = models.ForeignKey(Stock, verbose_name=_("stock"), on_delete=models.CASCADE, related_name="movements")
    change = models.IntegerField(_("change"))
    quantity_after = models.IntegerField(_("pieces afterwards"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    order = models.ForeignKey(
        "orders.Order", verbose_name=_("order"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.change:+d} {self.get_reason_display()}"

    @property
    def quantity_before(self) -> int:
        return self.quantity_after - self.change
