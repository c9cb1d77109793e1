"""The same over IPv6."""

from tests.conformance.checks import (
    answered,
    got,
    got_none,
    kept,
)
from tests.conformance.model import Case, Group, Listener

_GET = b"GET /{case} HTTP/1.1\r\nHost: a\r\n\r\n"

IPV6 = Group(
    title="IPv6",
    cases=(
        Case(
            name="a request over IPv6 is answered",
            source="RFC 9110 4.2.1",
            send=(_GET,),
            expect=(answered(200), kept),
            listener=Listener.IPV6,
        ),
        Case(
            name="a Host in brackets passes over IPv6",
            source="RFC 3986 3.2.2",
            send=(b"GET /{case} HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n",),
            expect=(answered(200), got(b"host", b"[::1]:8000")),
            listener=Listener.IPV6,
        ),
        Case(
            name="Forwarded has an IPv6 address in quotes and brackets",
            source="RFC 7239 6",
            send=(_GET,),
            ours=(got(b"forwarded", b'for="[::1]";host="a";proto=http'), got(b"x-forwarded-for", b"::1")),
            listener=Listener.IPV6,
        ),
        Case(
            name="a forged address over IPv6 is set anew",
            source="RFC 7239 8.1",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ::2\r\nX_Real_IP: ::2\r\n\r\n",),
            ours=(got(b"x-forwarded-for", b"::1"), got_none(b"x_real_ip")),
            listener=Listener.IPV6,
        ),
    ),
)
