"""What sending costs; a pure calculation."""

import dataclasses
from decimal import Decimal

FREE_FROM = Decimal("100.00")
"""Standard shipping within the home country is free from this subtotal on."""

ZONES = {"DE": 0, "AT": 1, "CH": 2, "GB": 2}
STANDARD = (Decimal("4.90"), Decimal("9.90"), Decimal("14.90"))
EXPRESS_EXTRA = Decimal("7.00")
PER_STARTED_KILO = Decimal("0.60")
INCLUDED_GRAMS = 2000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A way of sending: its code, its price in EUR, and the working days that it takes at most."""

    code: str
    price: Decimal
    days: int


def rates(*, country: str, weight_grams: int, subtotal: Decimal) -> list[Rate]:
    """The ways of sending, the cheapest first.

    Raises: ValueError for a country to which nothing is sent.
    """
    if country not in ZONES:
        raise ValueError(f"Nothing is sent to {country!r}.")
    zone = ZONES[country]
    extra_kilos = -(-max(0, weight_grams - INCLUDED_GRAMS) // 1000)
    standard = STANDARD[zone] + PER_STARTED_KILO * extra_kilos
    express = standard + EXPRESS_EXTRA * (zone + 1)
    if zone == 0 and subtotal >= FREE_FROM:
        standard = Decimal("0.00")
    return [
        Rate(code="standard", price=standard, days=2 + 2 * zone),
        Rate(code="express", price=express, days=1 + zone),
    ]


def rate_for(*, code: str, country: str, weight_grams: int, subtotal: Decimal) -> Rate:
    """The rate of that code.

    Raises: ValueError when there is none.
    """
    for rate in rates(country=country, weight_grams=weight_grams, subtotal=subtotal):
        if rate.code == code:
            return rate
    raise ValueError(f"No way of sending is called {code!r}.")
