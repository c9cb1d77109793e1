"""Categories, products, their tags and images, in tables that are named and shaped as the shop's.

The service reads them; `copy_catalog` alone writes. Two facts about a product belong to other apps of the shop, the
rating (of `reviews`) and whether it can be had (of `inventory`): they are as old as the last copy.
"""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """A shelf of the shop; shelves stand in rooms, one level deep."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    description = models.TextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:category-detail", args=[self.slug])


class Tag(models.Model):
    """A word by which products are found across categories."""

    name = models.CharField(_("name"), max_length=40)
    slug = models.SlugField(_("slug"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """One thing on sale; its ETag is made of `updated_at`."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="products"
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=140, unique=True)
    sku = models.CharField(_("article number"), max_length=20, unique=True)
    description = models.TextField(_("description"), blank=True)
    price = models.DecimalField(
        _("price"), max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    weight_grams = models.PositiveIntegerField(_("weight in grams"), default=500)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="products")
    is_active = models.BooleanField(_("shown in the shop"), default=True)
    is_available = models.BooleanField(_("in stock"), default=True, editable=False)
    rating_average = models.DecimalField(
        _("rating"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.00"),
        editable=False,
        validators=[MaxValueValidator(5)],
    )
    rating_count = models.PositiveIntegerField(_("number of reviews"), default=0, editable=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["is_active", "-created_at"], name="product_newest"),
            models.Index(fields=["is_active", "price"], name="product_price"),
        ]
        constraints = [models.CheckConstraint(condition=Q(price__gt=0), name="product_price_is_positive")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product-detail", args=[self.slug])


class ProductImage(models.Model):
    """A picture of a product; the one with the lowest position is its face."""

    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="images")
    image = models.ImageField(_("image"), upload_to="products/", width_field="width", height_field="height")
    alt = models.CharField(_("description of the image"), max_length=160, blank=True)
    width = models.PositiveIntegerField(editable=False, null=True)
    height = models.PositiveIntegerField(editable=False, null=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("product image")
        verbose_name_plural = _("product images")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.alt or str(self.image)
