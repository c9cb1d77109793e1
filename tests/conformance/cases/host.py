"""Which host a request is for, and how the backend learns of it."""

from tests.conformance.checks import answered, asked, both, closed, either, got, kept, received, refused, told
from tests.conformance.model import Case, Group


def _bad(name: str, host_lines: bytes, source: str = "RFC 9112 3.2", *, ours_only: bool = False) -> Case:
    check = refused(400) if not ours_only else either(refused(), received(1))
    return Case(
        name=name,
        source=source,
        send=(b"GET /{case} HTTP/1.1\r\n" + host_lines + b"\r\n",),
        expect=(check,),
        ours=(told(400), closed),
    )


def _good(name: str, value: bytes, source: str = "RFC 9110 7.2") -> Case:
    return Case(
        name=name,
        source=source,
        send=(b"GET /{case} HTTP/1.1\r\nHost: " + value + b"\r\n\r\n",),
        expect=(answered(200), kept, got(b"host", value)),
    )


def _absolute(name: str, target: bytes, line: bytes, host: bytes, claimed: bytes | None = None) -> Case:
    """`claimed`: what Host says, where it is not the target's authority."""
    host_line = b"Host: %b\r\n" % (host if claimed is None else claimed)
    return Case(
        name=name,
        source="RFC 9112 3.2.2",
        send=(b"GET " + target + b" HTTP/1.1\r\n" + host_line + b"\r\n",),
        expect=(
            answered(200),
            either(
                both(asked(b"GET " + line + b" HTTP/1.1"), got(b"host", host)),
                both(asked(b"GET " + target + b" HTTP/1.1"), got(b"host", host)),
            ),
        ),
        ours=(asked(b"GET " + line + b" HTTP/1.1"), kept),
    )


GROUP = Group(
    title="Host",
    cases=(
        _good("Host passes unchanged", b"shop.test"),
        _good("Host keeps its port", b"shop.test:8443"),
        _good("Host keeps its case of letters", b"Shop.TEST"),
        _good("an IPv4 address is a host", b"192.0.2.7:80"),
        _good("an IPv6 address is a host", b"[2001:db8::1]:8080", "RFC 3986 3.2.2"),
        _good("a host with underscore and hyphen passes", b"my_shop-1.test", "RFC 3986 3.2.2"),
        _bad("HTTP/1.1 without Host is refused with 400", b"X-Case: {case}\r\n"),
        _bad("two Hosts are refused with 400", b"Host: a\r\nHost: b\r\n"),
        _bad("two equal Hosts are refused with 400", b"Host: a\r\nHost: a\r\n"),
        _bad("two Hosts, one in capitals, are refused with 400", b"Host: a\r\nHOST: b\r\n"),
        _bad("a space before Host's colon is refused with 400", b"Host : a\r\n", "RFC 9112 5.1"),
        _bad("a Host with a space inside is refused with 400", b"Host: a b\r\n"),
        _bad("a Host with a slash is refused with 400", b"Host: a/b\r\n"),
        _bad("a Host with user information is refused with 400", b"Host: user@a\r\n"),
        _bad("a Host with a backslash is refused with 400", b"Host: a\\b\r\n"),
        _bad("a Host with a query is refused with 400", b"Host: a?b\r\n"),
        _bad("a Host with a fragment is refused with 400", b"Host: a#b\r\n"),
        _bad("a Host with a port that is no number is refused with 400", b"Host: a:b\r\n"),
        _bad("a Host with an unclosed bracket is refused with 400", b"Host: [::1\r\n"),
        _bad("a list of Hosts is refused by us", b"Host: a, b\r\n", ours_only=True),
        _bad("a control character in Host is refused", b"Host: a\x01b\r\n", "RFC 9110 5.5", ours_only=True),
        Case(
            name="an empty Host is taken or refused, never replaced by a wrong one",
            source="RFC 9110 7.2",
            send=(b"GET /{case} HTTP/1.1\r\nHost:\r\n\r\n",),
            expect=(either(refused(), received(1)),),
        ),
        Case(
            name="HTTP/1.0 needs no Host",
            source="RFC 9112 3.2",
            send=(b"GET /{case} HTTP/1.0\r\n\r\n",),
            expect=(answered(200), received(1)),
        ),
        Case(
            name="HTTP/1.0 may have a Host",
            source="RFC 9112 3.2",
            send=(b"GET /{case} HTTP/1.0\r\nHost: shop.test\r\n\r\n",),
            expect=(answered(200), got(b"host", b"shop.test")),
        ),
        _absolute(
            "an absolute target's host wins over Host",
            b"http://right.test/{case}",
            b"/{case}",
            b"right.test",
            b"wrong.test",
        ),
        _absolute(
            "an absolute target keeps its port and query",
            b"http://right.test:81/{case}?a=b",
            b"/{case}?a=b",
            b"right.test:81",
        ),
        _absolute(
            "an absolute target with an IPv6 host",
            b"http://[2001:db8::1]/{case}",
            b"/{case}",
            b"[2001:db8::1]",
        ),
        _absolute("a scheme in capitals is the same scheme", b"HTTP://right.test/{case}", b"/{case}", b"right.test"),
        _absolute(
            "an absolute target with only a query gets the path /",
            b"http://right.test?{case}",
            b"/?{case}",
            b"right.test",
        ),
        Case(
            name="an absolute target from HTTP/1.0 without Host gives the host",
            source="RFC 9112 3.2.2",
            send=(b"GET http://right.test/{case} HTTP/1.0\r\n\r\n",),
            expect=(answered(200), got(b"host", b"right.test")),
        ),
        Case(
            name="an absolute target does not excuse a missing Host",
            source="RFC 9112 3.2",
            send=(b"GET http://right.test/{case} HTTP/1.1\r\nX-Case: {case}\r\n\r\n",),
            expect=(refused(400),),
            ours=(told(400), closed),
        ),
        *(
            Case(
                name=f"an absolute target {name} is refused",
                source=source,
                send=(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\nX-Case: {case}\r\n\r\n",),
                expect=(refused(),) if must else (either(refused(), received(1)),),
                ours=(told(400), closed),
            )
            for name, source, target, must in (
                ("with an empty host", "RFC 9110 4.2.1", b"http:///{case}", True),
                ("with user information", "RFC 9110 4.2.4", b"http://user:pw@a/{case}", False),
                ("of another scheme", "RFC 9110 7.4", b"ftp://a/{case}", False),
                ("with a backslash in its host", "RFC 3986 3.2.2", b"http://a\\b/{case}", False),
            )
        ),
    ),
)
