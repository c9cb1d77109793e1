"""Registration, log-in, and the user's own pages."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.forms import AddressForm, AvatarForm, ProfileForm, RegisterForm
from accounts.models import Address, User


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.language = get_language()
        login(request, form.save())
        messages.success(request, _("Welcome! Your account is ready."))
        return redirect("accounts:profile")
    return render(request, "accounts/register.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    # The form gets its own copy of the user: filling it in must not change the name in the page's head.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        services.user_update(user=request.user, **form.cleaned_data)
        messages.success(request, _("Your profile was saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def avatar(request: HttpRequest) -> HttpResponse:
    form = AvatarForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        services.user_avatar_set(user=request.user, upload=form.cleaned_data["avatar"])
        messages.success(request, _("Your picture was saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/avatar.html", {"form": form})


@login_required
@require_safe
def address_list(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/address_list.html", {"addresses": selectors.address_list(user=request.user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address_add(request: HttpRequest) -> HttpResponse:
    return _address_form(request, Address(name=request.user.get_full_name()))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _address_form(request, _own_address(request, pk))


@login_required
@require_POST
def address_delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.address_delete(address=_own_address(request, pk))
    messages.success(request, _("The address was deleted."))
    return redirect("accounts:address-list")


def _own_address(request: HttpRequest, pk: int) -> Address:
    address = selectors.address_get(user=request.user, address_id=pk)
    if address is None:
        raise Http404(f"No address {pk} of this user")
    return address


def _address_form(request: HttpRequest, address: Address) -> HttpResponse:
    form = AddressForm(request.POST or None, instance=address)
    if request.method == "POST" and form.is_valid():
        services.address_save(user=request.user, address=form.save(commit=False))
        messages.success(request, _("The address was saved."))
        return redirect("accounts:address-list")
    return render(request, "accounts/address_form.html", {"form": form, "address": address})
