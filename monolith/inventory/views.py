"""The pages of those who fill the shelves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inventory import selectors, services
from inventory.forms import StockChangeForm
from inventory.models import Stock


@login_required
@permission_required("inventory.view_stock", raise_exception=True)
@require_safe
def low_stock(request: HttpRequest) -> HttpResponse:
    return render(request, "inventory/low_stock.html", {"stocks": selectors.stock_list(low_only=True)})


@login_required
@permission_required("inventory.add_stockmovement", raise_exception=True)
@require_POST
def stock_change(request: HttpRequest, product_id: int) -> HttpResponse:
    form = StockChangeForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("inventory:low-stock")
    try:
        services.stock_change(product_id=product_id, user=request.user, **form.cleaned_data)
    except Stock.DoesNotExist as error:
        raise Http404(f"No stock of product {product_id}") from error
    except services.OutOfStock:
        messages.error(request, _("There are not as many pieces to take."))
    else:
        messages.success(request, _("The stock was changed."))
    return redirect("inventory:low-stock")
