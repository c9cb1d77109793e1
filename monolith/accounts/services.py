"""What changes users and their addresses."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Address, User


def user_update(*, user: User, **fields: Any) -> User:
    """Changes the given fields.

    Raises: ValidationError when the user would not be valid.
    """
    for name, value in fields.items():
        setattr(user, name, value)
    user.full_clean(exclude=["password"])
    user.save(update_fields=list(fields))
    return user


def user_avatar_set(*, user: User, upload: UploadedFile) -> User:
    """Puts the picture in place of the former one, whose file is deleted once the change is certain."""
    former = user.avatar.name
    with transaction.atomic():
        user.avatar = upload
        user.save(update_fields=["avatar"])
        if former and former != user.avatar.name:
            transaction.on_commit(lambda: user.avatar.storage.delete(former))
    return user


@transaction.atomic
def address_save(*, user: User, address: Address) -> Address:
    """Stores a new or a changed address; the user's first is the default, and there is one default at most."""
    address.user = user
    others = Address.objects.filter(user=user).exclude(pk=address.pk)
    address.is_default = address.is_default or not others.exists()
    if address.is_default:
        others.update(is_default=False)
    address.save()
    return address


@transaction.atomic
def address_delete(*, address: Address) -> None:
    """Deletes the address; if it was the default, the oldest that is left takes its place."""
    user, was_default = address.user, address.is_default
    address.delete()
    if was_default and (heir := Address.objects.filter(user=user).order_by("pk").first()):
        heir.is_default = True
        heir.save(update_fields=["is_default"])
