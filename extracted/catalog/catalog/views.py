"""The catalog's pages."""

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog import selectors
from catalog.forms import ProductFilterForm
from catalog.models import Product
from catalog.selectors import ProductFilters

PAGE_SIZE = 24


def product_or_404(slug: str) -> Product:
    product = selectors.product_by_slug(slug)
    if product is None:
        raise Http404(f"No product {slug!r}")
    return product


def catalog_page(request: HttpRequest, filters: ProductFilters) -> Page:
    """The page of products that `?page=` asks for, or the nearest; `numbers` are those to link to."""
    page = Paginator(selectors.product_list(filters), PAGE_SIZE).get_page(request.GET.get("page"))
    page.numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "categories": selectors.category_list(),
        "newest": selectors.product_list()[:8],
        "best": selectors.product_list(ProductFilters(ordering="rating"))[:4],
    }
    return render(request, "catalog/home.html", context)


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    form = ProductFilterForm(request.GET)
    form.is_valid()  # what is not valid is shown with its error, and narrows nothing
    filters = form.filters()
    page = catalog_page(request, filters)
    context = {"form": form, "page": page, "tags": selectors.tag_list(), "active_tag": filters.tag}
    return render(request, "catalog/product_list.html", context)


@require_safe
def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    product = product_or_404(slug)
    context = {"product": product, "related": selectors.product_related(product)}
    return render(request, "catalog/product_detail.html", context)


@require_safe
def category_list(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/category_list.html", {"categories": selectors.category_list()})


@require_safe
def category_detail(request: HttpRequest, slug: str) -> HttpResponse:
    category = selectors.category_by_slug(slug)
    if category is None:
        raise Http404(f"No category {slug!r}")
    page = catalog_page(request, ProductFilters(category=slug))
    return render(request, "catalog/category_detail.html", {"category": category, "page": page})
