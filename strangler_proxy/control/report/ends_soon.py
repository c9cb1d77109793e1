"""What there is to say of a route's ignores: what `compare.ignore_use` knows, and those that end within days. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from strangler_proxy.compare.ignore_use import Concern, IgnoreWarning, Use, warnings
from strangler_proxy.compare.rules import Ignore

SOON_DAYS = 7
"""Days before an ignore's end from which on it is told: a week has somebody at work in it."""


def ignore_warnings(
    ignores: Sequence[str], used: Mapping[str, Use], comparisons: int, today: date
) -> list[IgnoreWarning]:
    """The remarks of `compare.ignore_use`, then those on ignores that end within `SOON_DAYS`."""
    found = warnings(ignores, used, comparisons, today)
    for text in ignores:
        until = Ignore.of(text).until
        if until is not None and today < until and (until - today).days <= SOON_DAYS:
            what = f"ends on {until}; then its differences count again"
            found.append(IgnoreWarning(text, Concern.EXPIRED, what, "Mend what differs, or give it a later day."))
    return found
