"""The shop's database, opened for reading only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url
from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction
from psycopg import IsolationLevel

from catalog.copying.errors import CopyRefused

SOURCE = "source"
"""The alias under which the shop's database is known while a copy runs."""

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
EXAMPLES = "sqlite:////srv/shop/db.sqlite3 or postgres://reader:password@host:5432/shop"


def parsed(url: str) -> dict[str, Any]:
    """Django's settings for the database at the URL.

    Raises: CopyRefused for a URL that cannot be read, or that names another kind of database.
    """
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError as error:
        raise CopyRefused(f"--from is no database URL: use {EXAMPLES}.") from error
    if config.get("ENGINE") not in (SQLITE, POSTGRESQL):
        raise CopyRefused(f"--from names neither SQLite nor PostgreSQL: use {EXAMPLES}.")
    return config


def is_own_database(config: dict[str, Any]) -> bool:
    """Whether the settings name the database that the copy would be written to."""
    own = connections[DEFAULT_DB_ALIAS].settings_dict
    if config["ENGINE"] != own["ENGINE"]:
        return False
    if config["ENGINE"] == SQLITE:
        return Path(config["NAME"]).resolve() == Path(own["NAME"]).resolve()
    return all(str(config.get(key) or "") == str(own.get(key) or "") for key in ("HOST", "PORT", "NAME"))


def read_only(config: dict[str, Any]) -> dict[str, Any]:
    """The settings, so changed that the connection cannot write, and a transaction sees one moment of the data."""
    options = dict(config.get("OPTIONS", {}))
    if config["ENGINE"] == SQLITE:
        # A URI of SQLite, for mode=ro: a mistyped path is then an error instead of a new, empty file.
        name = f"file:{quote(str(Path(config['NAME']).absolute()))}?mode=ro"
        return {**config, "NAME": name, "OPTIONS": options}
    options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on".strip()
    options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    return {**config, "OPTIONS": options}


@contextmanager
def source_opened(url: str) -> Iterator[None]:
    """Within the block, `SOURCE` is a connection to the shop's database in one read-only transaction.

    Raises: CopyRefused when it cannot be reached, or is the service's own.
    """
    config = parsed(url)
    if is_own_database(config):
        raise CopyRefused("--from names the service's own database: name the shop's.")
    databases = connections.configure_settings({DEFAULT_DB_ALIAS: {}, SOURCE: read_only(config)})
    connections.settings[SOURCE] = databases[SOURCE]
    try:
        try:
            connections[SOURCE].introspection.table_names()
        except Error as error:
            raise CopyRefused(f"The shop's database cannot be read ({error}): check --from.") from error
        with transaction.atomic(using=SOURCE):
            yield
    finally:
        connections[SOURCE].close()
        del connections[SOURCE]
        del connections.settings[SOURCE]
