"""What the command says after a change is what the running proxy does."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.integration.cli.conftest import STRANGLER, Strangler

ROUTES = "".join(
    f'[[routes]]\nname = "r{number}"\npath = "/r{number}/"\nservice = "catalog"\nstage = "service"\n'
    for number in range(20)
)


@dataclass(frozen=True)
class Up:
    """A running `strangler up`."""

    url: str
    process: subprocess.Popen[str]

    def answers(self, path: str) -> str:
        """Which backend answers."""
        return requests.get(self.url + path, timeout=10).text


@pytest.fixture
def config(tmp_path: Path, backends: dict[str, str]) -> Path:
    """Twenty routes that the service answers."""
    tables = "".join(f'[backends.{name}]\nurls = ["{url}"]\n' for name, url in backends.items())
    path = tmp_path / "strangler.toml"
    path.write_text(f'[proxy]\nlisten = "127.0.0.1:0"\nmetrics_listen = "off"\naccess_log = "off"\n{tables}{ROUTES}')
    return path


@pytest.fixture
def up(config: Path) -> Iterator[Up]:
    """A proxy that serves by it with two workers; nothing of it is left running."""
    process = subprocess.Popen(
        [STRANGLER, "up", "--workers", "2", "--json"],
        cwd=config.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["url"]
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    yield Up(url, process)
    process.send_signal(signal.SIGTERM)
    process.wait(15)
    process.stdout.close()
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)


def said(config: Path) -> dict[str, object]:
    """What the supervisor says is in force."""
    path = config.parent / ".strangler" / "in-force.json"
    deadline = time.monotonic() + 5
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    text: dict[str, object] = json.loads(path.read_text())
    return text


def test_a_change_is_confirmed_once_every_worker_acts_by_it(up: Up, strangler: Strangler) -> None:
    ran = strangler("rollback", "r0", "--json")
    assert (ran.code, ran.json["in_force"]) == (0, True)
    assert {up.answers("/r0/") for _ in range(20)} == {"monolith"}
    assert "In force on 2 workers." in strangler("set", "r1", "canary", "--percent", "0").out


def test_without_a_proxy_that_is_said_and_no_failure(config: Path, strangler: Strangler) -> None:
    ran = strangler("rollback", "r0")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1] == "No proxy runs by this file now."
    assert strangler("rollback", "r1", "--json").json["in_force"] is None


def test_a_proxy_that_stopped_in_order_says_nothing_more(up: Up, config: Path, strangler: Strangler) -> None:
    up.process.send_signal(signal.SIGTERM)
    up.process.wait(15)
    assert strangler("rollback", "r0", "--json").json["in_force"] is None


def test_workers_without_a_supervisor_are_told_loudly_by_toggle_and_doctor(
    up: Up, config: Path, strangler: Strangler
) -> None:
    said(config)  # written beside serving, some milliseconds after the first request could come
    up.process.kill()
    up.process.wait()
    assert up.answers("/r0/") == "catalog"
    for _ in range(2):  # the second has nothing to write, and users are served by the old file all the same
        ran = strangler("rollback", "r0")
        assert ran.code == 4
        assert re.search(r"STR005.*NOT in force: no supervisor follows the file", ran.err)
        assert "`strangler up` takes over" in ran.err
        assert up.answers("/r0/") == "catalog"
    assert strangler("rollback", "r1", "--json").json["in_force"] is False
    doctor = strangler("doctor", "--no-project", "--json")
    assert doctor.code == 1
    (finding,) = [check for check in doctor.json["checks"] if check["check"] == "supervisor"]
    assert finding["result"] == "failed"
    assert "strangler up" in finding["remedy"]


def test_a_proxy_of_another_file_in_the_same_directory_is_not_taken_for_this_ones(
    up: Up, config: Path, strangler: Strangler
) -> None:
    other = config.with_name("staging.toml")
    other.write_text(config.read_text())
    assert strangler("rollback", "r0", "--config", "staging.toml", "--json").json["in_force"] is None
    assert up.answers("/r0/") == "catalog"


def test_a_rollback_with_a_mistake_elsewhere_is_written_and_said_not_to_act(
    up: Up, config: Path, strangler: Strangler
) -> None:
    config.write_text(config.read_text().replace('path = "/r9/"', 'path = "r9/"'))
    ran = strangler("rollback", "r0")
    assert ran.code == 4
    assert "STR133" in ran.err
    assert "NOT in force" in ran.err
    assert up.answers("/r0/") == "catalog"
    config.write_text(config.read_text().replace('path = "r9/"', 'path = "/r9/"'))
    ran = strangler("rollback", "r0", "--json")
    assert (ran.code, ran.json["in_force"]) == (0, True)
    assert up.answers("/r0/") == "monolith"


def test_what_the_supervisor_refuses_it_says(up: Up, config: Path) -> None:
    before = said(config)
    config.write_text(config.read_text() + "nonsense\n")
    deadline = time.monotonic() + 5
    while not said(config)["refused"] and time.monotonic() < deadline:
        time.sleep(0.01)
    now = said(config)
    assert now["refused"]
    assert now["refused"] != before["sha256"]
    assert (now["sha256"], now["generation"]) == (before["sha256"], 1)


def test_of_twenty_changes_at_once_none_is_lost(up: Up, config: Path, strangler: Strangler) -> None:
    verbs = [
        ("rollback", f"r{number}") if number % 2 else ("set", f"r{number}", "canary", "--percent", "7")
        for number in range(20)
    ]
    with ThreadPoolExecutor(20) as pool:
        codes = [ran.code for ran in pool.map(lambda words: strangler(*words), verbs)]
    assert codes == [0] * 20
    stages = [route["stage"] for route in strangler("routes", "--json").json]
    assert stages == ["canary", "monolith"] * 10
    assert len((config.parent / ".strangler" / "audit.jsonl").read_text().splitlines()) == 20
