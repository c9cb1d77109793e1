"""Methods that mean something to an intermediary."""

from tests.conformance.checks import (
    answered,
    asked,
    both,
    closed,
    either,
    got,
    has_some,
    kept,
    received,
    refused,
    status_among,
    told,
)
from tests.conformance.model import Case, Group

_GET = b"GET /{case} HTTP/1.1\r\nHost: a\r\n\r\n"

METHODS = Group(
    title="OPTIONS, TRACE, CONNECT",
    cases=(
        Case(
            name="OPTIONS * reaches the backend as it is, or is answered",
            source="RFC 9110 9.3.7",
            send=(b"OPTIONS * HTTP/1.1\r\nHost: a\r\nX-Case: {case}\r\n\r\n",),
            methods=("OPTIONS",),
            expect=(either(asked(b"OPTIONS * HTTP/1.1"), both(received(0), status_among(200, 204, 400, 404, 501))),),
            ours=(answered(200), asked(b"OPTIONS * HTTP/1.1"), kept),
        ),
        Case(
            name="OPTIONS of a path passes",
            source="RFC 9110 9.3.7",
            send=(b"OPTIONS /{case} HTTP/1.1\r\nHost: a\r\n\r\n",),
            methods=("OPTIONS",),
            expect=(answered(200), asked(b"OPTIONS /{case} HTTP/1.1"), kept),
        ),
        Case(
            name="OPTIONS with a body passes whole",
            source="RFC 9110 9.3.7",
            send=(b"OPTIONS /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",),
            methods=("OPTIONS",),
            expect=(answered(200), received(1), kept),
        ),
        Case(
            name="OPTIONS of an absolute target without a path",
            source="RFC 9112 3.2.4",
            send=(b"OPTIONS http://a HTTP/1.1\r\nHost: a\r\nX-Case: {case}\r\n\r\n",),
            methods=("OPTIONS",),
            ours=(asked(b"OPTIONS * HTTP/1.1"),),
        ),
        Case(
            name="Max-Forwards of zero is not passed on for OPTIONS",
            source="RFC 9110 7.6.2",
            send=(b"OPTIONS /{case} HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n",),
            methods=("OPTIONS",),
            expect=(received(0), status_among(200, 204, 400, 404, 405, 501)),
        ),
        Case(
            name="Max-Forwards is counted down for OPTIONS",
            source="RFC 9110 7.6.2",
            send=(b"OPTIONS /{case} HTTP/1.1\r\nHost: a\r\nMax-Forwards: 5\r\n\r\n",),
            methods=("OPTIONS",),
            expect=(answered(200), got(b"max-forwards", b"4")),
        ),
        Case(
            name="TRACE is refused by us",
            source="RFC 9110 9.3.8",
            send=(b"TRACE /{case} HTTP/1.1\r\nHost: a\r\nCookie: secret\r\n\r\n",),
            methods=("TRACE",),
            expect=(either(refused(), answered(200)),),
            ours=(told(405), closed, has_some(b"allow")),
        ),
        Case(
            name="CONNECT opens no tunnel",
            source="RFC 9110 9.3.6",
            send=(b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nX-Case: {case}\r\n\r\n",),
            methods=("CONNECT",),
            ours=(told(405), closed),
        ),
        Case(
            name="CONNECT of a path opens no tunnel",
            source="RFC 9112 3.2.3",
            send=(b"CONNECT /{case} HTTP/1.1\r\nHost: a\r\n\r\n",),
            methods=("CONNECT",),
            ours=(told(405), closed),
        ),
    ),
)
