"""What counts as a difference between two schemas."""

from catalog.copying.schema import KINDS, TABLES, Column, columns_expected, differences

PRICE = Column(name="price", kind="decimal number", nullable=False)
NAME = Column(name="name", kind="text", nullable=False)


def test_the_same_columns_in_another_order_are_no_difference() -> None:
    assert list(differences("t", [PRICE, NAME], [NAME, PRICE])) == []


def test_a_column_that_is_stricter_there_is_no_difference() -> None:
    here = Column(name="name", kind="text", nullable=True)
    assert list(differences("t", [here], [NAME])) == []


def test_all_differences_are_told_at_once() -> None:
    found = [Column(name="name", kind="whole number", nullable=True), Column(name="colour", kind="text", nullable=True)]
    assert list(differences("t", [PRICE, NAME], found)) == [
        "t.price is missing",
        "t.name holds whole number, not text",
        "t.name may be empty there, but not here",
        "t.colour is not known to the service",
    ]


def test_every_column_of_the_catalog_is_of_a_known_kind() -> None:
    assert {column.kind for model in TABLES for column in columns_expected(model)} <= set(KINDS.values())
