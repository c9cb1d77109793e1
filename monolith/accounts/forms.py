"""What a user fills in about themselves."""

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import Address, User
from shop.images import validate_uploaded_image


class RegisterForm(UserCreationForm):
    email = forms.EmailField(label=_("Email address"))

    class Meta:
        model = User
        fields = ["username", "email"]


class ProfileForm(forms.ModelForm):
    email = forms.EmailField(label=_("Email address"))

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "language"]


class AddressForm(forms.ModelForm):
    class Meta:
        model = Address
        fields = ["name", "street", "postal_code", "city", "country", "is_default"]


class AvatarForm(forms.Form):
    avatar = forms.ImageField(label=_("Picture"), validators=[validate_uploaded_image])
