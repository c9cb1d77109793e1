"""The checkout."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Address, User
from accounts.selectors import address_list
from cart.selectors import Cart
from shipping.models import Shipment
from shipping.rates import rates
from shop.templatetags.formatting import money

CARDS = [
    ("tok_4242", _("Card ending in 4242")),
    ("tok_1881", _("Card ending in 1881")),
    ("tok_declined", _("Card ending in 0002 (the test bank declines it)")),
]


class AddressChoice(forms.ModelChoiceField):
    def label_from_instance(self, address: Address) -> str:
        return f"{address}, {address.get_country_display()}"


class CheckoutForm(forms.Form):
    """Where to, how, and with which card. The key makes a form that is sent twice one order."""

    checkout_key = forms.UUIDField(widget=forms.HiddenInput)
    address = AddressChoice(
        label=_("Send to"), queryset=Address.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    shipping_method = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect, initial=Shipment.Method.STANDARD)
    card = forms.ChoiceField(label=_("Pay with"), choices=CARDS, widget=forms.RadioSelect, initial="tok_4242")

    def __init__(self, *args: Any, user: User, cart: Cart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        addresses = address_list(user=user)
        self.fields["address"].queryset = addresses
        first = addresses.first()
        self.fields["address"].initial = first
        self.fields["shipping_method"].choices = self._method_choices(first, cart)

    @staticmethod
    def _method_choices(address: Address | None, cart: Cart) -> list[tuple[str, str]]:
        """The ways of sending with their price to the user's first address."""
        if address is None:
            return []
        found = rates(country=address.country, weight_grams=cart.weight_grams, subtotal=cart.subtotal)
        return [
            (
                rate.code,
                "{method}: {price}, {days}".format(
                    method=Shipment.Method(rate.code).label,
                    price=money(rate.price),
                    days=ngettext("%(n)d working day", "%(n)d working days", rate.days) % {"n": rate.days},
                ),
            )
            for rate in found
        ]
