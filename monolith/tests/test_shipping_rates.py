from decimal import Decimal

import pytest

from shipping.rates import FREE_FROM, rate_for, rates


def price(**changes: object) -> Decimal:
    order = {"code": "standard", "country": "DE", "weight_grams": 1000, "subtotal": Decimal(20)}
    return rate_for(**{**order, **changes}).price


def test_standard_is_free_at_home_from_a_hundred_on() -> None:
    assert price(subtotal=FREE_FROM - Decimal("0.01")) == Decimal("4.90")
    assert price(subtotal=FREE_FROM) == 0
    assert price(subtotal=FREE_FROM, country="AT") == Decimal("9.90")
    assert price(subtotal=FREE_FROM, code="express") > 0


@pytest.mark.parametrize(("grams", "extra"), [(2000, "0"), (2001, "0.60"), (3000, "0.60"), (3001, "1.20")])
def test_each_started_kilo_above_two_costs_extra(grams: int, extra: str) -> None:
    assert price(weight_grams=grams) == Decimal("4.90") + Decimal(extra)


def test_express_is_faster_and_dearer_everywhere() -> None:
    for country in ("DE", "AT", "CH", "GB"):
        standard, express = rates(country=country, weight_grams=500, subtotal=Decimal(10))
        assert express.price > standard.price
        assert express.days < standard.days


@pytest.mark.parametrize("changes", [{"country": "XX"}, {"code": "pigeon"}])
def test_what_is_not_offered_is_an_error(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"sent to 'XX'|called 'pigeon'"):
        price(**changes)
