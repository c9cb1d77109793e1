"""Connections to the store: where they lead, and what their failures are called."""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
    connections,
)

from strangler_proxy.control.database import shown
from strangler_proxy.control.errors import DriverMissing, StoreUnreachable

_NOT_ITS_STATE = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
"""What would be refused again however often it is tried."""
_DAMAGED_REMEDY = "The file is damaged: move it away, so that a new one is begun, or put a copy of it back."


def point(alias: str, database: dict[str, Any]) -> None:
    """Lets `alias` lead to `database`, for connections of this thread and those that are not made yet.

    Raises: DriverMissing when the library that speaks to it is not there.
    """
    if alias in connections.settings:
        connections[alias].close()
        del connections[alias]
    connections.settings[alias] = connections.configure_settings({DEFAULT_DB_ALIAS: dict(database)})[DEFAULT_DB_ALIAS]
    try:
        connections[alias]
    except ImproperlyConfigured as error:
        raise DriverMissing(
            "the store is to be in PostgreSQL, and psycopg is not installed.", remedy=DriverMissing.usual_remedy
        ) from error


@contextlib.contextmanager
def reached(alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """When the database cannot be used within, that becomes StoreUnreachable, and the connection is closed, so that the
    next attempt makes a new one. What is the fault of a statement or of its values stays what it is."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        if isinstance(error, _NOT_ITS_STATE):
            raise
        with contextlib.suppress(DatabaseError, InterfaceError):
            connections[alias].close()
        reason = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
        raise StoreUnreachable(
            f"the store cannot be used now: {reason}.",
            where=shown(connections.settings[alias]),
            remedy=_DAMAGED_REMEDY if _is_damaged(reason) else StoreUnreachable.usual_remedy,
        ) from error


def _is_damaged(reason: str) -> bool:
    """Whether SQLite says so of its file. Source: SQLite, result codes NOTADB and CORRUPT."""
    return "is not a database" in reason or "is malformed" in reason
