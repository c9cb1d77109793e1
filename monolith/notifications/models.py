"""What a user is told on their page; mail goes beside it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from orders.models import Order


class Notification(models.Model):
    class Kind(models.TextChoices):
        ORDER_PLACED = "order_placed", _("order placed")
        STOCK_LOW = "stock_low", _("stock is low")
        REVIEW_APPROVED = "review_approved", _("review approved")
        REVIEW_REJECTED = "review_rejected", _("review rejected")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-id"]
        constraints = [
            # A task may run twice; the user is told once.
            models.UniqueConstraint(
                fields=["kind", "order"], condition=Q(order__isnull=False), name="one_notification_an_order_and_kind"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The sentence, in the language of the moment."""
        match self.kind:
            case self.Kind.ORDER_PLACED:
                return gettext("We have received your order %(number)s.") % {"number": self.order.number}
            case self.Kind.STOCK_LOW:
                return gettext("“%(name)s” is running out.") % {"name": self.product.name}
            case self.Kind.REVIEW_APPROVED:
                return gettext("Your review of “%(name)s” is shown now.") % {"name": self.product.name}
            case _:
                return gettext("We could not publish your review of “%(name)s”.") % {"name": self.product.name}

    @property
    def url(self) -> str:
        return (self.order or self.product).get_absolute_url()
