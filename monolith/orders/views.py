"""Checkout and the customer's orders."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cart.selectors import Cart, cart_get
from cart.services import cart_clear
from catalog.selectors import product_by_id
from inventory.services import OutOfStock
from orders import selectors, services
from orders.forms import CheckoutForm
from orders.models import Order
from orders.status import NotPossible
from payments.client import GatewayUnavailable, PaymentDeclined

PAGE_SIZE = 10


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    cart = cart_get(session=request.session)
    form = CheckoutForm(request.POST or None, user=request.user, cart=cart, initial={"checkout_key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        order = _order_place(request, cart, form)
        if order is not None:
            cart_clear(session=request.session)
            messages.success(request, _("Thank you! Your order %(number)s is placed.") % {"number": order.number})
            return redirect(order)
    elif not cart.lines:
        messages.info(request, _("Your cart is empty."))
        return redirect("cart:detail")
    status = 422 if form.errors else 200
    return render(request, "orders/checkout.html", {"form": form, "cart": cart}, status=status)


def _order_place(request: HttpRequest, cart: Cart, form: CheckoutForm) -> Order | None:
    """The order, or None when it could not be placed, which the form then explains."""
    try:
        return services.order_place(user=request.user, cart=cart, language=get_language(), **form.cleaned_data)
    except services.EmptyCart:
        form.add_error(None, _("Your cart is empty."))
    except OutOfStock as error:
        for product_id, pieces in error.available.items():
            product = product_by_id(product_id)
            name = product.name if product else str(product_id)
            form.add_error(None, _("Of “%(name)s” only %(pieces)d are left.") % {"name": name, "pieces": pieces})
    except PaymentDeclined:
        # The gateway answers the same key with the same refusal, so that another try with this card needs a new one.
        form.data = {**form.data.dict(), "checkout_key": str(uuid.uuid4())}
        form.add_error("card", _("Your bank declined the card. Nothing was ordered, and nothing was charged."))
    except GatewayUnavailable:
        # What the gateway did is not known, so that the key stays: sending the form again cannot charge twice.
        form.add_error(None, _("The payment service does not answer. Nothing was ordered; please try again."))
    return None


@login_required
@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.order_list(user=request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    page.numbers = list(page.paginator.get_elided_page_range(page.number))
    return render(request, "orders/list.html", {"page": page})


def order_or_404(request: HttpRequest, number: str) -> Order:
    order = selectors.order_by_number(number=number, user=request.user)
    if order is None:
        raise Http404(f"No order {number} of this user")
    return order


@login_required
@require_safe
def order_detail(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "orders/detail.html", {"order": order_or_404(request, number)})


@login_required
@require_safe
def order_invoice(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "orders/invoice.html", {"order": order_or_404(request, number)})


@login_required
@require_POST
def order_cancel(request: HttpRequest, number: str) -> HttpResponse:
    order = order_or_404(request, number)
    if order.user_id != request.user.pk and not request.user.has_perm("orders.change_order"):
        raise Http404(f"No order {number} of this user")
    try:
        services.order_cancel(order=order)
    except NotPossible as error:
        messages.error(
            request, _("The order is %(status)s and cannot be cancelled any more.") % {"status": error.label}
        )
    else:
        messages.success(request, _("The order was cancelled; your money is on its way back."))
    return redirect(order)
