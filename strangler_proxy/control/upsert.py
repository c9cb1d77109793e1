"""Adds to counters: a row that is there is added to, one that is not is made, in one statement for many rows.

Django's own `bulk_create(update_conflicts=True)` replaces values and cannot add to them.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connections, models

_PARAMETERS = 900
"""Values in one statement; SQLite took 999 at most before 3.32."""

AT_ONCE = 400
"""Values that one statement asks for."""

Item = TypeVar("Item")
Row = tuple[Any, ...]


def add(
    alias: str,
    model: type[models.Model],
    key: Sequence[str],
    rows: Mapping[Row, Row],
    *,
    sums: Sequence[str] = (),
    earliest: Sequence[str] = (),
    latest: Sequence[str] = (),
) -> None:
    """Adds `rows`, which are values of `key` → values of `sums`, `earliest` and `latest` in this order, all columns.

    Rows are written in the order of their keys, so two writers that add to the same ones do not wait for each other
    crosswise.
    """
    meta = model._meta
    columns = [meta.get_field(name).column for name in (*key, *sums, *earliest, *latest)]
    conflict = ", ".join(f'"{column}"' for column in columns[: len(key)])
    changes = [
        *(f'"{name}" = "{meta.db_table}"."{name}" + excluded."{name}"' for name in sums),
        *(_nearer(meta.db_table, name, "<") for name in earliest),
        *(_nearer(meta.db_table, name, ">") for name in latest),
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    with connections[alias].cursor() as cursor:
        for some in chunks(sorted(rows), _PARAMETERS // len(columns)):
            cursor.execute(
                f'INSERT INTO "{meta.db_table}" ({names}) VALUES {", ".join([places] * len(some))} '
                f"ON CONFLICT ({conflict}) DO UPDATE SET {', '.join(changes)}",
                [value for row in some for value in (*row, *rows[row])],
            )


def chunks(items: Sequence[Item] | Iterator[Item], size: int) -> Iterator[list[Item]]:
    """The items, `size` at a time."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _nearer(table: str, name: str, sign: str) -> str:
    return (
        f'"{name}" = CASE WHEN excluded."{name}" {sign} "{table}"."{name}" '
        f'THEN excluded."{name}" ELSE "{table}"."{name}" END'
    )
