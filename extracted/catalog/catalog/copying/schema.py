"""Whether a database has the catalog's tables in the shape that this release of the service knows."""

import dataclasses
from collections.abc import Iterable, Sequence

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from catalog.copying.errors import CopyRefused
from catalog.models import Category, Product, ProductImage, Tag

TABLES: tuple[type[models.Model], ...] = (Category, Tag, Product, Product.tags.through, ProductImage)
"""What is copied, those first that others refer to."""

KINDS = {
    **dict.fromkeys(["AutoField", "BigAutoField", "SmallAutoField"], "whole number"),
    **dict.fromkeys(["IntegerField", "BigIntegerField", "SmallIntegerField"], "whole number"),
    **dict.fromkeys(["PositiveIntegerField", "PositiveBigIntegerField"], "whole number"),
    "PositiveSmallIntegerField": "whole number",
    **dict.fromkeys(["CharField", "SlugField", "TextField", "FileField"], "text"),
    "DecimalField": "decimal number",
    "BooleanField": "yes or no",
    "DateTimeField": "time",
}
"""What a type of field holds. Two databases name their types differently, but hold the same kinds."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    kind: str
    nullable: bool


def columns_expected(model: type[models.Model]) -> list[Column]:
    """The columns of the model."""
    return [
        Column(
            name=field.column,
            kind=KINDS[(field.target_field if field.is_relation else field).get_internal_type()],
            nullable=field.null,
        )
        for field in model._meta.local_concrete_fields
    ]


def columns_found(connection: BaseDatabaseWrapper, table: str) -> list[Column]:
    """The columns of the table as the database itself describes them."""
    introspection = connection.introspection
    found = []
    with connection.cursor() as cursor:
        for column in introspection.get_table_description(cursor, table):
            try:
                internal_type = introspection.get_field_type(column.type_code, column)
            except KeyError:
                internal_type = f"type {column.type_code}"
            kind = KINDS.get(internal_type, internal_type)
            found.append(Column(name=column.name, kind=kind, nullable=bool(column.null_ok)))
    return found


def differences(table: str, expected: Sequence[Column], found: Sequence[Column]) -> Iterable[str]:
    """Every way in which a copy of the found columns into the expected ones would fail or lose something."""
    by_name = {column.name: column for column in found}
    for column in expected:
        there = by_name.pop(column.name, None)
        if there is None:
            yield f"{table}.{column.name} is missing"
            continue
        if there.kind != column.kind:
            yield f"{table}.{column.name} holds {there.kind}, not {column.kind}"
        if there.nullable and not column.nullable:
            yield f"{table}.{column.name} may be empty there, but not here"
    for name in by_name:
        yield f"{table}.{name} is not known to the service"


def schema_check(alias: str, *, whose: str, remedy: str) -> None:
    """Passes when all of the catalog's tables are there in the known shape.

    Raises: CopyRefused naming every table and column that differs.
    """
    connection = connections[alias]
    tables = set(connection.introspection.table_names())
    wrong: list[str] = []
    for model in TABLES:
        table = model._meta.db_table
        if table not in tables:
            wrong.append(f"table {table} is missing")
        else:
            wrong += differences(table, columns_expected(model), columns_found(connection, table))
    if wrong:
        listed = "".join(f"\n  {line}" for line in wrong)
        raise CopyRefused(f"{whose} does not have the schema that the service knows:{listed}\n{remedy}")
