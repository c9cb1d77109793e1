"""What a machine can run out of, and time that is not to be trusted, under a counted load.

`docs/explanation/processes.md` says in its table what is proven here.
"""

import json
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from named_backend import NamedBackend, named_backend
from proxy_harness import RunningProxy, await_true, backend, config, route, running_proxy
from steady_load import SteadyLoad

CALM = 0.5
FAULT = 1.0
RECOVERY = 10.0


@pytest.fixture(scope="module")
def monolith() -> Iterator[NamedBackend]:
    with named_backend("monolith") as one:
        yield one


@pytest.fixture(scope="module")
def service() -> Iterator[NamedBackend]:
    with named_backend("service") as one:
        yield one


class TinyDisk:
    """A disk of its own of 64 KiB."""

    def __init__(self, directory: Path) -> None:
        self.log = directory / "access.log"
        self._filler = directory / "filler"

    def fill(self, proxy: RunningProxy) -> None:
        with pytest.raises(OSError, match="No space left"):
            self._filler.write_bytes(bytes(64 * 1024))

    def free(self, proxy: RunningProxy) -> None:
        self._filler.unlink()


class Quota:
    """A file that may not grow, which needs no right to mount."""

    def __init__(self, directory: Path) -> None:
        self.log = directory / "access.log"

    def fill(self, proxy: RunningProxy) -> None:
        resource.prlimit(proxy.workers()[0], resource.RLIMIT_FSIZE, (self.log.stat().st_size + 100, -1))

    def free(self, proxy: RunningProxy) -> None:
        resource.prlimit(proxy.workers()[0], resource.RLIMIT_FSIZE, (-1, -1))


@pytest.fixture(params=[TinyDisk, Quota])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TinyDisk | Quota]:
    if request.param is Quota:
        yield Quota(tmp_path)
        return
    mounted = tmp_path / "tiny"
    mounted.mkdir()
    said = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mounted], capture_output=True, check=False
    )
    if said.returncode:
        pytest.skip("only root may mount a disk")
    yield TinyDisk(mounted)
    subprocess.run(["umount", mounted], check=True)


def test_a_full_disk_costs_lines_of_the_log_which_are_counted_and_no_request(tmp_path, monolith, disk):
    load, good, counted = load_on_a_full_disk(tmp_path, monolith, disk)
    assert load.counted().keys() == {"200 monolith"}
    assert len(load.seen) - 1 <= good + counted <= len(load.seen), "all but the line behind a torn one"


def test_a_line_that_a_full_disk_tore_spoils_no_other(tmp_path, monolith):
    load, good, counted = load_on_a_full_disk(tmp_path, monolith, Quota(tmp_path))
    assert good + counted == len(load.seen)


def load_on_a_full_disk(tmp_path: Path, monolith: NamedBackend, disk: TinyDisk | Quota) -> tuple[SteadyLoad, int, int]:
    """The load, how many of its requests have a line in the log, and how many lines were counted as dropped."""
    with running_proxy(tmp_path, config(monolith.url, proxy=f'access_log = "{disk.log}"')) as proxy:
        with SteadyLoad(proxy.address) as load:
            await_true(lambda: disk.log.exists() and disk.log.stat().st_size > 1000)
            disk.fill(proxy)
            await_true(lambda: dropped(proxy) > 20, RECOVERY, "lines that are dropped")
            disk.free(proxy)
            size = disk.log.stat().st_size
            await_true(lambda: disk.log.stat().st_size > size + 1000, RECOVERY, "lines that are written again")
        await_true(lambda: proxy.metric("strangler_requests_total{") == len(load.seen))
        counted = int(dropped(proxy))
    return load, good_lines(disk.log), counted


def good_lines(log: Path) -> int:
    def is_good(line: str) -> bool:
        try:
            return json.loads(line)["status"] == 200
        except ValueError:
            return False

    return sum(map(is_good, log.read_text().splitlines()))


def dropped(proxy: RunningProxy) -> float:
    return proxy.metric("strangler_log_lines_dropped_total")


def test_few_file_descriptors_make_newcomers_wait_and_fail_nobody(tmp_path, monolith):
    """With 96 descriptors a worker takes 24 connections at a time; here 60 clients come and go."""
    under = ["prlimit", "--nofile=96:96"]
    with running_proxy(tmp_path, config(monolith.url), under=under) as proxy:
        with SteadyLoad(proxy.address, clients=60, per_second=600, fresh=True) as load:
            time.sleep(FAULT * 2)
        assert load.counted().keys() == {"200 monolith"}
        assert load.slowest() < RECOVERY
        assert proxy.metric("strangler_faults_total") == 0


def test_idle_connections_make_room_for_newcomers_where_file_descriptors_are_few(tmp_path, monolith):
    under = ["prlimit", "--nofile=96:96"]
    with running_proxy(tmp_path, config(monolith.url), under=under) as proxy, ExitStack() as idle:
        for _ in range(30):
            client = idle.enter_context(proxy.client(timeout=2))
            assert client.get("/p/?n=1").status == 200


def test_no_file_descriptor_left_at_all_closes_newcomers_until_there_are_some(tmp_path, monolith, service):
    """Kept connections that have one to a backend go on, and no backend is blamed."""
    toml = config(monolith.url, backend("catalog", service.url), route("p", "/p/", "service"))
    with running_proxy(tmp_path, toml) as proxy:
        (worker,) = proxy.workers()
        most = resource.prlimit(worker, resource.RLIMIT_NOFILE)
        with SteadyLoad(proxy.address, clients=1) as kept, ExitStack() as idle:
            time.sleep(CALM)
            highest = max(int(name) for name in os.listdir(f"/proc/{worker}/fd"))
            resource.prlimit(worker, resource.RLIMIT_NOFILE, (highest + 1, most[1]))
            for _ in range(8):  # takes what is free below
                idle.enter_context(proxy.client())
            with SteadyLoad(proxy.address, clients=4, fresh=True) as newcomers:
                time.sleep(FAULT)
                resource.prlimit(worker, resource.RLIMIT_NOFILE, most)
                lifted = time.monotonic() + 0.1
                time.sleep(CALM)
        assert {one.what for one in newcomers.since(lifted)} == {"200 service"}
        assert newcomers.counted().keys() == {"200 service", "reset"}
        assert kept.counted().keys() == {"200 service"}
        assert proxy.workers() == [worker]
        assert proxy.metric("strangler_ejections_total") == 0


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[tuple[dict[str, str], Callable[[str], None]]]:
    """An environment whose wall clock is set by the test, and what sets it; monotonic time goes on as it is."""
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    file = tmp_path / "clock"
    file.write_text("+0")
    env = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }

    def jump(offset: str) -> None:
        new = tmp_path / "clock.new"
        new.write_text(offset)
        new.rename(file)

    return env, jump


def test_a_clock_that_jumps_changes_nothing_but_the_times_in_the_log(tmp_path, monolith, service, clock):
    env, jump = clock
    toml = config(monolith.url, backend("catalog", service.url), route("p", "/p/", "shadow"), workers=2)
    received = 'strangler_captures_received_total{route="p"}'
    with running_proxy(tmp_path, toml, env) as proxy:
        workers = proxy.workers()
        with SteadyLoad(proxy.address, posting=True) as load:
            time.sleep(CALM)
            for offset in ("+1d", "-1d", "+0"):
                jump(offset)
                time.sleep(CALM)
                proxy.save(toml + f"# {offset}\n")
            before = proxy.metric(received)
            await_true(lambda: proxy.metric(received) > before, RECOVERY, "captures")
        assert load.counted().keys() == {"200 monolith"}
        assert proxy.workers() == workers
        assert proxy.metric("strangler_faults_total") == 0
    lines = [json.loads(line) for line in (tmp_path / "access.log").read_text().splitlines()]
    assert len(lines) == len(load.seen)
    assert all(0 <= line["duration_ms"] < RECOVERY * 1000 for line in lines)
    days = {
        round((datetime.fromisoformat(line["time"]) - datetime.now().astimezone()) / timedelta(days=1))
        for line in lines
    }
    assert days == {-1, 0, 1}, "the clock did jump"
