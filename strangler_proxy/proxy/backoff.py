"""How long a process that died rests before it is started again. Pure."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Backoff:
    """A wait that doubles with each early death in a row."""

    first_seconds: float
    longest_seconds: float
    steady_seconds: float
    """A process that lived for so long is started again as if none had ever died."""

    def early_deaths(self, before: int, lived_seconds: float) -> int:
        """Early deaths in a row, this one included, where there had been `before`."""
        return 1 if lived_seconds > self.steady_seconds else before + 1

    def wait_seconds(self, early_deaths: int) -> float:
        """The wait after the last of so many; at least one."""
        wait = self.first_seconds
        for _ in range(early_deaths - 1):
            wait = min(wait * 2, self.longest_seconds)
        return wait


OF_A_WORKER: Final = Backoff(first_seconds=0.1, longest_seconds=5.0, steady_seconds=10.0)
"""Users wait for it in the accept queue of its socket."""

IN_BACKGROUND: Final = Backoff(first_seconds=1.0, longest_seconds=60.0, steady_seconds=60.0)
"""No user waits for it, and each start of an interpreter takes processor time from those who serve."""
