"""What the system knows of a process that gives way."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from strangler_proxy.proxy import priority
from strangler_proxy.proxy.priority import ATTENTIVE, PATIENT, Background, give_way


@contextmanager
def sleeping(*, own_session: bool) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=own_session)
    try:
        yield process.pid
    finally:
        process.communicate()


def about(pid: int, file: str) -> str:
    path = Path(f"/proc/{pid}/{file}")
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize("how", [ATTENTIVE, PATIENT])
def test_a_process_in_the_background_is_nicer_and_interrupts_nobody(how: Background) -> None:
    with sleeping(own_session=True) as pid:
        give_way(pid, how)
        assert os.getpriority(os.PRIO_PROCESS, pid) == min(os.getpriority(os.PRIO_PROCESS, 0) + how.nicer, 19)
        assert os.sched_getscheduler(pid) == os.SCHED_BATCH


def test_a_patient_one_takes_long_turns_and_its_session_is_nice_too() -> None:
    with sleeping(own_session=True) as pid:
        give_way(pid, PATIENT)
        turns = re.findall(r"se\.slice +: +(\d+)", about(pid, "sched"))
        assert turns in ([], ["100000000"])  # nothing where the kernel tells no turns
        assert re.sub("/autogroup-[0-9]+ ", "", about(pid, "autogroup")) in ("", "nice 19\n")


def test_the_session_of_those_it_gives_way_to_is_left_alone() -> None:
    before = about(os.getpid(), "autogroup")
    with sleeping(own_session=False) as pid:
        give_way(pid, PATIENT)
        assert about(os.getpid(), "autogroup") == before


def test_a_machine_of_another_kind_lacks_the_turns_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(priority.platform, "machine", lambda: "unheard-of")
    with sleeping(own_session=True) as pid:
        give_way(pid, PATIENT)
        assert os.getpriority(os.PRIO_PROCESS, pid) == 19
        assert "100000000" not in about(pid, "sched")


def test_a_process_that_has_died_meanwhile_is_no_error() -> None:
    with sleeping(own_session=True) as pid:
        pass
    give_way(pid, PATIENT)
