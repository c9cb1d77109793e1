"""Pipelining, and which connections are kept."""

from tests.conformance.checks import (
    answered,
    asked,
    body,
    both,
    chunked_answer,
    closed,
    either,
    has,
    kept,
    kept_if_answered,
    persistent_answer,
    received,
    says_close,
)
from tests.conformance.model import Act, Await, Case, Check, Group, Pause

_GET = b"GET /{case}/%d HTTP/1.1\r\nHost: a\r\n\r\n"


def _plain(text: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(text), text)


def _one(name: str, source: str, head: bytes, *expect: Check, ours: tuple[Check, ...] = ()) -> Case:
    return Case(name=name, source=source, send=(head,), expect=(answered(200), *expect), ours=ours)


PIPELINING = Group(
    title="Pipelining",
    cases=(
        Case(
            name="answers come in the order of their requests, though the first one is slow",
            source="RFC 9112 9.3.2",
            send=(_GET % 1 + _GET % 2 + _GET % 3,),
            methods=("GET",) * 3,
            replies=((Pause(0.15), _plain(b"one")), (_plain(b"two"),), (_plain(b"three"),)),
            expect=(answered(200, 200, 200), received(3), kept),
            ours=(body(b"one"), body(b"two", 1), body(b"three", 2)),
        ),
        Case(
            name="twenty requests at once get twenty answers",
            source="RFC 9112 9.3.2",
            send=(b"".join(_GET % n for n in range(20)),),
            methods=("GET",) * 20,
            expect=(answered(*[200] * 20), received(20), kept),
        ),
        Case(
            name="a HEAD amid GETs has no body, and the next answer is found",
            source="RFC 9112 9.3.2",
            send=(_GET % 1 + b"HEAD /{case}/2 HTTP/1.1\r\nHost: a\r\n\r\n" + _GET % 3,),
            methods=("GET", "HEAD", "GET"),
            replies=((_plain(b"one"),), (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",), (_plain(b"three"),)),
            expect=(answered(200, 200, 200), body(b"three", 2), kept),
        ),
        Case(
            name="a second request that comes while the first is answered waits its turn",
            source="RFC 9112 9.3.2",
            send=(_GET % 1, Await(b"on"), _GET % 2),
            methods=("GET",) * 2,
            replies=((b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\non", Pause(0.1), b"e"), (_plain(b"two"),)),
            expect=(answered(200, 200), body(b"one"), body(b"two", 1), kept),
        ),
        Case(
            name="bodies between pipelined requests are not mixed up",
            source="RFC 9112 9.3.2",
            send=(
                b"POST /{case}/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                b"POST /{case}/2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\n"
                + _GET
                % 3,
            ),
            methods=("POST", "POST", "GET"),
            expect=(answered(200, 200, 200), received(3), asked(b"GET /{case}/3 HTTP/1.1", 2), kept),
        ),
        Case(
            name="a bad request behind a good one is refused after the good answer",
            source="RFC 9112 9.3.2",
            send=(_GET % 1 + b"GET /{case}/bad HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",),
            methods=("GET", "GET"),
            expect=(closed, received(1)),
            ours=(answered(200, 400),),
        ),
        Case(
            name="requests behind Connection: close are not answered",
            source="RFC 9112 9.6",
            send=(b"GET /{case}/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + _GET % 2,),
            methods=("GET",),
            expect=(answered(200), closed, received(1)),
        ),
        Case(
            name="an empty line between two requests is passed over",
            source="RFC 9112 2.2",
            send=(_GET % 1 + b"\r\n" + _GET % 2,),
            methods=("GET", "GET"),
            expect=(answered(200, 200), received(2), kept),
        ),
        Case(
            name="the head of the next request may come in pieces with the body before it",
            source="RFC 9112 9.3.2",
            send=(
                b"POST /{case}/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /{case}/2 HT",
                Pause(0.05),
                b"TP/1.1\r\nHost: a\r\n\r\n",
            ),
            methods=("POST", "GET"),
            expect=(answered(200, 200), received(2), kept),
        ),
    ),
)

PERSISTENCE = Group(
    title="Connections kept and closed",
    cases=(
        _one("HTTP/1.1 is kept", "RFC 9112 9.3", _GET % 1, kept, persistent_answer),
        _one(
            "HTTP/1.1 with close is closed, and the answer says so",
            "RFC 9112 9.6",
            b"GET /{case} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            closed,
            says_close,
        ),
        _one(
            "close in capitals is close",
            "RFC 9110 7.6.1",
            b"GET /{case} HTTP/1.1\r\nHost: a\r\nConnection: CLOSE\r\n\r\n",
            closed,
            says_close,
        ),
        _one(
            "close within a list is close",
            "RFC 9110 7.6.1",
            b"GET /{case} HTTP/1.1\r\nHost: a\r\nConnection: x-a, close\r\nX-A: b\r\n\r\n",
            closed,
        ),
        _one(
            "close on a second Connection line is close",
            "RFC 9110 5.3",
            b"GET /{case} HTTP/1.1\r\nHost: a\r\nConnection: x-a\r\nConnection: close\r\n\r\n",
            closed,
        ),
        _one(
            "close wins over keep-alive",
            "RFC 9112 9.3",
            b"GET /{case} HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n",
            closed,
        ),
        _one("HTTP/1.0 is closed", "RFC 9112 9.3", b"GET /{case} HTTP/1.0\r\nHost: a\r\n\r\n", closed),
        _one(
            "HTTP/1.0 that asks for keep-alive is kept and told so, or closed",
            "RFC 9112 9.3",
            b"GET /{case} HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
            ours=(kept, has(b"connection", b"keep-alive")),
        ),
        _one(
            "HTTP/1.0 with close and keep-alive is closed",
            "RFC 9112 9.3",
            b"GET /{case} HTTP/1.0\r\nHost: a\r\nConnection: close, keep-alive\r\n\r\n",
            closed,
        ),
        _one(
            "Keep-Alive alone keeps no HTTP/1.0 connection",
            "RFC 9112 9.3",
            b"GET /{case} HTTP/1.0\r\nHost: a\r\nKeep-Alive: timeout=5\r\n\r\n",
            closed,
        ),
        Case(
            name="a backend that closes its connection does not close the client's",
            source="RFC 9110 7.6.1",
            send=(_GET % 1,),
            replies=((b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", Act.CLOSE),),
            expect=(answered(200),),
            ours=(persistent_answer, kept),
        ),
        Case(
            name="a backend of HTTP/1.0 does not make the client's connection one",
            source="RFC 9112 2.3",
            send=(_GET % 1,),
            replies=((b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", Act.CLOSE),),
            expect=(answered(200), lambda seen: None if seen.answers[0].version == b"HTTP/1.1" else "HTTP/1.0 answer"),
            ours=(kept,),
        ),
        Case(
            name="an answer without a length to HTTP/1.0 ends with the connection, though it asks for keep-alive",
            source="RFC 9112 6.3",
            send=(b"GET /{case} HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",),
            replies=((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",),),
            expect=(closed, answered(200), body(b"ok"), chunked_answer(False)),
        ),
        Case(
            name="a hundred requests, one after another, share a connection",
            source="RFC 9112 9.3",
            send=tuple(step for n in range(100) for step in (_GET % n, Await(b"<%d>" % n))),
            methods=("GET",) * 100,
            replies=tuple((_plain(b"<%d>" % n),) for n in range(100)),
            expect=(answered(*[200] * 100), received(100), kept),
        ),
        Case(
            name="a free backend connection that closes unasked is not a client's error",
            source="RFC 9112 9.3.1",
            send=(_GET % 1, Await(b"ok"), Pause(0.1), _GET % 2),
            methods=("GET", "GET"),
            replies=((_plain(b"ok"), Act.CLOSE), (_plain(b"ok"),)),
            expect=(answered(200, 200), kept),
        ),
        Case(
            name="POST is not sent twice when the backend closes without an answer",
            source="RFC 9110 9.2.2",
            send=(b"POST /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",),
            methods=("POST",),
            replies=((Act.READ_BODY, Act.CLOSE),),
            expect=(received(1), either(answered(502), answered(503), closed), kept_if_answered),
            ours=(answered(502),),
        ),
        Case(
            name="what a backend sends unasked is not the answer to the next request",
            alone=True,
            source="RFC 9112 9.2",
            send=(_GET % 1, Await(b"ok"), Pause(0.1), _GET % 2),
            methods=("GET", "GET"),
            replies=(
                (_plain(b"ok"), Pause(0.03), _plain(b"poison")),
                (_plain(b"right"),),
            ),
            expect=(either(both(answered(200, 200), body(b"right", 1)), closed), kept_if_answered),
            ours=(answered(200, 200), body(b"right", 1)),
        ),
        Case(
            name="what a backend sends behind its answer is not the answer to the next request",
            alone=True,
            source="RFC 9112 6.3",
            send=(_GET % 1, Await(b"ok"), _GET % 2),
            methods=("GET", "GET"),
            replies=((_plain(b"ok") + _plain(b"poison"),), (_plain(b"right"),)),
            expect=(either(both(answered(200, 200), body(b"right", 1)), closed), kept_if_answered),
            ours=(answered(200, 200), body(b"right", 1)),
        ),
        Case(
            name="a head that never ends is ended in time",
            source="RFC 9110 15.5.9",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\n",),
            expect=(closed, received(0)),
            ours=(answered(408),),
            seconds=22.0,
        ),
    ),
)
