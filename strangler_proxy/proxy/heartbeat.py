"""Which workers hang: alive for the system, yet silent. Pure; the time is an argument.

A worker that is stopped, or caught in a regular expression that takes for ever, keeps its listening socket, and the
system goes on giving it its share of the users. Only its silence shows it.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

from strangler_proxy.proxy.limits import HEARTBEAT_SECONDS, HUNG_SECONDS

Who = TypeVar("Who", bound=Hashable)


class Heartbeat(Generic[Who]):
    """When each one was heard last, in monotonic seconds."""

    def __init__(self, now: float) -> None:
        self._heard: dict[Who, float] = {}
        self._looked = now

    def heard(self, who: Who, now: float) -> None:
        """It lives: it began, or it said something."""
        self._heard[who] = now

    def forget(self, who: Who) -> None:
        """It is gone, or it is not to be watched."""
        self._heard.pop(who, None)

    def hung(self, now: float) -> list[Who]:
        """Those that have been silent for `HUNG_SECONDS`; to be asked every `HEARTBEAT_SECONDS`.

        Where the asking itself came late, the machine or this process stood still, and may have the answers unread:
        that time counts against nobody.
        """
        late = now - self._looked - HEARTBEAT_SECONDS
        self._looked = now
        if late > HEARTBEAT_SECONDS / 2:
            self._heard = {who: heard + late for who, heard in self._heard.items()}
        return [who for who, heard in self._heard.items() if now - heard > HUNG_SECONDS]
