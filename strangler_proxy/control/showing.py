"""The part of the control process that serves the dashboard."""

import threading
from pathlib import Path

from strangler_proxy.control.walking import Say
from strangler_proxy.errors import StranglerError

AGAIN_SECONDS = 10.0
"""Between two tries to serve where the address is taken or the store cannot be used."""


class Showing:
    """Runs in a thread of its own, which ends with the process."""

    def __init__(self, listen: str, path: Path, state: Path, say: Say) -> None:
        self._listen = listen
        self._path = path
        self._state = state
        self._say = say
        self._said = ""

    def run(self, stop: threading.Event) -> None:
        """Serves; what fails is said once, and tried again until `stop`."""
        while not stop.is_set():
            try:
                from strangler_proxy.control.serve import serve  # here, since it imports Django

                serve(self._listen, self._state, self._path, self._listens)
            except Exception as error:
                if not stop.is_set():
                    self._tell(error)
            stop.wait(AGAIN_SECONDS)

    def _listens(self, address: str) -> None:
        self._said = ""
        self._say(f"the dashboard is on {address}", False)

    def _tell(self, error: Exception) -> None:
        text = str(error) if isinstance(error, StranglerError | OSError) else f"{type(error).__name__}: {error}"
        if text != self._said:
            self._said = text
            self._say(f"no dashboard on {self._listen}, and it is tried again: {text}", True)
