"""What stands in place of private data: it says nothing, and yet tells equal from different."""

import re
from decimal import Decimal
from hashlib import blake2s
from typing import Any

MARK = re.compile(r"redacted-[0-9a-f]{8}")
"""A mark is safe as it stands in a URL, a cookie, a header, a form, JSON and HTML."""
_MARKS = re.compile(rf"(?:{MARK.pattern})+")
_NUMBER_MARK = re.compile(r"-9990[0-9]{9}(?:\.5)?")


class Marker:
    """Makes marks by a keyed hash: without the key nobody can try out guesses.

    Equal texts have equal marks under one key; unlike ones have unlike marks but for one pair in four billion.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = blake2s(key).digest()

    def mark(self, text: str) -> str:
        """The mark of a text; empty text stays as it is, and so does what is nothing but marks."""
        if not text or _MARKS.fullmatch(text):
            return text
        return f"redacted-{self._digest(text).hex()}"

    def number(self, value: Any) -> Any:
        """A number in place of a number, whole for whole: a negative one that begins with 9990."""
        if _NUMBER_MARK.fullmatch(str(value)):
            return value
        made = -9_990_000_000_000 - int.from_bytes(self._digest(_exact(str(value)))) % 1_000_000_000
        return made if type(value) is int else Decimal(f"{made}.5")

    def number_text(self, text: str) -> str:
        """The same for a number as JSON writes it."""
        if _NUMBER_MARK.fullmatch(text):
            return text
        made = -9_990_000_000_000 - int.from_bytes(self._digest(_exact(text))) % 1_000_000_000
        return f"{made}.5" if set(text) & set(".eE") else str(made)

    def _digest(self, text: str) -> bytes:
        return blake2s(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=4).digest()


def _exact(text: str) -> str:
    """One text for each value of numbers with a fraction or exponent: `1.50`, `15e-1` and `1.5` are equal in JSON."""
    if not set(text) & set(".eE"):
        return text
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    if not number.is_finite():
        return text
    sign, digits, exponent = number.as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    shorter = written.rstrip("0")
    return f"{'-' if sign else ''}{shorter}e{int(exponent) + len(written) - len(shorter)}" if shorter else "0e0"
