"""Brings the tables of a store up to date, once, whoever else does the same at that moment."""

import contextlib
import fcntl
import os
import pkgutil
from collections.abc import Iterator, Set
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connections, transaction

from strangler_proxy.control.connection import reached
from strangler_proxy.control.database import shown
from strangler_proxy.control.errors import NotOurDatabase, StoreIsNewer

OURS = "strangler"
"""The app's label; its tables begin so."""

FIRST = "0001_initial"
"""The migration that says whose the database is. It is applied before those of Django's own apps, so that a kill in
between leaves nothing that looks like another project's database."""

BOOKS = "django_migrations"
"""The table in which Django keeps which migrations were applied."""

Migrations = Set[tuple[str, str]]
"""App and name of each."""

_ADVISORY_LOCK = 0x5354524E474C  # a number that no other program is likely to lock
_LOCK_SECONDS = 60


def bring_up_to_date(alias: str) -> None:
    """Applies the migrations that are missing; does next to nothing when none is.

    Raises: StoreIsNewer when the store has some that are not known here, NotOurDatabase when others have tables in it,
    StoreUnreachable.
    """
    with reached(alias):
        _make_file(alias)
        if not missing(known(), applied(alias), alias):
            return
        with _alone(alias):
            if missing(known(), applied(alias), alias):
                _migrate(alias)


def missing(there: Migrations, done: Migrations, alias: str) -> Migrations:
    """The migrations that must be applied yet. Raises: StoreIsNewer; NotOurDatabase."""
    unknown = sorted(name for app, name in done - there if app == OURS)
    if unknown:
        raise StoreIsNewer(
            f"the store was written by a newer version of the toolkit: {', '.join(unknown)} is not known to this one.",
            where=shown(connections.settings[alias]),
            remedy=StoreIsNewer.usual_remedy,
        )
    foreign = set() if done & {(OURS, FIRST)} else _tables(alias) - ({BOOKS} if not done else set())
    if foreign:
        raise NotOurDatabase(
            f"the database has tables of something else in it, such as {min(foreign)}.",
            where=shown(connections.settings[alias]),
            remedy=NotOurDatabase.usual_remedy,
        )
    return there - done


def known() -> Migrations:
    """The migrations that this version of the toolkit and its Django bring, found without importing them."""
    return {
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
    }


def applied(alias: str) -> Migrations:
    """The migrations that the store has."""
    connection = connections[alias]
    if BOOKS not in _tables(alias):
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT app, name FROM {BOOKS}")
        return {(app, name) for app, name in cursor.fetchall()}


def _migrate(alias: str) -> None:
    if (OURS, FIRST) not in applied(alias):
        call_command("migrate", OURS, FIRST, database=alias, verbosity=0, interactive=False)
    call_command("migrate", database=alias, verbosity=0, interactive=False)


def _tables(alias: str) -> set[str]:
    return set(connections[alias].introspection.table_names())


def _make_file(alias: str) -> None:
    """Makes the SQLite file when there is none, for its user alone, and sets what can be set only then: WAL mode, and
    that pages that were freed can be given back to the system later."""
    connection = connections[alias]
    if connection.vendor != "sqlite":
        return
    path = Path(connection.settings_dict["NAME"])
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size:
            return
    with _alone(alias):
        if path.exists() and path.stat().st_size:
            return
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
            cursor.execute("PRAGMA journal_mode=WAL")


@contextlib.contextmanager
def _alone(alias: str) -> Iterator[None]:
    """Keeps every other process of this toolkit away from the tables meanwhile."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        with open(f"{connection.settings_dict['NAME']}.lock", "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        yield
