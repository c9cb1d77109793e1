"""Rows from the shop's tables into those of the service."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, Error, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from catalog.copying.errors import CopyRefused
from catalog.copying.schema import TABLES
from catalog.copying.source import SOURCE
from catalog.models import ProductImage

BATCH = 1000
"""Rows that are held in memory at once."""


def image_names() -> list[str]:
    """The names of all image files that the source's products refer to."""
    return list(ProductImage.objects.using(SOURCE).order_by("image").values_list("image", flat=True).distinct())


def rows_copy() -> dict[str, int]:
    """Makes the service's tables equal to the source's; returns the number of rows of each.

    All or nothing, and readers see the old rows until the new ones are complete. Rows keep their keys; what the source
    no longer has is gone afterwards, and new rows get keys above those copied.

    Raises: CopyRefused when a database refuses to give or take a row.
    """
    target = connections[DEFAULT_DB_ALIAS]
    try:
        with transaction.atomic(using=DEFAULT_DB_ALIAS), target.cursor() as cursor:
            if target.vendor == "postgresql":
                # A second copy at the same time waits here; readers do not.
                cursor.execute(f"LOCK TABLE {', '.join(_table(target, m) for m in TABLES)} IN SHARE ROW EXCLUSIVE MODE")
            for model in reversed(TABLES):
                cursor.execute(f"DELETE FROM {_table(target, model)}")
            counts = {model._meta.db_table: _insert(target, cursor, model) for model in TABLES}
            for statement in target.ops.sequence_reset_sql(no_style(), TABLES):
                cursor.execute(statement)
    except Error as error:
        raise CopyRefused(f"Nothing was copied, as the database refused: {error}") from error
    return counts


def _table(connection: BaseDatabaseWrapper, model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _insert(target: BaseDatabaseWrapper, cursor: Any, model: type[models.Model]) -> int:
    """Copies one table. Values pass through the model's fields, which know how each database stores them."""
    fields = model._meta.local_concrete_fields
    columns = ", ".join(target.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {_table(target, model)} ({columns}) VALUES ({places})"
    count = 0
    rows = _rows(model)
    while batch := list(islice(rows, BATCH)):
        cursor.executemany(
            insert,
            [
                [field.get_db_prep_save(value, target) for field, value in zip(fields, row, strict=True)]
                for row in batch
            ],
        )
        count += len(batch)
    return count


def _rows(model: type[models.Model]) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.local_concrete_fields]
    return model._base_manager.using(SOURCE).order_by("pk").values_list(*names).iterator(chunk_size=BATCH)
