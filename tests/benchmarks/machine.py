"""What Linux tells of processes and of the machine: processor time, memory, and who else is busy."""

import os
import platform
import resource
import sys
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def raise_file_limit() -> None:
    """Lets this process and its children hold as many connections as the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def process_tree(pid: int) -> list[int]:
    """`pid` and all its descendants that live."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue
        found.append(one)
    return found


def processor_seconds(pids: list[int]) -> float:
    """Processor time, user and system, that living processes have used, all their threads together."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


def resident_bytes(pids: list[int]) -> int:
    """Memory that living processes hold, pages that they share counted once for each."""
    pages = 0
    for pid in pids:
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * resource.getpagesize()


def started_at(pid: int) -> float:
    """When a process was made, on `time.CLOCK_BOOTTIME`; exact to 10 ms."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]) / _TICKS


def now_since_boot() -> float:
    """The clock that `started_at` is on."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def description() -> str:
    """The machine and the interpreter, in one line."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    optimised = "--enable-optimizations" in str(__import__("sysconfig").get_config_var("CONFIG_ARGS"))
    build = "optimised build" if optimised else "build without profile-guided optimisation"
    return (
        f"{os.cpu_count()} cores of {model}, Linux {platform.release().partition('-')[0]}, "
        f"{platform.python_implementation()} {sys.version.split()[0]} ({build})"
    )


class OtherLoad:
    """How busy programs other than this one and its descendants kept the processors since it was made."""

    def __init__(self) -> None:
        self._busy, self._own, self._since = _busy_seconds(), _own_seconds(), time.monotonic()

    def percent(self) -> float:
        """Share of all processors' time, 0 to 100."""
        others = (_busy_seconds() - self._busy) - (_own_seconds() - self._own)
        return max(0.0, others / (time.monotonic() - self._since) / (os.cpu_count() or 1) * 100)


def _busy_seconds() -> float:
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / _TICKS


def _own_seconds() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime + processor_seconds(process_tree(os.getpid()))
