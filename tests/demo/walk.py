"""One route's walk: monolith → shadow → canary → service → back, told while it happens."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.demo.traffic import VISITORS, Tally, Traffic
from tests.stack.proxy import STRANGLER

ROUTE = "catalog-api-product-detail"
STEP_SECONDS = float(os.environ.get("DEMO_STEP_SECONDS", "4"))
"""How long each step is watched, in seconds."""

FOUND_SECONDS = 60.0
"""How long the comparer may need until what it found can be read; it is some seconds behind mostly."""

SETTLE_SECONDS = 1.0
"""What requests under way get to end where they began, before the next ones are counted."""

COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(code: str, text: str) -> str:
    """`text` in a terminal colour, where there is one."""
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


def title(text: str) -> None:
    """A heading of the demo."""
    print(f"\n{paint('1', text)}", flush=True)


def note(text: str) -> None:
    """A line of explanation."""
    print(f"  {text}", flush=True)


def strangler(folder: Path, *words: str) -> str:
    """Runs the command as a user would, shows it, and returns what it printed.

    Raises:
        SystemExit: the command failed; the demo ends with what it said.
    """
    print(f"  {paint('36', '$ strangler ' + ' '.join(words))}", flush=True)
    done = subprocess.run([STRANGLER, *words], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"strangler {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def show(folder: Path, *words: str, lines: int, until: str) -> None:
    """Runs the command until it prints `until`, and shows its first lines.

    Raises:
        SystemExit: it does not within `FOUND_SECONDS`.
    """
    deadline = time.monotonic() + FOUND_SECONDS
    while True:
        done = subprocess.run([STRANGLER, *words], cwd=folder, capture_output=True, text=True, check=False)
        if until in done.stdout:
            break
        if time.monotonic() > deadline:
            raise SystemExit(f"strangler {' '.join(words)} did not say {until!r}:\n{done.stdout}{done.stderr}")
        time.sleep(0.5)
    print(f"  {paint('36', '$ strangler ' + ' '.join(words))}", flush=True)
    for line in done.stdout.splitlines()[:lines]:
        note(f"  {line}")


@dataclass(frozen=True, slots=True)
class Seen:
    """A step and what it did to who answers."""

    step: str
    tally: Tally


class Walk:
    """Takes the route through its stages under traffic, and keeps what each step showed."""

    def __init__(self, folder: Path, traffic: Traffic, metrics_url: str) -> None:
        self.folder = folder
        self.traffic = traffic
        self.metrics_url = metrics_url
        self.seen: list[Seen] = []
        self.users_moved_back = 0
        self._service_users: set[int] = set()

    def watch(self, step: str) -> Tally:
        """Lets traffic run for a while and says who answered."""
        time.sleep(SETTLE_SECONDS)
        self.traffic.take()
        time.sleep(STEP_SECONDS)
        tally = self.traffic.take()
        self.seen.append(Seen(step, tally))
        shares = ", ".join(f"{name} {count}" for name, count in sorted(tally.by_backend.items()))
        failed = f"{tally.failed} failed" if tally.failed else "none failed"
        note(f"{tally.requests} requests: answered by {paint('1', shares)}; {failed}; median {tally.median_ms:.1f} ms")
        return tally

    def step(self, name: str, *words: str) -> Tally:
        """Changes the route by a command, then watches."""
        strangler(self.folder, *words)
        return self.watch(name)

    def canary(self, percent: int) -> None:
        """One canary step; counts users who were on the service's side before and are no longer."""
        tally = self.step(f"canary {percent} %", "set", ROUTE, "canary", "--percent", str(percent))
        moved_back = self._service_users - tally.service_users
        self.users_moved_back += len(moved_back)
        self._service_users = tally.service_users
        note(
            f"users are shared out, not requests: {len(tally.service_users)} of {VISITORS} are on the catalog's side, "
            f"{len(moved_back)} moved back"
        )

    def captured(self) -> float:
        """Captures that the workers handed to the comparer so far, as the proxy's metrics count them."""
        page = requests.get(self.metrics_url, timeout=5).text
        lines = (line for line in page.splitlines() if line.startswith("strangler_captures_total{"))
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def summary(self) -> str:
        """The walk as a table."""
        rows = [f"  {'step':<26}{'requests':>9}{'monolith':>10}{'catalog':>9}{'failed':>8}{'median':>10}"]
        rows += [
            f"  {seen.step:<26}{seen.tally.requests:>9}{seen.tally.by_backend['monolith']:>10}"
            f"{seen.tally.by_backend['catalog']:>9}{seen.tally.failed:>8}{seen.tally.median_ms:>7.1f} ms"
            for seen in self.seen
        ]
        return "\n".join(rows)
