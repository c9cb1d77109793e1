"""Headers that end with this hop, both ways."""

from tests.conformance.checks import (
    answered,
    either,
    got,
    got_matching,
    got_no_text,
    got_none,
    has,
    has_some,
    kept,
    kept_if_answered,
    lacks,
    lacks_member,
    raw_lacks,
)
from tests.conformance.model import Act, Case, Check, Group, Listener

_LINE = b"GET /{case} HTTP/1.1\r\nHost: shop.test\r\n"


def _request(
    name: str,
    lines: bytes,
    *expect: Check,
    ours: tuple[Check, ...] = (),
    source: str = "RFC 9110 7.6.1",
    listener: Listener = Listener.PLAIN,
) -> Case:
    return Case(
        name=name,
        source=source,
        send=(_LINE + lines + b"\r\n",),
        expect=(answered(200), *expect) if expect else (),
        ours=(answered(200), *ours),
        listener=listener,
    )


def _answer(
    name: str, lines: bytes, *expect: Check, ours: tuple[Check, ...] = (), source: str = "RFC 9110 7.6.1"
) -> Case:
    return Case(
        name=name,
        source=source,
        send=(_LINE + b"\r\n",),
        replies=((b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + lines + b"\r\nok",),),
        expect=(answered(200), *expect),
        ours=ours,
    )


HOP_BY_HOP = Group(
    title="Hop-by-hop headers",
    cases=(
        _request("what Connection names ends here", b"Connection: x-a\r\nX-A: b\r\n", got_none(b"x-a")),
        _request("what Connection names in capitals ends here", b"Connection: X-A\r\nx-a: b\r\n", got_none(b"x-a")),
        _request(
            "what two Connection lines name ends here",
            b"Connection: x-a\r\nX-A: b\r\nX-B: c\r\nConnection: x-b\r\n",
            got_none(b"x-a", b"x-b"),
        ),
        _request(
            "empty members of Connection name nothing",
            b"Connection: , ,x-a,,\r\nX-A: b\r\nX-B: c\r\n",
            got_none(b"x-a"),
            got(b"x-b", b"c"),
            source="RFC 9110 5.6.1.2",
        ),
        _request(
            "Keep-Alive ends here",
            b"Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n",
            got_none(b"keep-alive"),
            kept,
        ),
        _request(
            "Proxy-Connection does not reach the backend",
            b"Proxy-Connection: keep-alive\r\n",
            ours=(got_none(b"proxy-connection"),),
        ),
        _request(
            "TE does not reach the backend unnamed",
            b"TE: trailers, deflate\r\n",
            ours=(got_none(b"te"),),
            source="RFC 9110 10.1.4",
        ),
        _request(
            "TE named by Connection ends here",
            b"Connection: TE\r\nTE: gzip\r\n",
            got_no_text(b"gzip"),
            source="RFC 9110 10.1.4",
        ),
        _request(
            "Proxy-Authorization is for this proxy",
            b"Proxy-Authorization: Basic eA==\r\n",
            ours=(got_none(b"proxy-authorization"),),
            source="RFC 9110 11.7.2",
        ),
        _request("Host cannot be named away", b"Connection: host\r\n", ours=(got(b"host", b"shop.test"),)),
        _request(
            "Connection cannot strip what the proxy tells of the client",
            b"Connection: x-forwarded-for, x-real-ip, forwarded\r\n",
            ours=(got(b"x-forwarded-for", b"127.0.0.1"), got(b"x-real-ip", b"127.0.0.1")),
        ),
        _request(
            "Connection cannot strip the request's id",
            b"Connection: x-request-id\r\n",
            ours=(lambda seen: None if seen.requests[0].values(b"x-request-id") else "no X-Request-ID",),
        ),
        _request(
            "Cookie named by Connection is not passed", b"Connection: cookie\r\nCookie: a=b\r\n", got_none(b"cookie")
        ),
        _request("Connection itself is not passed on", b"Connection: x-a\r\n", got_no_text(b"x-a")),
        Case(
            name="the backend is told by Via that the request came through",
            source="RFC 9110 7.6.3",
            send=(_LINE + b"\r\n",),
            expect=(answered(200), got_matching(b"via", rb"1\.1 \S+.*")),
        ),
        Case(
            name="a Via that came is continued, not replaced",
            source="RFC 9110 7.6.3",
            send=(_LINE + b"Via: 1.1 outer\r\n\r\n",),
            expect=(answered(200), got_matching(b"via", rb"1\.1 outer, ?1\.1 \S+.*")),
        ),
        Case(
            name="an answer without Date gets one",
            source="RFC 9110 6.6.1",
            send=(_LINE + b"\r\n",),
            expect=(answered(200), has_some(b"date")),
        ),
        Case(
            name="a refusal has a Date",
            source="RFC 9110 6.6.1",
            send=(_LINE + b"X : y\r\n\r\n",),
            expect=(has_some(b"date"),),
        ),
        Case(
            name="a backend's failure told to HEAD has no body",
            source="RFC 9110 9.3.2",
            send=((_LINE + b"\r\n").replace(b"GET", b"HEAD"),),
            methods=("HEAD",),
            replies=((Act.CLOSE,),),
            expect=(either(answered(502), answered(503)), kept_if_answered),
        ),
        _answer(
            "what an answer's Connection names ends here", b"Connection: x-a\r\nX-A: secret\r\n", raw_lacks(b"secret")
        ),
        _answer(
            "an answer's Keep-Alive ends here",
            b"Connection: keep-alive\r\nKeep-Alive: timeout=77\r\n",
            raw_lacks(b"timeout=77"),
        ),
        _answer(
            "an answer's close is for the proxy alone",
            b"Connection: close\r\n",
            ours=(lacks_member(b"connection", b"close"), kept),
        ),
        _answer(
            "an answer's Proxy-Connection ends here",
            b"Proxy-Connection: close\r\n",
            ours=(lacks(b"proxy-connection"), kept),
        ),
        _answer(
            "an answer's Upgrade without 101 is not passed on unnamed",
            b"Upgrade: h2c\r\n",
            ours=(lacks(b"upgrade"), kept),
            source="RFC 9110 7.8",
        ),
        _answer(
            "an answer's Proxy-Authenticate ends here",
            b"Proxy-Authenticate: Basic\r\n",
            ours=(lacks(b"proxy-authenticate"),),
            source="RFC 9110 11.7.1",
        ),
        _answer(
            "an answer's Server passes", b"Server: shop\r\n", ours=(has(b"server", b"shop"),), source="RFC 9110 10.2.4"
        ),
        _answer("an answer's Via passes", b"Via: 1.1 inner\r\n", has(b"via", b"1.1 inner"), source="RFC 9110 7.6.3"),
        _answer(
            "an answer's Location passes unchanged",
            b"Location: http://shop.test/x?y\r\n",
            has(b"location", b"http://shop.test/x?y"),
            source="RFC 9110 10.2.2",
        ),
    ),
)
