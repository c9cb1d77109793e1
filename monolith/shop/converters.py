"""Path converters of the shop."""

from datetime import date


class OrderNumberConverter:
    """`HH-` and eight of the letters and digits that are not mistaken for each other."""

    regex = "HH-[2-9A-HJ-NP-Z]{8}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ISODateConverter:
    """A day as `2025-01-31`; one that no calendar has does not match."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()
