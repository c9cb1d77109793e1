"""How money, stars and form fields are written in a page."""

from decimal import Decimal

from django import forms, template
from django.forms import BoundField
from django.utils import formats, translation
from django.utils.http import urlencode

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    """€1,234.50 in English, 1.234,50 € in German."""
    number = formats.number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)
    return f"{number}\N{NO-BREAK SPACE}€" if translation.get_language() == "de" else f"€{number}"


@register.filter
def stars(rating: Decimal | int) -> str:
    """Five stars, as many full ones as the rating rounds to."""
    full = int(Decimal(rating).quantize(Decimal(1)))
    return "★" * full + "☆" * (5 - full)


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: object) -> str:
    """The query string of this page with some parameters changed; those given as empty are left out."""
    parameters = {**context["request"].GET.dict(), **changes}
    return "?" + urlencode({name: value for name, value in parameters.items() if value not in ("", None)})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_choice_list(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.RadioSelect)
