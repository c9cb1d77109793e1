"""What can be asked of what was seen: each check says what is wrong, or None."""

import re

from tests.conformance.model import Check, Ending, Observed


def _short(data: object) -> str:
    text = repr(data)
    return text if len(text) <= 160 else f"{text[:120]}... ({len(text)} characters)"


# the client's connection


def kept(seen: Observed) -> str | None:
    """It served another request afterwards."""
    return None if seen.ending is Ending.KEPT else f"the connection was not kept: {seen.ending.value}"


def kept_if_answered(seen: Observed) -> str | None:
    """It served another request, or ended: both are allowed, but it must not hang or mix anything up."""
    return "the connection neither served another request nor ended" if seen.ending is Ending.OPEN else None


def closed(seen: Observed) -> str | None:
    """The proxy ended it."""
    return (
        None if seen.ending in (Ending.CLOSED, Ending.RESET) else f"the connection was not closed: {seen.ending.value}"
    )


def broken(seen: Observed) -> str | None:
    """The client can see that the last answer is not whole."""
    last = seen.answers[-1] if seen.answers else None
    if last is not None and last.whole:
        return None if last.status >= 500 else f"half an answer looks like a whole one: {_short(last.body)}"
    return "the client still waits for the rest" if seen.ending is Ending.OPEN else None


# answers


def readable(seen: Observed) -> str | None:
    """All that came is HTTP, and nothing follows the last answer."""
    return f"unreadable: {seen.fault}" if seen.fault else None


def answered(*statuses: int) -> Check:
    """Exactly these answers came, each whole."""

    def check(seen: Observed) -> str | None:
        got = [answer.status for answer in seen.answers]
        if seen.fault or got != list(statuses):
            return f"answered {got}, not {list(statuses)} {seen.fault}".rstrip()
        if not all(answer.whole for answer in seen.answers):
            return "the last answer is not whole"
        return None

    return check


def status_among(*statuses: int) -> Check:
    """The first answer has one of these."""

    def check(seen: Observed) -> str | None:
        got = seen.answers[0].status if seen.answers else None
        return None if got in statuses else f"answered {got}, not one of {list(statuses)} {seen.fault}".rstrip()

    return check


def refused(*statuses: int) -> Check:
    """The first answer is an error of the client's (one of `statuses` where given), or none came before the end;
    and nothing reached the backend."""

    def check(seen: Observed) -> str | None:
        if seen.requests:
            return f"passed on as {_short(seen.requests[0].head)}"
        if seen.fault:
            return seen.fault
        if not seen.answers:
            return "no answer, and the connection left open" if seen.ending is Ending.OPEN else None
        got = seen.answers[0].status
        good = got in statuses if statuses else 400 <= got <= 505
        return None if good else f"answered {got}"

    return check


def told(*statuses: int) -> Check:
    """As `refused`, but the client must have been told."""

    def check(seen: Observed) -> str | None:
        return "closed without an answer" if not seen.answers and not seen.fault else refused(*statuses)(seen)

    return check


def body(expected: bytes, at: int = 0) -> Check:
    """The answer's body, without its framing."""

    def check(seen: Observed) -> str | None:
        if len(seen.answers) <= at:
            return "no answer"
        got = seen.answers[at].body
        return None if got == expected else f"body {_short(got)}, not {_short(expected)}"

    return check


def has(name: bytes, value: bytes, at: int = 0) -> Check:
    """The answer has this header, once, with this value."""

    def check(seen: Observed) -> str | None:
        got = seen.answers[at].values(name) if len(seen.answers) > at else None
        return None if got == [value] else f"answer's {name.decode()}: {got}, not {value!r}"

    return check


def has_some(name: bytes) -> Check:
    """The answer has this header once, with whatever value."""

    def check(seen: Observed) -> str | None:
        got = seen.answers[0].values(name) if seen.answers else None
        return None if got is not None and len(got) == 1 else f"answer's {name.decode()}: {got}"

    return check


def lacks(*names: bytes) -> Check:
    """The answer has none of these headers."""

    def check(seen: Observed) -> str | None:
        found = [name.decode() for answer in seen.answers[:1] for name in names if answer.values(name)]
        return f"the answer has {found}" if found or not seen.answers else None

    return check


def lacks_member(name: bytes, member: bytes) -> Check:
    """The answer's list header does not name this."""

    def check(seen: Observed) -> str | None:
        got = b",".join(value for answer in seen.answers for value in answer.values(name)).lower()
        return f"answer's {name.decode()} names {member!r}" if member in re.split(rb"[ \t]*,[ \t]*", got) else None

    return check


def trailers(expected: list[tuple[bytes, bytes]]) -> Check:
    """The first answer's trailers."""

    def check(seen: Observed) -> str | None:
        got = seen.answers[0].trailers if seen.answers else None
        return None if got == expected else f"trailers {got}"

    return check


def chunked_answer(expected: bool) -> Check:
    """Whether the first answer came in chunks."""

    def check(seen: Observed) -> str | None:
        got = seen.answers[0].chunked if seen.answers else None
        return None if got is expected else f"answer in chunks: {got}"

    return check


def interims(*statuses: int) -> Check:
    """Exactly these 1xx answers came."""

    def check(seen: Observed) -> str | None:
        got = [answer.status for answer in seen.interims]
        return None if got == list(statuses) else f"interim answers {got}, not {list(statuses)}"

    return check


def raw_contains(text: bytes) -> Check:
    """The client got these bytes."""
    return lambda seen: None if text in seen.raw else f"the client did not get {text!r}"


def raw_lacks(text: bytes) -> Check:
    """The client did not get these bytes."""
    return lambda seen: f"the client got {text!r}" if text in seen.raw else None


def persistent_answer(seen: Observed) -> str | None:
    """The answer does not say `Connection: close`."""
    return lacks_member(b"connection", b"close")(seen)


def says_close(seen: Observed) -> str | None:
    """The last answer says that the connection ends."""
    got = b",".join(seen.answers[-1].values(b"connection")).lower() if seen.answers else b""
    return None if b"close" in got else "the answer does not say Connection: close"


# the backend


def received(count: int) -> Check:
    """The backend got so many requests."""

    def check(seen: Observed) -> str | None:
        if seen.stray:
            return f"the backend got {_short(seen.stray)}"
        got = len(seen.requests)
        return None if got == count else f"the backend got {got} requests, not {count}"

    return check


def at_most_received(count: int) -> Check:
    """The backend got no more requests than that."""
    return lambda seen: f"the backend got {len(seen.requests)} requests" if len(seen.requests) > count else None


def asked(line: bytes, at: int = 0) -> Check:
    """The request line that the backend got, the case's mark as `{case}`."""

    def check(seen: Observed) -> str | None:
        got = _unmarked(seen.requests[at].line) if len(seen.requests) > at else None
        return None if got == line else f"backend was asked {got!r}, not {line!r}"

    return check


def got(name: bytes, *values: bytes) -> Check:
    """The backend got this header with these values, in order; none at all without `values`."""

    def check(seen: Observed) -> str | None:
        found = [_unmarked(value) for value in seen.requests[0].values(name)] if seen.requests else None
        return None if found == list(values) else f"backend got {name.decode()}: {found}, not {list(values)}"

    return check


def got_combined(name: bytes, value: bytes) -> Check:
    """As `got`, where several lines and one with commas mean the same."""

    def check(seen: Observed) -> str | None:
        found = b", ".join(seen.requests[0].values(name)) if seen.requests else None
        return None if found == value else f"backend got {name.decode()}: {found!r}, not {value!r}"

    return check


def got_none(*names: bytes) -> Check:
    """The backend got none of these headers, though it was asked."""

    def check(seen: Observed) -> str | None:
        if not seen.requests:
            return "the backend was not asked"
        found = [name.decode() for name in names if seen.requests[0].values(name)]
        return f"backend got {found}" if found else None

    return check


def got_matching(name: bytes, pattern: bytes) -> Check:
    """The backend got this header, its lines joined, in this form."""

    def check(seen: Observed) -> str | None:
        found = b", ".join(seen.requests[0].values(name)) if seen.requests else b""
        return None if re.fullmatch(pattern, found) else f"backend got {name.decode()}: {found!r}"

    return check


def got_no_text(text: bytes) -> Check:
    """No head that the backend got has these bytes."""
    return lambda seen: f"backend got {text!r}" if any(text in request.head for request in seen.requests) else None


def got_member(name: bytes, member: bytes) -> Check:
    """The backend got this member of a list header."""

    def check(seen: Observed) -> str | None:
        found = b",".join(seen.requests[0].values(name)).lower() if seen.requests else b""
        return None if member in re.split(rb"[ \t]*,[ \t]*", found) else f"backend got {name.decode()}: {found!r}"

    return check


def got_body(expected: bytes, at: int = 0) -> Check:
    """The request's body as the backend got it, whole."""

    def check(seen: Observed) -> str | None:
        if len(seen.requests) <= at:
            return "the backend was not asked"
        request = seen.requests[at]
        if not request.whole:
            return f"backend got only {_short(request.body)}"
        return None if request.body == expected else f"backend got body {_short(request.body)}"

    return check


def got_trailers(expected: bytes) -> Check:
    """The trailer lines that the backend got."""

    def check(seen: Observed) -> str | None:
        found = seen.requests[0].trailers.lower() if seen.requests else None
        return None if found == expected else f"backend got trailers {found!r}"

    return check


def got_half(seen: Observed) -> str | None:
    """The backend can see that the request was not whole, or never got it."""
    whole = [request for request in seen.requests if request.whole]
    return f"half a request reached the backend as a whole one: {_short(whole[0].body)}" if whole else None


def tunnelled(text: bytes) -> Check:
    """What the backend got on an upgraded connection."""
    return lambda seen: None if seen.tunnel == text else f"backend got {seen.tunnel!r} through the tunnel"


def nothing_smuggled(seen: Observed) -> str | None:
    """No request for `/.../smuggled` reached the backend, nor bytes that were none."""
    for request in seen.requests:
        if b"smuggled" in request.line:
            return f"smuggled: {_short(request.head)}"
    return f"stray bytes reached the backend: {_short(seen.stray)}" if seen.stray else None


# several


def either(*checks: Check) -> Check:
    """At least one of them is content."""

    def check(seen: Observed) -> str | None:
        said = [check(seen) for check in checks]
        return None if None in said else "; and ".join(text for text in said if text)

    return _made_of(checks, check)


def both(*checks: Check) -> Check:
    """All of them are content; the first complaint is told."""
    return _made_of(checks, lambda seen: next((said for check in checks if (said := check(seen))), None))


_PARTS: dict[Check, tuple[Check, ...]] = {}


def _made_of(parts: tuple[Check, ...], check: Check) -> Check:
    _PARTS[check] = parts
    return check


def asks(checks: tuple[Check, ...], wanted: Check) -> bool:
    """Whether `wanted` is among the checks, or within one of them."""
    return any(check is wanted or asks(_PARTS.get(check, ()), wanted) for check in checks)


def _unmarked(data: bytes) -> bytes:
    return re.sub(rb"c-[0-9]{4}", b"{case}", data)
