from django import forms
from django.utils.translation import gettext_lazy as _

from cart.services import MAX_QUANTITY


class QuantityForm(forms.Form):
    quantity = forms.IntegerField(label=_("Quantity"), min_value=0, max_value=MAX_QUANTITY)
