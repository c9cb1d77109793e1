"""Until when a certificate holds, read from the certificate itself. Pure.

The standard library tells this only of a peer's certificate in a connection, so the few elements before it are passed
over here.

Source: RFC 5280 sections 4.1 and 4.1.2.5; ITU-T X.690 for how DER writes lengths.
"""

import base64
import re
from datetime import UTC, datetime
from typing import Final

_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18


def holds_until(pem: bytes) -> datetime:
    """The first end among the certificates of a chain: from then on clients refuse it.

    Raises:
        ValueError: there is no certificate in it, or one that cannot be read.
    """
    ends = [_end_of(base64.b64decode(body)) for body in _PEM.findall(pem)]
    if not ends:
        raise ValueError("no certificate")
    return min(ends)


def _end_of(der: bytes) -> datetime:
    """`notAfter`: the elements of `tbsCertificate` are version (may be missing), serial number, signature, issuer,
    validity."""
    signed = _inside(_inside(der, 0), 0)
    at = 0
    if signed[:1] == bytes([_VERSION]):
        at = _end(signed, at)
    for _ in range(3):
        at = _end(signed, at)
    validity = _inside(signed, at)
    return _time(validity, _end(validity, 0))


def _inside(der: bytes, at: int) -> bytes:
    """What is in the sequence at `at`."""
    if der[at : at + 1] != bytes([_SEQUENCE]):
        raise ValueError("not a certificate")
    start, end = _extent(der, at)
    return der[start:end]


def _end(der: bytes, at: int) -> int:
    return _extent(der, at)[1]


def _extent(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins and ends."""
    if at + 2 > len(der):
        raise ValueError("a certificate that is cut off")
    length, start = der[at + 1], at + 2
    if length >= 0x80:
        digits = length - 0x80
        length, start = int.from_bytes(der[start : start + digits], "big"), start + digits
    if start + length > len(der):
        raise ValueError("a certificate that is cut off")
    return start, start + length


def _time(der: bytes, at: int) -> datetime:
    start, end = _extent(der, at)
    text = der[start:end].decode("ascii")
    if der[at] == _UTC_TIME:  # two digits for the year, until 2049
        text = ("19" if text[:2] >= "50" else "20") + text
    elif der[at] != _GENERALIZED_TIME:
        raise ValueError("a certificate without its end")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
