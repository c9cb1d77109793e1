"""By how much a number or a time may differ and still be the same."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, DecimalException
from enum import Enum
from typing import Any

SECONDS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600), "d": Decimal(86400)}
_WRITTEN = re.compile(r"(?P<amount>[0-9]+(?:\.[0-9]+)?)(?P<unit>%|ms|s|m|h|d)?")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}.*)?")


class Measure(Enum):
    """What a tolerance is counted in."""

    UNITS = "units"
    PERCENT = "percent"
    """Of the greater of the two, signs aside."""
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The most by which two values may differ."""

    amount: Decimal
    measure: Measure

    @classmethod
    def of(cls, text: str) -> "Tolerance":
        """What `0.01`, `1%`, `250ms`, `2s`, `5m`, `1h` or `1d` means.

        Raises:
            ValueError: it is none of these.
        """
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no number, percentage or time")
        amount, unit = Decimal(found["amount"]), found["unit"]
        if unit is None:
            return cls(amount, Measure.UNITS)
        return cls(amount, Measure.PERCENT) if unit == "%" else cls(amount * SECONDS[unit], Measure.SECONDS)

    def allows(self, primary: Any, candidate: Any) -> bool:
        """Whether the values are near enough: two numbers, or strings that are numbers; or two times.

        Values of unlike types never are, nor a time with an offset and one without.
        """
        if type(primary) is not type(candidate):
            return False
        if self.measure is Measure.SECONDS:
            apart = _seconds_apart(primary, candidate)
            return apart is not None and apart <= self.amount
        numbers = _number(primary), _number(candidate)
        if numbers[0] is None or numbers[1] is None:
            return False
        try:
            most = self.amount
            if self.measure is Measure.PERCENT:
                most = max(abs(numbers[0]), abs(numbers[1])) * self.amount / 100
            return abs(numbers[0] - numbers[1]) <= most
        except DecimalException:  # an exponent beyond what can be counted with
            return False


def _number(value: Any) -> Decimal | None:
    if type(value) is int or type(value) is Decimal:
        return Decimal(value)
    return Decimal(value) if type(value) is str and len(value) < 100 and _NUMBER.fullmatch(value) else None


def _seconds_apart(primary: Any, candidate: Any) -> Decimal | None:
    """Between two times as ISO 8601 writes them; None where one is no time."""
    if not (isinstance(primary, str) and isinstance(candidate, str)):
        return None
    if _TIME.fullmatch(primary) is None or _TIME.fullmatch(candidate) is None:
        return None
    try:
        apart = abs(datetime.fromisoformat(primary) - datetime.fromisoformat(candidate))
    except (ValueError, TypeError, OverflowError):
        return None
    return Decimal(apart.days * 86400 + apart.seconds) + Decimal(apart.microseconds) / 1_000_000
