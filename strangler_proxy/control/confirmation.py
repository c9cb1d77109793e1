"""Whether the running proxy acts by the file, found out and put into words after a change."""

import socket
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from strangler_proxy.config.words import plural
from strangler_proxy.control.errors import NotInForce
from strangler_proxy.proxy.in_force import InForce, digest, read_in_force
from strangler_proxy.proxy.state import state_path, supervisor_lives, supervisor_token

WAIT_SECONDS = 2.0
"""How long the proxy may take to act by a change; it takes some 20 ms."""
LOOK_SECONDS = 0.01
CONNECT_SECONDS = 0.5


class Runs(Enum):
    """Who serves by a config file."""

    SUPERVISED = "a supervisor that follows the file, with its workers"
    ORPHANED = "workers whose supervisor died: they serve by the file as it was then"
    NOTHING = "no proxy"
    HIDDEN = "unknown: the state directory belongs to another user"


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmation:
    """What came of a change."""

    in_force: bool | None
    """True: every worker acts by the file as it is; False: users are served by an older one; None: no proxy runs."""
    what: str
    """A sentence without its full stop."""
    remedy: str | None = None

    @property
    def failure(self) -> NotInForce | None:
        """The error to show; None unless a proxy serves by something else than the file."""
        return NotInForce(f"{self.what}.", remedy=self.remedy) if self.in_force is False else None

    @property
    def fields(self) -> dict[str, Any]:
        """Its part of a verb's JSON document."""
        error = {} if self.failure is None else {"error": self.failure.fields}
        return {"in_force": self.in_force, **error}


def who_runs(config_path: Path) -> Runs:
    """Who serves by the file now. Makes nothing: no state directory, no claim."""
    directory = state_path(config_path)
    said = read_in_force(directory)
    try:
        if supervisor_lives(directory):
            follows = said is None or _is_of(said, config_path)
            return Runs.SUPERVISED if follows else Runs.NOTHING
    except PermissionError:
        return Runs.HIDDEN
    crashed = supervisor_token(directory) is not None
    if not crashed or said is None or not _is_of(said, config_path):
        return Runs.NOTHING
    return Runs.ORPHANED if _accepts(said) else Runs.NOTHING


def confirm(config_path: Path, wait_seconds: float = WAIT_SECONDS) -> Confirmation:
    """What the proxy acts by, waiting for the file as it is now to be in force.

    When somebody else changes the file meanwhile, it is their version that is waited for: it holds this change too.
    """
    runs = who_runs(config_path)
    if runs is Runs.NOTHING:
        return Confirmation(in_force=None, what="no proxy runs by this file now")
    if runs is Runs.HIDDEN:
        return Confirmation(in_force=None, what=f"{state_path(config_path)} cannot be read, so it is not known whether "
                            "a proxy acts by the file")  # fmt: skip
    if runs is Runs.ORPHANED:
        return Confirmation(
            in_force=False,
            what="written, but NOT in force: no supervisor follows the file, and its workers serve by the old one",
            remedy="`strangler up` takes over, and acts by the file as it is now.",
        )
    return _awaited(config_path, time.monotonic() + wait_seconds)


def _awaited(config_path: Path, deadline: float) -> Confirmation:
    directory = state_path(config_path)
    while True:
        now = digest(config_path.read_bytes())
        said = read_in_force(directory)
        if said is not None and said.refused == now:
            return Confirmation(
                in_force=False,
                what="written, but NOT in force: the proxy refused the file and goes on with the last valid one",
                remedy="Mend what `strangler check` shows, and see what the proxy says.",
            )
        if said is not None and said.sha256 == now and not said.refused:
            return Confirmation(in_force=True, what=f"in force on {plural(said.workers, 'worker')}")
        if time.monotonic() > deadline:
            return Confirmation(
                in_force=False,
                what=f"written, but NOT in force: the proxy did not take the file within {WAIT_SECONDS:g} seconds",
                remedy="See what `strangler up` says; the change acts as soon as its workers have taken it.",
            )
        time.sleep(LOOK_SECONDS)


def _is_of(said: InForce, config_path: Path) -> bool:
    """Both name the file that is there now, whichever links lead to it."""
    return Path(said.file).resolve() == config_path.resolve()


def _accepts(said: InForce) -> bool:
    address = urlsplit(said.address)
    try:
        with socket.create_connection((address.hostname or "", address.port or 80), timeout=CONNECT_SECONDS):
            return True
    except OSError:
        return False
