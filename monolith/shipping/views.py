"""Tracking for everybody, dispatch for staff."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orders.selectors import order_by_number
from orders.status import NotPossible
from shipping import selectors, services
from shipping.forms import TrackForm
from shipping.models import Shipment


@require_safe
def track(request: HttpRequest) -> HttpResponse:
    form = TrackForm(request.GET or None)
    if form.is_valid():
        return redirect("shipping:tracking", code=form.cleaned_data["code"].strip().upper())
    return render(request, "shipping/track.html", {"form": form})


@require_safe
def tracking(request: HttpRequest, code: str) -> HttpResponse:
    shipment = selectors.shipment_by_code(code)
    if shipment is None:
        raise Http404(f"No parcel {code!r}")
    return render(request, "shipping/tracking.html", {"shipment": shipment})


@login_required
@permission_required("shipping.change_shipment", raise_exception=True)
@require_POST
def dispatch(request: HttpRequest, number: str) -> HttpResponse:
    """Moves the parcel one step on: out of the house, or, when it is on its way, to the customer's door."""
    order = order_by_number(number=number)
    if order is None:
        raise Http404(f"No order {number}")
    step = (
        services.shipment_deliver if order.shipment.status == Shipment.Status.DISPATCHED else services.shipment_dispatch
    )
    try:
        step(order=order)
    except NotPossible as error:
        messages.error(request, _("This order cannot be sent: it is %(status)s.") % {"status": error.label})
    else:
        messages.success(request, _("The parcel has moved on."))
    return redirect(order)
