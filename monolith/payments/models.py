"""The money of an order."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.models import Timestamped


class Payment(Timestamped):
    """One payment an order. Money is set aside at checkout, taken at dispatch, and given back on cancelling."""

    class Status(models.TextChoices):
        AUTHORISED = "authorised", _("reserved")
        CAPTURED = "captured", _("paid")
        RELEASING = "releasing", _("being returned")
        VOIDED = "voided", _("released")
        REFUNDED = "refunded", _("refunded")

    order = models.OneToOneField(
        "orders.Order", verbose_name=_("order"), on_delete=models.PROTECT, related_name="payment"
    )
    reference = models.CharField(_("gateway's reference"), max_length=40, unique=True)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.AUTHORISED)
    was_captured = models.BooleanField(_("money was taken"), default=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.reference
