"""How many failed logins are too many. Pure: the times are given.

A name alone is not locked by few failures, or anybody could lock out everybody; what is locked early is one address
that tries one name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WINDOW_SECONDS = 15 * 60.0
"""Seconds for which a failure counts."""

OF_NAME_FROM_ADDRESS = 5
"""Failures of one name from one address: a person who tries their few passwords."""
OF_ADDRESS = 30
"""Failures of one address, whatever the names: an office behind one address."""
OF_NAME = 100
"""Failures of one name, wherever from: many machines that guess one password."""


@dataclass(frozen=True, slots=True)
class Failed:
    """One failed login."""

    at: float
    """Unix time in seconds."""
    name: str
    address: str


def seconds_to_wait(failures: Sequence[Failed], name: str, address: str, now: float) -> float:
    """Seconds until `name` may be tried from `address`; 0: it may now."""
    recent = [one for one in failures if one.at > now - WINDOW_SECONDS]
    waits = [
        _wait([one.at for one in recent if one.name == name and one.address == address], OF_NAME_FROM_ADDRESS, now),
        _wait([one.at for one in recent if one.address == address], OF_ADDRESS, now),
        _wait([one.at for one in recent if one.name == name], OF_NAME, now),
    ]
    return max(waits)


def _wait(times: list[float], most: int, now: float) -> float:
    """Until fewer than `most` of them are within the window."""
    if len(times) < most:
        return 0.0
    return max(0.0, sorted(times)[-most] + WINDOW_SECONDS - now)
