"""The users of `manage.py seed`. Under DEBUG they can log in with published passwords; otherwise nobody can."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from accounts.models import Address, User
from shop.seeding import BATCH, EPOCH, seeded_random

STAFF_GROUP = "Shop staff"
STAFF_PERMISSIONS = {
    "catalog": ["view_product", "change_product", "add_productimage", "change_productimage", "view_productimage"],
    "inventory": ["view_stock", "change_stock", "view_stockmovement", "add_stockmovement"],
    "orders": ["view_order", "change_order", "export_orders"],
    "payments": ["view_payment"],
    "shipping": ["view_shipment", "change_shipment"],
    "reviews": ["view_review", "moderate_review"],
    "reports": ["view_nightlyreport"],
}
FIRST = ["Alma", "Bruno", "Clara", "David", "Elif", "Finn", "Greta", "Hugo", "Ines", "Jonas", "Klara", "Levi", "Mina"]
LAST = ["Albers", "Brandt", "Conrad", "Demir", "Ebert", "Fuchs", "Graf", "Hahn", "Ito", "Jansen", "Krüger", "Lange"]
STREETS = ["Lindenweg", "Am Markt", "Gartenstraße", "Hafengasse", "Schulstraße", "Bergweg", "Mühlenstraße"]
CITIES = [("34117", "Kassel", "DE"), ("10115", "Berlin", "DE"), ("20095", "Hamburg", "DE"), ("50667", "Köln", "DE"),
          ("80331", "München", "DE"), ("1010", "Wien", "AT"), ("8001", "Zürich", "CH")]  # fmt: skip


def _password(text: str) -> str:
    """A fixed salt, so that the same data comes out each time; these passwords are no secret anyhow."""
    return make_password(text if settings.DEBUG else None, salt="hearth-and-hand" if settings.DEBUG else None)


def staff_group_seed() -> Group:
    group, _ = Group.objects.get_or_create(name=STAFF_GROUP)
    wanted = Q()
    for app, names in STAFF_PERMISSIONS.items():
        wanted |= Q(content_type__app_label=app, codename__in=names)
    group.permissions.add(*Permission.objects.filter(wanted))
    return group


def _named(username: str, first: str, last: str, **fields: object) -> bool:
    """Makes one of the users that are known by name, unless they are there."""
    if User.objects.filter(username=username).exists():
        return False
    password = _password(username if username == "admin" else f"{username}-demo-password")
    User.objects.create(
        username=username,
        first_name=first,
        last_name=last,
        email=f"{username}@example.com",
        password=password,
        date_joined=EPOCH,
        **fields,
    )
    return True


def users_seed(*, customers: int) -> int:
    """Makes `grace` (staff), `ada` and `customer1`, `customer2`, … and, under DEBUG only, the superuser `admin`."""
    group = staff_group_seed()
    if settings.DEBUG:
        _named("admin", "", "", is_staff=True, is_superuser=True)
    if _named("grace", "Grace", "Hopper", is_staff=True):
        User.objects.get(username="grace").groups.add(group)
    _named("ada", "Ada", "Lovelace")
    known = set(User.objects.values_list("username", flat=True))
    missing = [number for number in range(1, customers + 1) if f"customer{number}" not in known]
    if missing:
        password = _password("customer-demo-password")
        User.objects.bulk_create([_customer(number, password) for number in missing], batch_size=BATCH)
    _addresses_seed()
    return len(missing)


def _customer(number: int, password: str) -> User:
    rng = seeded_random("customer", number)
    return User(
        username=f"customer{number}",
        first_name=rng.choice(FIRST),
        last_name=rng.choice(LAST),
        email=f"customer{number}@example.com",
        language=rng.choice(["en", "de"]),
        password=password,
        date_joined=EPOCH + timedelta(hours=5 * (number % 400)),
    )


def _addresses_seed() -> None:
    """One address for each customer of the seed that has none."""
    users = User.objects.filter(Q(username__startswith="customer") | Q(username="ada"), addresses=None).order_by("pk")
    made = []
    for user in users:
        rng = seeded_random("address", sum(user.username.encode()))
        postal_code, city, country = rng.choice(CITIES)
        made.append(
            Address(
                user=user,
                name=user.get_full_name(),
                street=f"{rng.choice(STREETS)} {rng.randrange(1, 90)}",
                postal_code=postal_code,
                city=city,
                country=country,
                is_default=True,
                created_at=user.date_joined,
                updated_at=user.date_joined,
            )
        )
    Address.objects.bulk_create(made, batch_size=BATCH)
