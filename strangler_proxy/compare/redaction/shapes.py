"""Private data that its own shape gives away, wherever it stands: tokens, keys, card and account numbers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Shape:
    """One such shape."""

    pattern: re.Pattern[str]
    """Finds what may be one; where it has a group `secret`, that part is private, else the whole."""
    holds: Callable[[str], bool] = lambda text: True
    """Whether what was found is one."""
    hint: tuple[str, ...] = ()
    """One of these is in every text that has one; empty: it may be in any."""
    has_digit: bool = False
    """Whether there is a digit in each."""

    def without(self, text: str, mark: Callable[[str], str]) -> str:
        """The text with each that is in it marked."""

        def marked(found: re.Match[str]) -> str:
            part = "secret" if "secret" in found.re.groupindex else 0
            secret = found[part]
            if not secret or not self.holds(secret):
                return found[0]
            start, end = found.start(part) - found.start(), found.end(part) - found.start()
            return f"{found[0][:start]}{mark(secret)}{found[0][end:]}"

        return self.pattern.sub(marked, text)


def is_card_number(text: str) -> bool:
    """Whether the digits in the text make a payment card's number.

    Source: ISO/IEC 7812-1: the first digits name the issuer, the last is a check digit (Luhn).
    """
    digits = [int(one) for one in text if "0" <= one <= "9"]
    if not 13 <= len(digits) <= 19 or not (digits[0] in (3, 4, 5, 6) or (digits[0] == 2 and 2 <= digits[1] <= 7)):
        return False
    doubled = [2 * one - 9 if one > 4 else 2 * one for one in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def is_card_as_number(text: str) -> bool:
    """Whether a number is a payment card's, however JSON or a table writes it: whole, `….0` or with an exponent.

    Numbers with an exponent of fewer than ten digits that count are round ones, and no cards.
    """
    if text.isdigit():
        return is_card_number(text)
    if len(text) < 13 and "e" not in text and "E" not in text:
        return False
    try:
        number = Decimal(text)
    except ArithmeticError:  # of an exponent that is beyond all bounds
        return False
    if (
        len(text.lower().partition("e")[0].strip("-0.")) < 11
        or not number.is_finite()
        or not 12 <= number.adjusted() <= 18
        or number != number.to_integral_value()
    ):
        return False
    return is_card_number(str(int(number)))


def is_iban(text: str) -> bool:
    """Whether the text is an account number with a right check number. Source: ISO 13616-1, ISO/IEC 7064 (97-10)."""
    plain = text.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def _is_drawn(text: str) -> bool:
    """Whether letters and digits look drawn by lot, from more than the hexadecimal ones in one case."""
    if not any(one.isdigit() for one in text):
        return False
    return any(one in "ghijklmnopqrstuvwxyz" for one in text.lower()) or text not in (text.lower(), text.upper())


def _is_credential(text: str) -> bool:
    return len(text) >= 16 or any(one.isdigit() for one in text)


_GAP = r"(?:[ +\-\u00a0]|%20)?"
_SCHEMES = "|".join(
    written
    for name in ("Bearer", "Basic", "Token", "Digest", "Negotiate", "ApiKey", "JWT")
    for written in dict.fromkeys((name, name.lower(), name.upper()))
)
"""Of the header Authorization, as they are written; searched for letter by letter, which is quick."""

SHAPES: tuple[Shape, ...] = (
    Shape(
        re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?P<secret>[^-]*)"),
        hint=("PRIVATE KEY-----",),
    ),
    # JSON in base64url: the parts of a token (RFC 7519), and Django's signed values, with what follows them.
    Shape(re.compile(r"(?<![A-Za-z0-9_-])\.?eyJ[A-Za-z0-9_-]{8,}={0,2}(?:[.:][A-Za-z0-9_-]*){0,5}"), hint=("eyJ",)),
    # value:timestamp:signature. Source: django/core/signing.py.
    Shape(
        re.compile(r"(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]+:[0-9A-Za-z]{6}:[0-9A-Za-z_-]{27,43}(?![0-9A-Za-z_-])"),
        hint=(":",),
    ),
    # The token in a link that resets a password. Source: django/contrib/auth/tokens.py.
    Shape(re.compile(r"(?<![0-9a-z])[0-9a-z]{6,7}-[0-9a-f]{32}(?![0-9a-f])"), hint=("-",), has_digit=True),
    Shape(
        re.compile(rf"(?:{_SCHEMES})(?:\s|%20|\+){{1,4}}(?P<secret>[A-Za-z0-9._~+/-]{{6,4000}}=*)"),
        _is_credential,
    ),
    Shape(re.compile(r"(?<=://)(?P<secret>[^\s/?#@\"'<>]{1,200})@"), hint=("@",)),
    Shape(
        re.compile(
            r"(?<![A-Za-z0-9])(?:AKIA[0-9A-Z]{16}|[srp]k_(?:live|test)_[0-9A-Za-z]{8,}|gh[pousr]_[0-9A-Za-z]{20,}"
            r"|xox[a-z]-[0-9A-Za-z-]{10,}|AIza[0-9A-Za-z_-]{30,}|whsec_[0-9A-Za-z]{10,}|glpat-[0-9A-Za-z_-]{10,})"
        ),
        hint=("AKIA", "k_live_", "k_test_", "gh", "xox", "AIza", "whsec_", "glpat-"),
    ),
    Shape(re.compile(rf"(?<![0-9])(?<![0-9]\.)[2-6](?:{_GAP}[0-9]){{12,18}}(?![0-9])"), is_card_number, has_digit=True),
    Shape(
        re.compile(r"(?<![0-9.])[2-6]\.[0-9]{9,18}[eE]\+?1[2-8](?![0-9])"),
        is_card_as_number,
        hint=("e1", "E1", "e+1", "E+1"),
        has_digit=True,
    ),
    Shape(re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])"), is_iban, has_digit=True),
    # Django's CSRF tokens have 64 letters and digits, its session keys and CSRF secrets 32.
    Shape(re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{64}|[A-Za-z0-9]{32})(?![A-Za-z0-9])"), _is_drawn, has_digit=True),
)
