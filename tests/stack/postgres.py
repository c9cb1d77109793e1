"""A PostgreSQL server of the machine's own, made for one test and gone after it."""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stack.processes import free_port


@contextmanager
def postgres(script: Path) -> Iterator[str]:
    """Runs until the block ends; yields `127.0.0.1:PORT`. `script` is run in it first, as its superuser.

    PostgreSQL refuses to run as root: there it runs as the user `postgres`. Its data are in a folder of their own, as
    pytest closes its own folders to other users whenever a run begins.
    """
    programs, port = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1], free_port()
    as_root = os.geteuid() == 0
    prefix = ["runuser", "--user", "postgres", "--"] if as_root else []

    def run(*words: str | Path, given: str | None = None) -> None:
        done = subprocess.run([*prefix, *words], cwd="/", input=given, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        data = Path(name)
        if as_root:
            shutil.chown(data, "postgres")
        run(programs / "initdb", "--pgdata", data, "--auth", "trust", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={data} -c fsync=off"
        run(programs / "pg_ctl", "--pgdata", data, "--log", data / "log", "--options", options, "--wait", "start")
        try:
            user = "postgres" if as_root else getpass.getuser()
            address = ["--host", "127.0.0.1", "--port", str(port), "--username", user, "--dbname", "postgres"]
            psql = [programs / "psql", *address, "--set", "ON_ERROR_STOP=1", "--quiet"]
            run(*psql, given=script.read_text())
            yield f"127.0.0.1:{port}"
        finally:
            run(programs / "pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop")
