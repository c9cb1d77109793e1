"""How much room the store takes, and how what is free in it goes back to the system."""

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections


def used_bytes(alias: str = DEFAULT_DB_ALIAS) -> int:
    """Bytes that the store takes: of SQLite the file, of PostgreSQL the tables with their indexes."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            return int(cursor.fetchone()[0])
        cursor.execute(
            "SELECT coalesce(sum(pg_total_relation_size(name::regclass)), 0) FROM unnest(%s::text[]) name", [_tables()]
        )
        return int(cursor.fetchone()[0])


def give_back(alias: str = DEFAULT_DB_ALIAS, *, at_once: bool) -> None:
    """Returns free pages to the system. Who records meanwhile waits: a moment on SQLite, on PostgreSQL as long as it
    takes to write anew what is left; there the pages are only marked as free unless it is to be `at_once`."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executescript("PRAGMA incremental_vacuum")  # `execute` would take one step: it frees one page a step
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
            return
        for table in _tables():
            cursor.execute(f'VACUUM ({"FULL, " if at_once else ""}ANALYZE) "{table}"')


def _tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_app_config("strangler").get_models()]
