"""The filters of a list of products."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.selectors import ProductFilters

ORDERING_CHOICES = [
    ("newest", _("Newest first")),
    ("price", _("Cheapest first")),
    ("-price", _("Dearest first")),
    ("name", _("By name")),
    ("rating", _("Best rated")),
]


class ProductFilterForm(forms.Form):
    """Reads the query string of a list, for pages and API alike."""

    is_filter = True  # the template need not say of each field that it is optional

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    category = forms.SlugField(required=False, widget=forms.HiddenInput)
    tag = forms.SlugField(required=False, widget=forms.HiddenInput)
    min_price = forms.DecimalField(label=_("Price from"), required=False, min_value=0, max_digits=10, decimal_places=2)
    max_price = forms.DecimalField(label=_("to"), required=False, min_value=0, max_digits=10, decimal_places=2)
    available = forms.BooleanField(label=_("In stock only"), required=False)
    ordering = forms.ChoiceField(label=_("Sorting"), required=False, choices=ORDERING_CHOICES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("min_price"), cleaned.get("max_price")
        if low is not None and high is not None and low > high:
            self.add_error("max_price", _("The upper price is below the lower one."))
        return cleaned

    def filters(self) -> ProductFilters:
        """The filters, leaving out those that are not valid."""
        cleaned = self.cleaned_data
        return ProductFilters(
            search=cleaned.get("q") or "",
            category=cleaned.get("category") or "",
            tag=cleaned.get("tag") or "",
            min_price=cleaned.get("min_price"),
            max_price=cleaned.get("max_price"),
            available=cleaned.get("available") or None,
            ordering=cleaned.get("ordering") or "newest",
        )
