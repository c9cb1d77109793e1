"""The parcel of an order, and where it has been."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Shipment(models.Model):
    class Status(models.TextChoices):
        WAITING = "waiting", _("being packed")
        DISPATCHED = "dispatched", _("on its way")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("cancelled")

    class Method(models.TextChoices):
        STANDARD = "standard", _("Standard")
        EXPRESS = "express", _("Express")

    order = models.OneToOneField(
        "orders.Order", verbose_name=_("order"), on_delete=models.CASCADE, related_name="shipment"
    )
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    tracking_code = models.CharField(_("tracking code"), max_length=16, unique=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")

    def __str__(self) -> str:
        return self.tracking_code


class ShipmentEvent(models.Model):
    """One line of the tracking page."""

    shipment = models.ForeignKey(Shipment, verbose_name=_("shipment"), on_delete=models.CASCADE, related_name="events")
    status = models.CharField(_("status"), max_length=10, choices=Shipment.Status.choices)
    place = models.CharField(_("place"), max_length=80)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("shipment event")
        verbose_name_plural = _("shipment events")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_status_display()}, {self.place}"
