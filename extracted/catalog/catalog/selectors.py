"""What can be read from the catalog. Only products that are shown in the shop are ever returned."""

import dataclasses
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Prefetch, Q, QuerySet

from catalog.models import Category, Product, Tag

ORDERINGS: dict[str, tuple[str, ...]] = {
    "newest": ("-created_at", "-id"),
    "price": ("price", "id"),
    "-price": ("-price", "-id"),
    "name": ("name", "id"),
    "rating": ("-rating_average", "-rating_count", "id"),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilters:
    """What to narrow a list of products by; an empty value narrows nothing."""

    search: str = ""
    category: str = ""
    tag: str = ""
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    available: bool | None = None
    ordering: str = "newest"


def _shown() -> QuerySet[Product]:
    return Product.objects.filter(is_active=True).select_related("category").prefetch_related("tags", "images")


def product_list(filters: ProductFilters | None = None) -> QuerySet[Product]:
    """The products that match all filters; a category holds what its children hold."""
    filters = filters or ProductFilters()
    condition = Q()
    for word in filters.search.split():
        condition &= Q(name__icontains=word) | Q(description__icontains=word) | Q(sku__iexact=word)
    if filters.category:
        condition &= Q(category__slug=filters.category) | Q(category__parent__slug=filters.category)
    if filters.tag:
        condition &= Q(tags__slug=filters.tag)
    if filters.min_price is not None:
        condition &= Q(price__gte=filters.min_price)
    if filters.max_price is not None:
        condition &= Q(price__lte=filters.max_price)
    if filters.available is not None:
        condition &= Q(is_available=filters.available)
    return _shown().filter(condition).order_by(*ORDERINGS[filters.ordering])


def product_by_slug(slug: str) -> Product | None:
    return _shown().filter(slug=slug).first()


def product_by_id(product_id: int) -> Product | None:
    return _shown().filter(pk=product_id).first()


def product_related(product: Product, *, limit: int = 4) -> list[Product]:
    """Others of the same category, those first that share most tags."""
    shared = Count("tags", filter=Q(tags__in=[tag.pk for tag in product.tags.all()]))
    others = _shown().filter(category_id=product.category_id).exclude(pk=product.pk)
    return list(others.annotate(shared=shared).order_by("-shared", "-rating_average", "id")[:limit])


def product_updated_at(product_id: int) -> datetime | None:
    """When the product was last changed, which is what its ETag is made of."""
    return Product.objects.filter(pk=product_id, is_active=True).values_list("updated_at", flat=True).first()


def category_list() -> QuerySet[Category]:
    """The rooms, each with its shelves; `product_count` of a shelf is known, that of a room is their sum."""
    counted = Category.objects.annotate(product_count=Count("products", filter=Q(products__is_active=True)))
    return counted.filter(parent=None).prefetch_related(Prefetch("children", queryset=counted))


def category_by_slug(slug: str) -> Category | None:
    return Category.objects.select_related("parent").prefetch_related("children").filter(slug=slug).first()


def tag_list() -> QuerySet[Tag]:
    return Tag.objects.all()
