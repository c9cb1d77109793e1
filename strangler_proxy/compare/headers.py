"""Headers: what counts among them, and when two values say the same."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from strangler_proxy.compare.cookies import compare_cookies
from strangler_proxy.compare.difference import Kind
from strangler_proxy.compare.findings import Findings
from strangler_proxy.compare.normalise.texts import same_text

Headers = tuple[tuple[bytes, bytes], ...]

VOLATILE: Mapping[str, str] = MappingProxyType(
    {
        "date": "the time of the answer",
        "age": "the time since a cache stored it",
        "expires": "the time of the answer and Cache-Control's max-age, which is compared",
        "server": "the program that serves",
        "x-powered-by": "the program that serves",
        "via": "the proxies on the way",
        "connection": "of the connection, not of the answer (RFC 9110, section 7.6.1)",
        "keep-alive": "of the connection, not of the answer",
        "proxy-connection": "of the connection, not of the answer",
        "transfer-encoding": "how the body was sent; the body is compared",
        "content-length": "how the body was sent; the body is compared",
        "content-encoding": "how the body was sent; the body is compared after decoding",
        "trailer": "how the body was sent",
        "upgrade": "of the connection, not of the answer",
        "alt-svc": "where else the server listens",
        "server-timing": "measured anew for each answer",
        "x-runtime": "measured anew for each answer",
        "x-response-time": "measured anew for each answer",
        "x-request-id": "drawn for each request",
        "x-correlation-id": "drawn for each request",
        "x-amzn-trace-id": "drawn for each request",
        "x-cloud-trace-context": "drawn for each request",
        "traceparent": "drawn for each request (W3C Trace Context)",
        "tracestate": "drawn for each request (W3C Trace Context)",
        "x-strangler": "the proxy's own",
        "nel": "where the browser reports network errors; of the host",
        "report-to": "where the browser reports to; of the host",
    }
)
"""Headers that are not compared, each with the reason."""

UNORDERED = frozenset(
    {
        "vary",
        "allow",
        "cache-control",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
    }
)
"""Headers whose value is a set: order, case and spaces between the elements mean nothing."""
SET_COOKIE = "set-cookie"
CONTENT_TYPE = "content-type"


_VOLATILE_BYTES = frozenset(name.encode() for name in VOLATILE)


def unlike_names(primary: Headers, candidate: Headers) -> set[bytes]:
    """Names in lower case of the headers that one side has, and the other has not just so."""
    return {name.lower() for name, _ in set(primary) ^ set(candidate)}


def differ_in_volatile_alone(primary: Headers, candidate: Headers) -> bool:
    """Whether it is seen at once that no header that counts differs: the same names in the same order."""
    if len(primary) != len(candidate):
        return False
    for mine, other in zip(primary, candidate, strict=True):
        if mine != other and (mine[0] != other[0] or mine[0].lower() not in _VOLATILE_BYTES):
            return False
    return True


def compare_headers(primary: Headers, candidate: Headers, findings: Findings, *, besides: Collection[str] = ()) -> None:
    """Find what differs in the headers that count, `besides` left out too; cookies are compared one by one."""
    left, right = gathered(primary), gathered(candidate)
    for name in dict.fromkeys((*left, *right)):
        if name in VOLATILE or name in besides or name == findings.rules.version_header:
            continue
        if name == SET_COOKIE:
            compare_cookies(left.get(name, ()), right.get(name, ()), (_date(left), _date(right)), findings)
        else:
            _compare_one(name, left.get(name), right.get(name), findings)


def gathered(headers: Headers) -> dict[str, tuple[str, ...]]:
    """Names in lower case → all values in order."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        key = _text(name).lower()
        found[key] = (*found.get(key, ()), _text(value).strip(" \t"))
    return found


def _text(data: bytes) -> str:
    """UTF-8 as browsers take it, Latin-1 where it is none (RFC 9110, section 5.5)."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _compare_one(
    name: str, primary: tuple[str, ...] | None, candidate: tuple[str, ...] | None, findings: Findings
) -> None:
    path = f"header:{name}"
    if primary is None:
        findings.found(path, Kind.ADDED, None, ", ".join(candidate or ()))
    elif candidate is None:
        findings.found(path, Kind.REMOVED, ", ".join(primary), None)
    else:
        mine, other = ", ".join(primary), ", ".join(candidate)
        if _plain(name, mine) != _plain(name, other) and not same_text(mine, other, name, findings.rules):
            findings.found(path, Kind.VALUE, mine, other)


def _plain(name: str, value: str) -> object:
    """The value in the form in which it is compared."""
    if name in UNORDERED:
        return frozenset(part.strip().lower() for part in value.split(",") if part.strip())
    if name == CONTENT_TYPE:
        return plain_content_type(value)
    return value


def plain_content_type(value: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """Type and parameters without case, quotes and order.

    JSON's charset is left out: it is UTF-8 whatever is said (RFC 8259, section 11).
    """
    media, *rest = value.split(";")
    kind = media.strip().lower()
    parameters = set()
    for parameter in rest:
        name, _, text = parameter.partition("=")
        name = name.strip().lower()
        if name and not (name == "charset" and (kind == "application/json" or kind.endswith("+json"))):
            text = text.strip().strip('"')
            parameters.add((name, "" if name == "boundary" else text.lower() if name == "charset" else text))
    return kind, frozenset(parameters)


def _date(headers: dict[str, tuple[str, ...]]) -> str | None:
    return headers["date"][-1] if "date" in headers else None
