"""A PostgreSQL server of the tests' own, on a socket in a folder that goes with it."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg


@contextlib.contextmanager
def postgresql() -> Iterator["Server"]:
    """A running server. It listens on no port, and trusts who reaches its folder."""
    programs = _programs()
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="strangler-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, owner, owner)
        server = Server(programs, owner, folder)
        server.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """One server, which can be stopped and started again."""

    def __init__(self, programs: Path, owner: str, folder: Path) -> None:
        self._programs = programs
        self._owner = owner
        self.folder = folder

    def start(self) -> None:
        """Returns once it answers."""
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c max_connections=30"
        self.run("pg_ctl", "-l", str(self.folder / "log"), "-o", options, "-w", "start")

    def stop(self) -> None:
        """At once, as a crash would."""
        self.run("pg_ctl", "-m", "immediate", "-w", "stop")

    def new_database(self, name: str) -> str:
        """Makes an empty database, instead of one that has that name; returns its URL."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql://postgres@{quote(str(self.folder), safe='')}/{name}"

    def run(self, program: str, *words: str) -> None:
        """Runs one of the server's programs as its owner, since PostgreSQL refuses to run as root."""
        user = self._owner if os.geteuid() == 0 else None
        command = [str(self._programs / program), "-D", str(self.folder / "data"), *words]
        subprocess.run(
            command,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd="/",
            check=True,
            timeout=60,
            stdout=subprocess.DEVNULL,
        )


def _programs() -> Path:
    """The folder of the newest server's programs.

    Raises: RuntimeError when none is installed.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("PostgreSQL is needed: install the Debian package postgresql, or put initdb on PATH.")
    return Path(initdb).parent
