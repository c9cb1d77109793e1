from django import forms
from django.utils.translation import gettext_lazy as _


class TrackForm(forms.Form):
    code = forms.RegexField(r"^\s*[Tt][0-9A-Fa-f]{12}\s*$", label=_("Tracking code"), max_length=20)
