"""The part of the control process that needs the store: the controller's looks, and the evidence for the guard."""

import threading
import time
from pathlib import Path
from typing import Protocol

from strangler_proxy.config.model import Config
from strangler_proxy.control.controller.guarding import Guarding
from strangler_proxy.errors import StranglerError

LOOK_SECONDS = 1.0
"""Seconds between two looks at the walks, and at the evidence of the routes that are guarded."""
EVIDENCE_SECONDS = 0.3
"""Seconds of a look that are spent on reading evidence for the guard."""
LONGEST_WAIT_SECONDS = 10.0
"""Between two tries while the store cannot be used."""


class _Looks(Protocol):
    def look(self, now: float) -> bool: ...


class Walking:
    """Runs in a thread of its own; Django is imported there, so that the guard begins without it."""

    def __init__(self, path: Path, state: Path, guarding: Guarding, say: "Say") -> None:
        self.config: Config | None = None
        self._path = path
        self._state = state
        self._guarding = guarding
        self._say = say
        self._said = ""
        self._known: dict[str, float] = {}
        """Route → monotonic seconds at which the guard was told last."""

    def run(self, stop: threading.Event) -> None:
        """Looks until `stop`. What fails is said once, and tried again."""
        wait, controller = LOOK_SECONDS, None
        while not stop.wait(wait):
            try:
                if controller is None:
                    controller = self._opened()
                self._know()
                while controller.look(time.time()) and not stop.is_set():
                    self._know()
            except Exception as error:
                self._tell(error)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                self._said, wait = "", LOOK_SECONDS
        if controller is not None:
            self._let_go()

    def _opened(self) -> _Looks:
        from strangler_proxy.control.setup import ready

        ready(self._state)
        from strangler_proxy.control.controller.controller import Controller, Sights
        from strangler_proxy.control.controller.lease import Lease, holder_name

        self._lease = Lease(holder_name())
        sights = Sights(answers=self._guarding.guard.answers, alarm=self._guarding.alarm)
        return Controller(self._path, self._lease, self._state, sights, lambda text: self._say(text, False))

    def _know(self) -> None:
        """Tells the guard what the evidence says of the routes that it watches: as many as the time allows, those that
        have waited longest first."""
        from strangler_proxy.control.selectors import evidence_of

        config = self.config
        if config is None:
            return
        end = time.monotonic() + EVIDENCE_SECONDS
        watched = sorted(self._guarding.guard.watches(config), key=lambda route: self._known.get(route.name, 0.0))
        for route in watched:
            self._guarding.know({route.name: evidence_of(route.name, route.compare)})
            self._known[route.name] = time.monotonic()
            if time.monotonic() > end:
                return

    def _let_go(self) -> None:
        """The next controller leads at once."""
        try:
            self._lease.give_up()
        except StranglerError:
            return  # the lease ends by itself

    def _tell(self, error: Exception) -> None:
        text = str(error) if isinstance(error, StranglerError) else f"{type(error).__name__}: {error}"
        if text != self._said:
            self._said = text
            self._say(f"walks stand still, and are tried again: {text}", True)


class Say(Protocol):
    """Who tells the person that watches the console."""

    def __call__(self, text: str, warning: bool = True) -> None: ...
