"""Starts what the shop runs on: databases, brokers, workers, gunicorn.

Each runs on free ports and in its own folder, and is stopped at the end of its block:

with postgres(folder) as url: ...
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis as redis_client
from kombu import Connection

MONOLITH = Path(__file__).resolve().parent.parent
POSTGRES = Path("/usr/lib/postgresql/15/bin")
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_SECONDS = 60


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def shop_environment(folder: Path, **changes: str) -> dict[str, str]:
    """The environment of a shop whose files are all in `folder`."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "MEDIA_ROOT": str(folder / "media"),
        "CELERY_FOLDER": str(folder / "celery"),
        "MAIL_FOLDER": str(folder / "mail"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "error::RuntimeWarning",
        "LOG_LEVEL": "WARNING",
        **changes,
    }


def manage(*arguments: str, environment: dict[str, str]) -> str:
    """Runs `manage.py`; returns what it prints."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=MONOLITH, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def process(
    command: list[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    environment: dict[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[None]:
    """Runs the command in a process group of its own until the block ends; the block begins when it is ready."""
    with log.open("wb") as out:
        child = subprocess.Popen(
            command, cwd=MONOLITH, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        wait_for(ready, what=command[0], log=log, alive=lambda: child.poll() is None)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, stop)
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def wait_for(
    condition: Callable[[], object], *, what: str, log: Path | None = None, alive: Callable[[], bool] = lambda: True
) -> None:
    """Waits until the condition holds; fails after START_SECONDS, or when the process has ended, and shows its log."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        gone = not alive() or time.monotonic() > deadline
        assert not gone, f"{what} did not come: {log.read_text() if log else ''}"
        time.sleep(0.05)


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL without durability; yields its URL. The server refuses to run as root, so it runs as `postgres`."""
    data, port = folder / "data", free_port()
    data.mkdir(parents=True)
    as_user: list[str] = []
    if os.geteuid() == 0:
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(data, "postgres")
        for parent in (folder, *folder.parents):
            if parent.owner() == "root" and parent != Path("/tmp") and Path("/tmp") in parent.parents:
                parent.chmod(0o755)  # pytest's folders are closed to others
    initdb = [*as_user, str(POSTGRES / "initdb"), "-D", str(data), "-A", "trust", "-U", "shop", "--no-sync"]
    subprocess.run(initdb, cwd="/", check=True, capture_output=True)
    url = f"postgres://shop@127.0.0.1:{port}/postgres"
    options = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "unix_socket_directories="]
    server = [*as_user, str(POSTGRES / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), *options]

    def answers() -> bool:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    with process(server, log=folder / "postgres.log", ready=answers):
        yield url


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing; yields its URL."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]

    def answers() -> bool:
        with redis_client.Redis(port=port, socket_timeout=2) as client:
            try:
                return bool(client.ping())
            except redis_client.ConnectionError:
                return False

    with process(command, log=folder / "redis.log", ready=answers):
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    """A RabbitMQ node with its own name, cookie, data and port mapper; yields its URL."""
    port, mapper = free_port(), free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",  # lets it be stopped right after its node
        "RABBITMQ_NODENAME": f"shop{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "no-environment-file"),
    }
    url = f"amqp://guest:guest@127.0.0.1:{port}//"

    def answers() -> bool:
        try:
            with Connection(url, connect_timeout=2) as connection:
                connection.connect()
        except OSError:
            return False
        return True

    try:
        log = folder / "rabbitmq.log"
        with process([str(RABBITMQ)], log=log, ready=answers, environment=environment, stop=signal.SIGKILL):
            yield url
    finally:
        # Erlang leaves its port mapper behind.
        subprocess.run(["epmd", "-kill"], env=environment, capture_output=True)


@contextlib.contextmanager
def celery_worker(environment: dict[str, str], *, log: Path) -> Iterator[None]:
    """A worker that takes one task at a time; it is killed at the end, as an orderly stop takes it seconds."""
    command = [sys.executable, "-m", "celery", "-A", "shop", "worker", "--pool=solo", "--loglevel=INFO"]
    command += ["--without-gossip", "--without-mingle"]
    ready = lambda: " ready." in log.read_text()  # noqa: E731
    with process(command, log=log, ready=ready, environment=environment, stop=signal.SIGKILL):
        yield


@contextlib.contextmanager
def gunicorn(environment: dict[str, str], *, log: Path, workers: int = 3) -> Iterator[str]:
    """The shop as it is served in production; yields its base URL."""
    command = [sys.executable, "-m", "gunicorn", "--bind=127.0.0.1:0", f"--workers={workers}", "shop.wsgi"]
    address = re.compile(r"Listening at: (http://\S+)")
    ready = lambda: log.read_text().count("Booting worker") >= workers  # noqa: E731
    with process(command, log=log, ready=ready, environment=environment):
        yield address.search(log.read_text())[1]
