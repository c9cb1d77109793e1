"""How processes in the background give way to those that serve users. Nothing here can fail: where the system does not
know or allow a part of it, the process runs all the same.

Niceness alone decides only how much of a busy processor a process gets. How soon a worker that has just been woken
takes its turn depends on more, and that is what users wait for:

1. A batch process never interrupts one that runs when it wakes up. Source: sched(7).
2. A process may ask for long turns, and then gives them up to whoever wakes with a shorter one. Without that it keeps
   the processor for the milliseconds of a usual turn. Source: sched_setattr(2), `sched_runtime`; Linux 6.12 and later
   (EEVDF, Documentation/scheduler/sched-eevdf.rst).
3. Where Linux groups processes by session (`sched_autogroup_enabled`), niceness counts within a session alone. So the
   process gets a session of its own, whose niceness is set as well. Source: sched(7), "The autogroup feature".
"""

import ctypes
import os
import platform
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Background:
    """How far a process in the background gives way."""

    nicer: int
    """Added to its supervisor's niceness; 10: about a tenth of the time of a busy processor, 19: a fiftieth."""
    takes_long_turns: bool
    """Whether all of the above is done, or the first alone."""


ATTENTIVE: Final = Background(nicer=10, takes_long_turns=False)
"""Of one that must act within moments, though no user waits for it."""
PATIENT: Final = Background(nicer=19, takes_long_turns=True)
"""Of one whose work can wait, and be left out when there is too much of it."""

_TURN_NANOSECONDS: Final = 100_000_000
"""The longest turn that Linux grants."""
_SCHED_SETATTR: Final = {"x86_64": 314, "aarch64": 274}
"""Numbers of the system call, for which glibc has a function only since 2.41."""
_ATTRIBUTES: Final = struct.Struct("=IIQiIQQQ")
"""`struct sched_attr`: size, policy, flags, nice, priority, runtime, deadline, period."""
_MOST_NICE: Final = 19


def give_way(pid: int, how: Background) -> None:
    """Lowers the priority of a process just after it began: its start itself is what costs most."""
    with suppress(OSError):  # it has died already, or the system does not allow it
        niceness = min(os.getpriority(os.PRIO_PROCESS, pid) + how.nicer, _MOST_NICE)
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
        if sys.platform == "linux":
            os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))
            if how.takes_long_turns:
                _take_long_turns(pid, niceness)


def _take_long_turns(pid: int, niceness: int) -> None:
    number = _SCHED_SETATTR.get(platform.machine())
    if number is not None:
        attributes = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_BATCH, 0, niceness, 0, _TURN_NANOSECONDS, 0, 0)
        ctypes.CDLL(None).syscall(number, pid, attributes, 0)  # an older kernel ignores the length of the turn
    if os.getsid(pid) == pid:  # else it is in the session of those that it gives way to
        Path(f"/proc/{pid}/autogroup").write_text(str(niceness))
