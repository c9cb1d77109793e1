"""Controllers as processes that can be killed at any moment; as a program, it forks them, so that each starts at once.

python controllers.py CONFIG kill COUNT SEED    one after the other, each but the last killed at a random moment
python controllers.py CONFIG together COUNT     so many at once, until every walk is over
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from strangler_proxy.control.setup import ready
from strangler_proxy.errors import StranglerError

LEASE_SECONDS = 0.02
LONGEST_LIFE_SECONDS = 0.06
PATIENCE_SECONDS = 40.0


def control(config: Path) -> None:
    """Looks until no route walks any more."""
    from strangler_proxy.control.controller.controller import Controller
    from strangler_proxy.control.controller.lease import Lease, holder_name
    from strangler_proxy.control.walks import walk_list

    state = config.parent / ".strangler"
    ready(state)
    controller = Controller(config, Lease(holder_name(), LEASE_SECONDS), state)
    while any(walk.state == "walking" for walk in walk_list()):
        try:
            controller.look(time.time())
        except StranglerError as error:
            print(error, file=sys.stderr, flush=True)
        time.sleep(0.001)


def forked(config: Path) -> int:
    """The process id of a new controller."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        control(config)
        code = 0
    finally:
        os._exit(code)


def main() -> None:
    config, how, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if how == "together":
        pids = [forked(config) for _ in range(count)]
    else:
        chance = random.Random(int(sys.argv[4]))
        killed = 0
        for _ in range(count):
            pid = forked(config)
            time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
            os.kill(pid, signal.SIGKILL)
            killed += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
        print(f"killed {killed}")
        pids = [forked(config)]
    signal.alarm(int(PATIENCE_SECONDS))
    codes = {os.waitpid(pid, 0)[1] for pid in pids}
    sys.exit(codes != {0})


def import_all(state: Path) -> None:
    """What each controller would import by itself is there before the first fork."""
    ready(state)
    import django.db

    import strangler_proxy.control.controller.controller
    import strangler_proxy.control.walks  # noqa: F401

    django.db.connections.close_all()


if __name__ == "__main__":
    import_all(Path(sys.argv[1]).parent / ".strangler")
    main()
