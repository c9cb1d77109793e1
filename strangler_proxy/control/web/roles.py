"""Who may do what: three roles, each a group of Django's with its permissions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.contrib.auth.models import Group, Permission

from strangler_proxy.control.role import Role

VIEW = "strangler.view_dashboard"
CHANGE = "strangler.change_stage"
IGNORE = "strangler.write_ignore"
FORCE = "strangler.force_stage"

PERMISSIONS: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        Role.VIEWER: (VIEW,),
        Role.OPERATOR: (VIEW, CHANGE, IGNORE),
        Role.ADMIN: (VIEW, CHANGE, IGNORE, FORCE),
    }
)
"""Role → what it may do. Users are added and removed by the command alone."""


def roles_ensure() -> None:
    """Makes the groups, and gives each exactly its permissions. Costs three reads when all is so already."""
    for role, names in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        wanted = {name.partition(".")[2] for name in names}
        if set(group.permissions.values_list("codename", flat=True)) != wanted:
            group.permissions.set(Permission.objects.filter(content_type__app_label="strangler", codename__in=wanted))


def role_set(user: Any, role: Role) -> None:
    """Gives the user this role in place of any other."""
    roles_ensure()
    user.groups.set(Group.objects.filter(name=role.value))


def role_of(user: Any) -> Role | None:
    """The highest role that the user has; None: it has none."""
    names = set(user.groups.values_list("name", flat=True))
    return next((role for role in reversed(Role) if role.value in names), None)
