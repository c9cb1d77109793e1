"""A tolerance forgives what is near, of one type, and nothing else."""

from decimal import Decimal
from typing import Any

import pytest

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare
from strangler_proxy.compare.rules import Rules
from strangler_proxy.compare.tolerance import Tolerance
from strangler_proxy.config.model import Compare
from tests.unit.compare.test_laws import differences

NEAR = [
    ("0.01", Decimal("19.90"), Decimal("19.91")),
    ("0.01", "19.90", "19.89"),
    ("2", 10, 8),
    ("1%", 100, 99),
    ("1%", Decimal("-100.0"), Decimal("-99.0")),
    ("2s", "2026-03-01T12:00:00Z", "2026-03-01T12:00:02+00:00"),
    ("2s", "2026-03-01T12:00:00", "2026-03-01T11:59:58.5"),
    ("500ms", "2026-03-01 12:00:00.0", "2026-03-01 12:00:00.5"),
    ("1d", "2026-03-01", "2026-03-02"),
]
FAR = [
    ("0.01", Decimal("19.90"), Decimal("19.92")),
    ("0.01", 20, Decimal("20.0")),
    ("0.01", "20", 20),
    ("0.01", "about 20", "about 20.001"),
    ("1", True, False),
    ("1%", 100, 98),
    ("1%", 0, 1),
    ("2s", "2026-03-01T12:00:00Z", "2026-03-01T12:00:02.001Z"),
    ("2s", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00"),
    ("2s", "2026-02-30T12:00:00Z", "2026-02-30T12:00:00.1Z"),
    ("2s", 1_700_000_000, 1_700_000_001),
    ("0.01", "2026-03-01", "2026-03-02"),
    ("1%", Decimal("1e999999"), Decimal("-1e999999")),
]


@pytest.mark.parametrize(("text", "primary", "candidate"), NEAR)
def test_what_is_near_is_no_difference_whichever_side_is_which(text: str, primary: Any, candidate: Any) -> None:
    assert Tolerance.of(text).allows(primary, candidate)
    assert Tolerance.of(text).allows(candidate, primary)


@pytest.mark.parametrize(("text", "primary", "candidate"), FAR)
def test_what_is_far_or_of_another_type_is_a_difference(text: str, primary: Any, candidate: Any) -> None:
    assert not Tolerance.of(text).allows(primary, candidate)
    assert not Tolerance.of(text).allows(candidate, primary)


@pytest.mark.parametrize("text", ["", "-1", "1 s", "1w", "%", "1e3"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        Tolerance.of(text)


def test_a_tolerance_holds_at_its_path_alone() -> None:
    primary, candidate = {"price": 1.50, "tax": 0.10, "old": 1}, {"price": 1.51, "tax": 0.11, "old": 1.0}
    found = differences(primary, candidate, tolerance={"body:$.price": "0.01", "body:$.old": "1"})
    assert [(one.path, one.kind) for one in found] == [("body:$.tax", "value"), ("body:$.old", "type")]


def test_a_tolerance_holds_in_tables_and_markup_as_well() -> None:
    bodies = {
        b"text/csv": ("$[*].price", b"id,price\n1,%b\n"),
        b"application/xml": ("$.r.price[0]['#text']", b"<r><price>%b</price></r>"),
        b"application/x-www-form-urlencoded": ("$.price[*]", b"price=%b"),
    }
    for kind, (path, body) in bodies.items():
        headers = ((b"Content-Type", kind),)
        sides = [Answer(status=200, headers=headers, body=body % price) for price in (b"1.50", b"1.51", b"1.53")]
        rules = Rules.of(Compare(tolerance={f"body:{path}": "0.01"}))
        assert compare(sides[0], sides[1], rules).equal
        assert not compare(sides[0], sides[2], rules).equal
