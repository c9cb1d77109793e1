"""What is too large or never ends."""

from tests.conformance.checks import (
    answered,
    closed,
    either,
    got_half,
    refused,
    status_among,
    told,
)
from tests.conformance.model import Case, Group

_GET = b"GET /{case} HTTP/1.1\r\nHost: a\r\n\r\n"

LIMITS = Group(
    title="Limits",
    cases=(
        Case(
            name="a header too large is refused with 431 or 400",
            source="RFC 6585 5",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",),
            expect=(refused(431, 400, 413, 414), closed),
            ours=(told(431),),
        ),
        Case(
            name="too many headers are refused with 431 or 400",
            source="RFC 6585 5",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 5000 + b"\r\n",),
            expect=(refused(431, 400, 413),),
            ours=(told(431), closed),
        ),
        Case(
            name="a target too long is refused with 414, 431 or 400",
            source="RFC 9110 15.5.15",
            send=(b"GET /{case}/" + b"x" * 300_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",),
            expect=(refused(414, 431, 400), closed),
            ours=(told(414, 431),),
        ),
        Case(
            name="an endless header is refused before its end",
            source="RFC 6585 5",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 300_000,),
            expect=(refused(431, 400, 413, 414), closed),
            ours=(told(431),),
        ),
        Case(
            name="an endless request line is refused before its end",
            source="RFC 9112 3",
            send=(b"GET /{case}/" + b"x" * 300_000,),
            expect=(refused(414, 431, 400), closed),
        ),
        Case(
            name="endless empty lines before a request are ended",
            source="RFC 9112 2.2",
            send=(b"\r\n" * 200_000, _GET),
            expect=(either(closed, answered(200)),),
            seconds=2.0,
        ),
        Case(
            name="trailers without end are ended",
            source="RFC 9112 7.1.2",
            send=(
                b"POST /{case} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 60_000,
            ),
            methods=("POST",),
            ours=(got_half, closed),
        ),
        Case(
            name="an answer's head too large is a faulty answer",
            source="RFC 9110 5.4",
            send=(_GET,),
            replies=((b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\nContent-Length: 0\r\n\r\n",),),
            expect=(status_among(502, 500, 503),),
        ),
    ),
)
