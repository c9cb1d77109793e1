"""A PostgreSQL server of the tests' own, on a socket in a folder that goes with it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest


def programs() -> Path | None:
    """The newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    return Path(initdb).parent if initdb else None


def run_as_owner(owner: str, command: list[str | Path]) -> None:
    """Runs a program as `owner`, since PostgreSQL refuses to run as root."""
    user = owner if os.geteuid() == 0 else None
    subprocess.run(command, user=user, group=user, extra_groups=[] if user else None, cwd="/", check=True, timeout=60)


@pytest.fixture(scope="session")
def postgresql_socket() -> Iterator[Path]:
    """The folder of a running server's socket; it listens on no port, and trusts who reaches the folder."""
    bin_folder = programs()
    assert bin_folder is not None, "PostgreSQL is needed: install the Debian package postgresql, or put initdb on PATH."
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="catalog-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, owner, owner)
        data, log = folder / "data", folder / "log"
        run_as_owner(
            owner, [bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        )
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=20"
        run_as_owner(owner, [bin_folder / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start"])
        try:
            yield folder
        finally:
            run_as_owner(owner, [bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_socket: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a new, empty database."""
    return new_database(postgresql_socket, "service")


def new_database(socket: Path, name: str) -> str:
    """Makes an empty database, instead of one that has that name; returns its URL."""
    with psycopg.connect(host=str(socket), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"postgres://postgres@{quote(str(socket), safe='')}/{name}"
