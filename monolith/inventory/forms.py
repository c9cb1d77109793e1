from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inventory.models import StockMovement


def validate_not_zero(value: int) -> None:
    if value == 0:
        raise ValidationError(_("A change of zero changes nothing."))


class StockChangeForm(forms.Form):
    change = forms.IntegerField(label=_("Change"), min_value=-10_000, max_value=10_000, validators=[validate_not_zero])
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            (reason.value, reason.label) for reason in (StockMovement.Reason.RECEIVED, StockMovement.Reason.CORRECTED)
        ],
    )
