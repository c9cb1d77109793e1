"""Users of the dashboard: added, changed and removed."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction

from strangler_proxy.control.connection import reached
from strangler_proxy.control.errors import BadPassword, NoSuchUser, UserThere
from strangler_proxy.control.role import Role
from strangler_proxy.control.web.roles import role_of, role_set
from strangler_proxy.errors import WrongUsage


@dataclass(frozen=True, slots=True)
class KnownUser:
    """One user."""

    name: str
    role: str | None
    last_login: str | None
    """UTC, ISO 8601."""

    @property
    def document(self) -> dict[str, Any]:
        """Its JSON form."""
        return {"name": self.name, "role": self.role, "last_login": self.last_login}


def user_list() -> list[KnownUser]:
    """Every user, by name. Raises: StoreUnreachable."""
    with reached():
        return [
            KnownUser(
                one.get_username(),
                role_of(one),
                one.last_login.isoformat(timespec="seconds") if one.last_login else None,
            )
            for one in get_user_model().objects.order_by("username")
        ]


def must_be(name: str, *, there: bool) -> None:
    """Raises: NoSuchUser, or UserThere, when it is otherwise; WrongUsage when it can be no name."""
    if there:
        user_named(name)
        return
    try:
        get_user_model()._meta.get_field("username").clean(name, None)
    except ValidationError:
        remedy = "Use letters, digits and @ . + - _, at most 150 of them."
        raise WrongUsage(f'"{name}" is no name for a user.', remedy=remedy) from None
    with reached():
        if get_user_model().objects.filter(username=name).exists():
            raise UserThere(f'there is a user "{name}" already.', remedy=UserThere.usual_remedy)


def user_add(*, name: str, role: str, password: str) -> None:
    """Adds the user. Raises: UserThere, BadPassword, WrongUsage, StoreUnreachable."""
    must_be(name, there=False)
    user = get_user_model()(username=name)
    _check(password, user)
    with reached(), transaction.atomic():
        user.set_password(password)
        user.save()
        role_set(user, Role(role))


def user_role_set(*, name: str, role: str) -> None:
    """Gives the user this role in place of the other. Raises: NoSuchUser, StoreUnreachable."""
    user = user_named(name)
    with reached(), transaction.atomic():
        role_set(user, Role(role))


def password_set(*, name: str, password: str) -> None:
    """Sets the password, which ends the user's sessions. Raises: NoSuchUser, BadPassword, StoreUnreachable."""
    user = user_named(name)
    _check(password, user)
    with reached():
        user.set_password(password)
        user.save()


def user_remove(*, name: str) -> None:
    """Removes the user with its sessions. What it did stays in the audit log. Raises: NoSuchUser, StoreUnreachable."""
    user = user_named(name)
    with reached(), transaction.atomic():
        for session in Session.objects.all():
            if session.get_decoded().get("_auth_user_id") == str(user.pk):
                session.delete()
        user.delete()


def user_named(name: str) -> Any:
    """The user. Raises: NoSuchUser, StoreUnreachable."""
    with reached():
        user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise NoSuchUser(f'there is no user "{name}".', remedy=NoSuchUser.usual_remedy)
    return user


def _check(password: str, user: Any) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadPassword(" ".join(error.messages), remedy=BadPassword.usual_remedy) from None
