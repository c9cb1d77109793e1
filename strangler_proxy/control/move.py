"""Copies the whole store into another database: all or nothing, and verified before it counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import ForeignKey, Model, Sum

from strangler_proxy.control.connection import point, reached
from strangler_proxy.control.database import database_of, shown
from strangler_proxy.control.errors import MoveRefused
from strangler_proxy.control.schema import bring_up_to_date
from strangler_proxy.control.upsert import AT_ONCE

TARGET = "target"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied."""

    where: str
    """The database, as a person is told."""
    rows: dict[str, int]
    """By table; tables with nothing in them are left out."""


def move(url: str, *, dry_run: bool = False) -> Moved:
    """Copies everything to the database of `url`, which must be empty; the store that is in use stays as it is.

    Nobody can write to the store meanwhile; who records waits, keeps the records and tries again. With `dry_run`
    nothing is written, and what would be copied is returned.

    Raises: BadDatabaseUrl, DriverMissing, StoreUnreachable, StoreIsNewer, NotOurDatabase; MoveRefused when it is not
    empty, or is the store itself. Then it is as empty as before.
    """
    database = database_of(url)
    if _same(database, connections.settings[DEFAULT_DB_ALIAS]):
        raise MoveRefused("the store is there already.", where=shown(database), remedy=MoveRefused.usual_remedy)
    if dry_run:
        with reached():
            return Moved(shown(database), _counts(DEFAULT_DB_ALIAS))
    point(TARGET, database)
    bring_up_to_date(TARGET)
    with reached(TARGET), reached(), _held():
        with transaction.atomic(using=TARGET):
            _must_be_empty()
            _make_room()
            for model in _models():
                _copy(model)
            _set_sequences()
            rows = _counts(TARGET)
            if rows != _counts(DEFAULT_DB_ALIAS) or _sums(TARGET) != _sums(DEFAULT_DB_ALIAS):
                raise MoveRefused(
                    "what arrived is not what is in the store; it was undone.",
                    where=shown(database),
                    remedy="Try again, and report it when it happens again.",
                )
        return Moved(shown(database), rows)


def _same(one: dict[str, object], other: dict[str, object]) -> bool:
    return all(one.get(name, "") == other.get(name, "") for name in ("ENGINE", "NAME", "HOST", "PORT"))


@contextmanager
def _held() -> Iterator[None]:
    """Keeps writers away from the store, so that the copy is of one moment."""
    connection = connections[DEFAULT_DB_ALIAS]
    with transaction.atomic():  # on SQLite this alone keeps writers out
        if connection.vendor == "postgresql":
            tables = ", ".join(f'"{model._meta.db_table}"' for model in _models())
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
        yield


def _models() -> list[type[Model]]:
    """Every table, those first that others refer to."""
    waiting = sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label)
    ordered: list[type[Model]] = []
    while waiting:
        ready = [model for model in waiting if not _refers_to(model) & {*waiting} - {model}]
        ordered += ready
        waiting = [model for model in waiting if model not in ready]
    return ordered


def _refers_to(model: type[Model]) -> set[type[Model]]:
    return {field.related_model for field in model._meta.concrete_fields if isinstance(field, ForeignKey)}


def _must_be_empty() -> None:
    made_by_migrations = {ContentType, Permission}
    for model in _models():
        if model not in made_by_migrations and model._base_manager.using(TARGET).exists():
            raise MoveRefused(
                f"there is something in it already: {model._meta.db_table} has rows.",
                where=shown(connections.settings[TARGET]),
                remedy=MoveRefused.usual_remedy,
            )


def _make_room() -> None:
    """Removes what the migrations made, whose ids need not be those of the store."""
    for model in (Permission, ContentType):
        model._base_manager.using(TARGET).all()._raw_delete(TARGET)


def _copy(model: type[Model]) -> None:
    rows = model._base_manager.using(DEFAULT_DB_ALIAS).order_by("pk").iterator(chunk_size=AT_ONCE)
    some: list[Model] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            model._base_manager.using(TARGET).bulk_create(some)
            some = []
    model._base_manager.using(TARGET).bulk_create(some)


def _set_sequences() -> None:
    """Lets new rows get ids above those that were copied."""
    connection = connections[TARGET]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _counts(alias: str) -> dict[str, int]:
    counts = {model._meta.db_table: model._base_manager.using(alias).count() for model in _models()}
    return {table: count for table, count in counts.items() if count}


def _sums(alias: str) -> dict[str, int | None]:
    """The sum of every column of counts, by table."""
    return {
        model._meta.db_table: model._base_manager.using(alias).aggregate(sum=Sum("count"))["sum"]
        for model in _models()
        if any(field.name == "count" for field in model._meta.concrete_fields)
    }
