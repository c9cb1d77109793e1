"""What can be read about users."""

from django.db.models import QuerySet

from accounts.models import Address, User


def address_list(*, user: User) -> QuerySet[Address]:
    """The user's addresses, the default one first."""
    return Address.objects.filter(user=user)


def address_get(*, user: User, address_id: int) -> Address | None:
    """The address, if it is the user's own."""
    return address_list(user=user).filter(pk=address_id).first()


def staff_with_permission(permission: str) -> QuerySet[User]:
    """Active staff who hold `app.codename`, by themselves or through a group."""
    return User.objects.with_perm(permission, backend="django.contrib.auth.backends.ModelBackend").filter(is_staff=True)
