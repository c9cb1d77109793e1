"""Set-Cookie by name and attribute.

A cookie's lifetime is held against the answer's own Date, so no clock is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

from strangler_proxy.compare.difference import Kind
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.normalise.texts import folded

LIFETIME_SLACK_SECONDS = 5
"""By how much two lifetimes counted from Expires may differ: the seconds between making it and sending it."""
SPELLINGS = {
    "path": "Path",
    "domain": "Domain",
    "max-age": "Max-Age",
    "expires": "Expires",
    "secure": "Secure",
    "httponly": "HttpOnly",
    "samesite": "SameSite",
    "partitioned": "Partitioned",
}


@dataclass(frozen=True, slots=True)
class Cookie:
    """One Set-Cookie header. Source: RFC 6265, section 5.2."""

    name: str
    value: str
    attributes: dict[str, str] = field(default_factory=dict)
    """Names in lower case; empty text for those without a value."""


def parse_cookie(text: str) -> Cookie:
    """The cookie that a Set-Cookie header's value writes; whatever the text, there is one."""
    pair, *rest = text.split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    attributes = {}
    for part in rest:
        attribute, _, setting = part.partition("=")
        if attribute.strip():
            attributes[attribute.strip().lower()] = setting.strip()
    return Cookie(name.strip(), value.strip().strip('"'), attributes)


def compare_cookies(
    primary: Sequence[str], candidate: Sequence[str], dates: tuple[str | None, str | None], findings: Findings
) -> None:
    """Find what differs between the cookies that both answers set; of one name, path and domain the last counts."""
    mine, others = _by_identity(primary), _by_identity(candidate)
    for key in dict.fromkeys((*mine, *others)):
        left, right = mine.get(key), others.get(key)
        path = f"cookie:{key[0]}"
        if left is None:
            findings.found(path, Kind.ADDED, None, _attributes_of(right))
        elif right is None:
            findings.found(path, Kind.REMOVED, _attributes_of(left), None)
        else:
            _compare_one(path, left, right, dates, findings)


def _by_identity(texts: Sequence[str]) -> dict[tuple[str, int], Cookie]:
    """By name, and by how many of that name were set before with another path or domain."""
    last: dict[tuple[str, str, str], Cookie] = {}
    for cookie in map(parse_cookie, texts):
        last[cookie.name, cookie.attributes.get("path", ""), cookie.attributes.get("domain", "")] = cookie
    numbered: dict[tuple[str, int], Cookie] = {}
    for _, cookie in sorted(last.items()):
        count = sum(name == cookie.name for name, _ in numbered)
        numbered[cookie.name, count] = cookie
    return numbered


def _attributes_of(cookie: Cookie | None) -> str:
    """The attributes without the value, which may be a secret."""
    assert cookie is not None
    return "; ".join(["…", *(_written(name, text) for name, text in cookie.attributes.items())])


def _compare_one(
    path: str, primary: Cookie, candidate: Cookie, dates: tuple[str | None, str | None], findings: Findings
) -> None:
    bases = findings.rules.bases
    values = (
        folded(primary.value, primary.name, bases.primary, findings.rules, is_cookie=True),
        folded(candidate.value, candidate.name, bases.candidate, findings.rules, is_cookie=True),
    )
    if primary.value != candidate.value and values[0] != values[1]:
        findings.found(path, Kind.VALUE, *values)
    mine, others = primary.attributes, candidate.attributes
    for name in sorted({*mine, *others}):
        left, right = mine.get(name), others.get(name)
        if name == "expires" and ("max-age" in mine and "max-age" in others):
            continue  # Max-Age has precedence (RFC 6265, section 5.3), and is compared
        if left is None or right is None:
            kind = Kind.ADDED if left is None else Kind.REMOVED
            shown = [None if text is None else _written(name, text) for text in (left, right)]
            findings.found(path, kind, *shown)
        elif not _same_attribute(name, (left, right), dates):
            findings.found(path, Kind.VALUE, _written(name, left), _written(name, right))


def _written(name: str, text: str) -> str:
    spelling = SPELLINGS.get(name, name)
    return f"{spelling}={text}" if text else spelling


def _same_attribute(name: str, values: tuple[str, str], dates: tuple[str | None, str | None]) -> bool:
    if name == "expires":
        return _same_lifetime(values, dates)
    if name == "domain":
        return values[0].lstrip(".").lower() == values[1].lstrip(".").lower()
    if name == "samesite":
        return values[0].lower() == values[1].lower()
    return values[0] == values[1]


def _same_lifetime(values: tuple[str, str], dates: tuple[str | None, str | None]) -> bool:
    if values[0] == values[1]:
        return True
    ends, starts = [_moment(text) for text in values], [_moment(text) for text in dates]
    if None in ends or None in starts:
        return False
    seconds = [(end - start).total_seconds() for end, start in zip(ends, starts, strict=True) if end and start]
    if max(seconds) <= 0:
        return True  # both delete the cookie
    return min(seconds) > 0 and abs(seconds[0] - seconds[1]) <= LIFETIME_SLACK_SECONDS


def _moment(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime((text or "").replace("-", " "))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=None)
