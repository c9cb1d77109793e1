"""How fast a backend may be asked: so many requests a second, evenly. Pure; the time is an argument."""


class Pace:
    """A token bucket that holds one second's worth of requests, one at least."""

    def __init__(self, per_second: float | None, now: float) -> None:
        self._per_second = per_second
        self._most = max(per_second or 0.0, 1.0)
        self._left = self._most
        self._looked = now

    def wait_seconds(self, now: float) -> float:
        """Takes leave for one request, and says in how many seconds it may be sent; 0: now."""
        if self._per_second is None:
            return 0.0
        self._left = min(self._left + (now - self._looked) * self._per_second, self._most)
        self._looked = now
        self._left -= 1
        return max(-self._left / self._per_second, 0.0)
