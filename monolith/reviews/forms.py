from django import forms
from django.utils.translation import gettext_lazy as _

RATINGS = [
    (5, _("5 stars: wonderful")),
    (4, _("4 stars: good")),
    (3, _("3 stars: fair")),
    (2, _("2 stars: poor")),
    (1, _("1 star: never again")),
]


class ReviewForm(forms.Form):
    rating = forms.TypedChoiceField(label=_("Stars"), choices=RATINGS, coerce=int)
    title = forms.CharField(label=_("In a few words"), max_length=120)
    text = forms.CharField(label=_("Your review"), max_length=4000, widget=forms.Textarea)
