"""Who uses the shop, and where things are sent to them."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.models import Timestamped


class User(AbstractUser):
    """A customer or a member of staff."""

    language = models.CharField(
        _("language of mail"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    avatar = models.ImageField(_("picture"), upload_to="avatars/", blank=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Address(Timestamped):
    """Where a user has things sent; orders keep a copy, so that changing it changes no order."""

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street and number"), max_length=160)
    postal_code = models.CharField(_("postal code"), max_length=12)
    city = models.CharField(_("city"), max_length=80)
    country = models.CharField(
        _("country"),
        max_length=2,
        default="DE",
        choices=[("DE", _("Germany")), ("AT", _("Austria")), ("CH", _("Switzerland")), ("GB", _("United Kingdom"))],
    )
    is_default = models.BooleanField(_("use this one first"), default=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-is_default", "id"]

    def __str__(self) -> str:
        return f"{self.name}, {self.street}, {self.postal_code} {self.city}"
