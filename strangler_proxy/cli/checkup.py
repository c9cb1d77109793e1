"""The single checks of `strangler doctor`. Each looks at one thing, changes nothing, and returns its findings."""

import errno
import http.client
import os
import resource
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from strangler_proxy.cli.render import Mark
from strangler_proxy.config.model import MONOLITH, Backend, Config
from strangler_proxy.control.confirmation import Runs, who_runs
from strangler_proxy.proxy.listening import split_address
from strangler_proxy.proxy.state import state_path
from strangler_proxy.routing.override import MIN_SECRET_BYTES

TIMEOUT_SECONDS = 3.0
"""How long a backend may take to answer a check."""
FEW_DESCRIPTORS = 4096
"""Each request under way takes a descriptor on both sides; with fewer, some 2000 users at once fill the table."""
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the checklist."""

    check: str
    """What was looked at, in two or three words."""
    mark: Mark
    what: str
    remedy: str | None = None
    """None for what is well."""


def interpreter() -> Iterator[Finding]:
    """Python is new enough, and the proxy's own libraries are there."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        yield Finding(check="python", mark=Mark.OK, what=f"Python {found}")
    else:
        remedy = f"Install strangler-proxy into Python {'.'.join(map(str, OLDEST_PYTHON))} or later."
        yield Finding(check="python", mark=Mark.FAILED, what=f"Python {found} is too old", remedy=remedy)
    try:
        yield Finding(check="uvloop", mark=Mark.OK, what=f"uvloop {version('uvloop')}")
    except PackageNotFoundError:
        remedy = f"{sys.executable} -m pip install uvloop"
        yield Finding(check="uvloop", mark=Mark.FAILED, what="uvloop is not installed", remedy=remedy)


def descriptors() -> Finding:
    """The process may open enough sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    shown = "unlimited" if soft == resource.RLIM_INFINITY else str(soft)
    if soft == resource.RLIM_INFINITY or soft >= FEW_DESCRIPTORS:
        return Finding(check="open files", mark=Mark.OK, what=f"up to {shown} (ulimit -n)")
    return Finding(
        check="open files",
        mark=Mark.WARNING,
        what=f"only {shown} at a time (ulimit -n): enough for about {soft // 2} requests under way",
        remedy=f"`ulimit -n {65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)}` before `strangler up`, "
        "or LimitNOFILE= in its systemd unit.",
    )


def backend(asked: Backend, host: str) -> Iterator[Finding]:
    """Each URL of the backend takes a connection and answers; its health path, if it has one, with 2xx.

    `host` is the Host that users send, as the proxy passes it on.
    """
    for url in asked.urls:
        check = f"{asked.name} {url}"
        try:
            status = _status(url, asked.health or "/", host)
        except (OSError, http.client.HTTPException) as error:
            yield Finding(
                check=check,
                mark=Mark.UNREACHABLE,
                what=f"does not answer: {_reason(error)}",
                remedy=f"Start it, or correct urls in [backends.{asked.name}].",
            )
            continue
        yield _answered(asked, check, status, host)


def listening(config: Config, config_path: Path) -> Finding:
    """The proxy's port is free, or a strangler proxy has it already."""
    listen = config.proxy.listen
    host, port = split_address(listen)
    check = f"listen {listen}"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return _not_free(check, error, config_path)
    return Finding(check=check, mark=Mark.OK, what="the port is free")


def supervisor(config_path: Path) -> Finding:
    """Where a proxy serves by this config, its supervisor lives."""
    check = "supervisor"
    runs = who_runs(config_path)
    if runs is Runs.ORPHANED:
        return Finding(
            check=check,
            mark=Mark.FAILED,
            what="it died, and its workers serve on by the file as it was: no change of the file acts",
            remedy="`strangler up` takes over, and acts by the file as it is now.",
        )
    shown = {Runs.SUPERVISED: "runs, and follows the file", Runs.HIDDEN: "another user's: not looked at"}
    return Finding(check=check, mark=Mark.OK, what=shown.get(runs, "no proxy runs by this file"))


def state_directory(config_path: Path) -> Finding:
    """The directory for state and audit log can be written."""
    directory = state_path(config_path)
    asked = directory if directory.exists() else directory.parent
    if asked.is_dir() and os.access(asked, os.W_OK | os.X_OK):
        return Finding(check="state", mark=Mark.OK, what=f"{directory} can be written")
    return Finding(
        check="state",
        mark=Mark.FAILED,
        what=f"{directory} cannot be written",
        remedy=f"Let this user write {asked}: captures and the audit log go there.",
    )


def secret(value: str) -> Finding:
    """The secret of the overrides, if there is one, cannot be guessed."""
    check = "override secret"
    if not value:
        return Finding(check=check, mark=Mark.OK, what="not set here: overrides are off")
    if len(value.encode()) >= MIN_SECRET_BYTES:
        return Finding(check=check, mark=Mark.OK, what="set")
    return Finding(
        check=check,
        mark=Mark.FAILED,
        what=f"has {len(value.encode())} bytes, so the proxy takes no override",
        remedy=f"Use at least {MIN_SECRET_BYTES}: `openssl rand -hex 32` makes a good one.",
    )


def exit_code(findings: Iterable[Finding]) -> int:
    """1 when something failed; else 4 when a backend cannot be reached; else 0, whatever the warnings."""
    marks = {finding.mark for finding in findings}
    return 1 if Mark.FAILED in marks else 4 if Mark.UNREACHABLE in marks else 0


def _status(url: str, path: str, host: str) -> int:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": host, "User-Agent": "strangler-doctor"})
        return connection.getresponse().status
    finally:
        connection.close()


def _answered(asked: Backend, check: str, status: int, host: str) -> Finding:
    if asked.health is not None and not 200 <= status < 300:
        return Finding(
            check=check,
            mark=Mark.FAILED,
            what=f"answers {asked.health} with {status}",
            remedy=f"See its log; or correct health in [backends.{asked.name}].",
        )
    if asked.name == MONOLITH and status == 400:
        return Finding(
            check=check,
            mark=Mark.WARNING,
            what=f"answers status 400 to the Host {host}",
            remedy=f'Add "{host.rpartition(":")[0]}" to ALLOWED_HOSTS if users come by it.',
        )
    return Finding(check=check, mark=Mark.OK, what=f"answers {asked.health or '/'} with {status}")


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"nothing within {TIMEOUT_SECONDS:g} seconds"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return f"{type(error).__name__} {error}".rstrip()


def _not_free(check: str, error: OSError, config_path: Path) -> Finding:
    if error.errno == errno.EADDRINUSE and who_runs(config_path) in (Runs.SUPERVISED, Runs.ORPHANED):
        return Finding(check=check, mark=Mark.OK, what="the proxy of this config is running there")
    remedies = {
        errno.EADDRINUSE: "Stop the program that has it (`ss -ltnp` names it), or change listen in [proxy].",
        errno.EACCES: "Take a port from 1024 on, or give the right: setcap cap_net_bind_service=+ep.",
    }
    return Finding(
        check=check,
        mark=Mark.FAILED,
        what=f"cannot be taken: {(error.strerror or str(error)).lower()}",
        remedy=remedies.get(error.errno or 0, "Change listen in [proxy] to an address of this machine."),
    )
