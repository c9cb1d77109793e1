"""The cart's page, and the forms that change it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cart import selectors, services
from cart.forms import QuantityForm
from catalog.models import Product
from catalog.selectors import product_by_id


def product_or_404(product_id: int) -> Product:
    product = product_by_id(product_id)
    if product is None:
        raise Http404(f"No product {product_id}")
    return product


@require_safe
def cart_detail(request: HttpRequest) -> HttpResponse:
    return render(request, "cart/detail.html", {"cart": selectors.cart_get(session=request.session)})


@require_POST
def cart_add(request: HttpRequest, product_id: int) -> HttpResponse:
    product = product_or_404(product_id)
    form = QuantityForm({"quantity": request.POST.get("quantity") or 1})
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["quantity"]))
        return redirect(product)
    services.cart_item_add(session=request.session, product=product, quantity=form.cleaned_data["quantity"])
    messages.success(request, _("“%(name)s” is in your cart.") % {"name": product.name})
    return redirect("cart:detail")


@require_POST
def cart_update(request: HttpRequest, product_id: int) -> HttpResponse:
    form = QuantityForm(request.POST)
    if form.is_valid():
        services.cart_item_set(
            session=request.session, product=product_or_404(product_id), quantity=form.cleaned_data["quantity"]
        )
    else:
        messages.error(request, " ".join(form.errors["quantity"]))
    return redirect("cart:detail")


@require_POST
def cart_remove(request: HttpRequest, product_id: int) -> HttpResponse:
    services.cart_item_set(session=request.session, product=product_or_404(product_id), quantity=0)
    return redirect("cart:detail")


@require_POST
def cart_clear(request: HttpRequest) -> HttpResponse:
    services.cart_clear(session=request.session)
    return redirect("cart:detail")
