"""The store gets ready by itself, whoever else does so at that moment, and never in a database that is not its own."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from strangler_proxy.control.errors import BadDatabaseUrl, NotOurDatabase, StoreIsNewer, StoreUnreachable
from strangler_proxy.control.settings import secret_key
from strangler_proxy.control.setup import ready
from tests.integration.control.conftest import Place
from tests.stack.postgresql import Server

READY = """
import pathlib, sys
from strangler_proxy.control.setup import ready
ready(pathlib.Path(sys.argv[1]))
from strangler_proxy.control.models import Epoch
print(Epoch.objects.count())
from django.db import connections
connections.close_all()
"""


def in_a_process(place: Place, code: str = READY, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, str(place.state)],
        env={**os.environ, **place.environment, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_several_processes_that_come_first_at_once_all_find_the_tables(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    environment = {}
    if kind == "postgresql":
        environment["STRANGLER_DATABASE_URL"] = request.getfixturevalue("server").new_database("many")
    running = [in_a_process(Place(tmp_path, environment)) for _ in range(5)]
    said = [process.communicate(timeout=120) for process in running]
    assert said == [("0\n", "")] * 5


def test_neither_the_users_settings_nor_their_project_get_in(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("raise SystemExit('the settings of the user were imported')")
    process = in_a_process(Place(tmp_path, {}), DJANGO_SETTINGS_MODULE="shop", PYTHONPATH=str(tmp_path))
    assert process.communicate(timeout=60) == ("0\n", "")


def test_in_a_process_of_another_django_project_it_is_refused(tmp_path: Path) -> None:
    code = f"""
from django.conf import settings
settings.configure(INSTALLED_APPS=[])
from strangler_proxy.control.errors import AnotherDjango
try:
    {READY.replace(chr(10), chr(10) + "    ")}
except AnotherDjango as error:
    print(error.code)
"""
    assert in_a_process(Place(tmp_path, {}), code).communicate(timeout=60) == ("STR907\n", "")


def test_the_file_is_its_users_alone_and_in_wal_mode(sqlite: Place) -> None:
    path = sqlite.state / "evidence.sqlite3"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret_key(sqlite.state)
    assert stat.S_IMODE((sqlite.state / "secret-key").stat().st_mode) == 0o600
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    connection.close()


def test_a_store_of_a_newer_toolkit_is_refused_and_left_alone(place: Place) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('strangler', '9999_later', CURRENT_TIMESTAMP)"
        )
    with pytest.raises(StoreIsNewer, match="9999_later"):
        place.open()


def test_a_database_of_something_else_is_refused_and_left_alone(server: Server, tmp_path: Path) -> None:
    import psycopg

    url = server.new_database("monolith")
    with psycopg.connect(host=str(server.folder), user="postgres", dbname="monolith", autocommit=True) as connection:
        connection.execute("CREATE TABLE orders (id int)")
        with pytest.raises(NotOurDatabase, match="orders"):
            ready(tmp_path, {"STRANGLER_DATABASE_URL": url})
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("orders",)]


def test_first_tables_that_were_broken_off_are_finished(tmp_path: Path) -> None:
    """A kill between the first migration and the others, or before the first one."""
    path = tmp_path / "evidence.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE django_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, app VARCHAR(255) NOT NULL, "
            "name VARCHAR(255) NOT NULL, applied DATETIME NOT NULL)"
        )
    connection.close()
    assert in_a_process(Place(tmp_path, {})).communicate(timeout=60) == ("0\n", "")


@pytest.mark.parametrize(
    "url",
    ["mysql://db/strangler", "nonsense", "postgresql://db", "sqlite:///", "sqlite://host/x", "postgresql://db:port/x"],
)
def test_a_url_that_means_nothing_is_refused_without_showing_a_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadDatabaseUrl) as caught:
        ready(tmp_path, {"STRANGLER_DATABASE_URL": url.replace("db", "user:hunter2@db")})
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://user:hunter2@{str(tmp_path).replace('/', '%2F')}/strangler"
    with pytest.raises(StoreUnreachable) as caught:
        ready(tmp_path, {"STRANGLER_DATABASE_URL": url})
    assert "strangler" in str(caught.value)
    assert "hunter2" not in str(caught.value)
