"""The `Date` header line, made once a second. Source: RFC 9110 sections 5.6.7 and 6.6.1."""

from email.utils import formatdate

_made: tuple[int, bytes] = (-1, b"")


def date_line(now: float) -> bytes:
    """`Date` with its CRLF; `now` in Unix seconds."""
    global _made
    second = int(now)
    if _made[0] != second:
        _made = second, f"Date: {formatdate(second, usegmt=True)}\r\n".encode("ascii")
    return _made[1]
