"""From the URL of a database to what Django asks for. Pure."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from strangler_proxy.control.errors import BadDatabaseUrl

VARIABLE = "STRANGLER_DATABASE_URL"
"""Holds the URL of the store when it is not the file in the state directory."""

FILE = "evidence.sqlite3"
"""The store in the state directory."""

WAIT_SECONDS = 5
"""Seconds that a write waits for another one, or a connection for its server; then the store is unavailable, and who
records keeps the records and tries again."""

_SQLITE = MappingProxyType(
    {
        "timeout": WAIT_SECONDS,
        # A transaction takes the write lock when it begins: one that took it later could find the data changed
        # underneath, which SQLite answers with "locked" at once, without waiting.
        "transaction_mode": "IMMEDIATE",
        # In WAL mode a loss of power can undo the last transactions and never tear the file.
        # Source: sqlite.org/pragma.html#pragma_synchronous
        "init_command": "PRAGMA synchronous=NORMAL",
    }
)


def url_of(state: Path, environment: Mapping[str, str]) -> str:
    """The URL of the store: that of the environment, else the file in the state directory."""
    return environment.get(VARIABLE) or sqlite_url(state / FILE)


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite:///{path.absolute()}"


def database_of(url: str) -> dict[str, Any]:
    """Django's settings for the database of `url`.

    Raises: BadDatabaseUrl when it is no URL of SQLite or PostgreSQL. The message has no password in it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad("it is no URL") from None
    if parts.scheme == "sqlite":
        path = unquote(parts.path.removeprefix("/"))
        if parts.netloc or not path or path == ":memory:":
            raise _bad("of SQLite it must name a file, with three slashes before its path")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": dict(_SQLITE)}
    if parts.scheme not in ("postgres", "postgresql", "pgsql"):
        raise _bad(f"it begins with {parts.scheme or 'nothing'}:// and neither with postgresql:// nor sqlite:///")
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise _bad("it names no database after the host")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _host(parts.netloc),
        "PORT": str(port or ""),
        # What the URL says, such as sslmode or a socket's folder as host, is libpq's own and wins.
        "OPTIONS": {"connect_timeout": WAIT_SECONDS} | dict(parse_qsl(parts.query)),
        "DISABLE_SERVER_SIDE_CURSORS": True,  # a pooler in transaction mode, as pgbouncer, has none
    }


def _host(place: str) -> str:
    """The host of `USER:PASSWORD@HOST:PORT`, in the case it has: it may be a socket's folder, percent-encoded."""
    host = place.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return unquote(host.partition(":")[0])


def shown(database: Mapping[str, Any]) -> str:
    """How a person is told which database it is; without user and password."""
    if database["ENGINE"].endswith("sqlite3"):
        return str(database["NAME"])
    host = database.get("HOST") or database.get("OPTIONS", {}).get("host") or "local socket"
    port = f":{database['PORT']}" if database.get("PORT") else ""
    return f"PostgreSQL database {database['NAME']} at {host}{port}"


def _bad(what: str) -> BadDatabaseUrl:
    return BadDatabaseUrl(
        f"the URL of the database cannot be used: {what}.", where=VARIABLE, remedy=BadDatabaseUrl.usual_remedy
    )
