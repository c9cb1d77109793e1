"""Answers of a backend that two readers could read in two ways: smuggling the other way round."""

from tests.conformance.checks import (
    answered,
    body,
    both,
    broken,
    either,
    got,
    lacks,
    raw_lacks,
    received,
    status_among,
)
from tests.conformance.model import Act, Await, Case, Check, Group, Observed, Pause, Step

_GET = b"GET /{case}/%d HTTP/1.1\r\nHost: a\r\n\r\n"
_POISON = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
_RIGHT = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright"
_OK = b"HTTP/1.1 200 OK\r\n"


def _two(name: str, source: str, reply: bytes, *, lenient: bool = False) -> Case:
    """A doubtful answer with a second one hidden behind it: the next request must not get the hidden one.

    `lenient`: the standard lets a proxy mend it, so that it may pass on as one clear answer.
    """
    good: Check = either(broken, status_among(502))
    if lenient:
        good = either(good, status_among(200))
    return Case(
        name=name,
        source=source,
        send=(_GET % 1, Pause(0.15), _GET % 2),
        methods=("GET", "GET"),
        replies=((reply,), (_RIGHT,)),
        expect=(good, _not_poisoned),
        ours=(either(broken, status_among(502)),),
        alone=True,
        seconds=2.5,
    )


def _not_poisoned(seen: Observed) -> str | None:
    poisoned = any(answer.body == b"poison" for answer in seen.answers[1:])
    return "the next request got the hidden answer" if poisoned else None


def _garbage(name: str, *reply: Step, source: str = "RFC 9110 15.6.3", lenient: bool = False) -> Case:
    """No answer at all: the client is told so."""
    return Case(
        name=name,
        source=source,
        send=(_GET % 1,),
        replies=(reply,),
        expect=(either(status_among(502, 503, 504), broken, *((status_among(200),) if lenient else ())),),
        ours=(answered(502),),
        alone=True,
        seconds=3.0,
    )


def _clean(name: str, source: str, lines: bytes) -> Case:
    """A doubtful line of an answer's head: it does not reach the client as it is."""
    return Case(
        name=name,
        source=source,
        send=(_GET % 1,),
        replies=((_OK + lines + b"Content-Length: 2\r\n\r\nok",),),
        expect=(either(status_among(502), raw_lacks(lines)),),
        ours=(answered(502),),
    )


GROUP = Group(
    title="Faulty answers",
    cases=(
        _two(
            "an answer with both framings",
            "RFC 9112 6.3",
            _OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _POISON,
            lenient=True,
        ),
        _two(
            "an answer with two lengths",
            "RFC 9112 6.3",
            _OK + b"Content-Length: 2\r\nContent-Length: 50\r\n\r\nok" + _POISON,
        ),
        _two(
            "an answer with the same length twice",
            "RFC 9112 6.3",
            _OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok" + _POISON,
            lenient=True,
        ),
        _two("an answer with a list of lengths", "RFC 9112 6.3", _OK + b"Content-Length: 2, 50\r\n\r\nok" + _POISON),
        _two("an answer with a negative length", "RFC 9112 6.3", _OK + b"Content-Length: -2\r\n\r\nok" + _POISON),
        _two(
            "an answer with a length with a plus sign", "RFC 9112 6.3", _OK + b"Content-Length: +2\r\n\r\nok" + _POISON
        ),
        _two(
            "an answer with a length in hexadecimal", "RFC 9112 6.3", _OK + b"Content-Length: 0x2\r\n\r\nok" + _POISON
        ),
        _two("an answer with an empty length", "RFC 9112 6.3", _OK + b"Content-Length:\r\n\r\n" + _POISON),
        _two(
            "an answer with a space before its length's colon",
            "RFC 9112 5.1",
            _OK + b"Content-Length : 2\r\n\r\nok" + _POISON,
            lenient=True,
        ),
        _two(
            "an answer with an unknown coding",
            "RFC 9112 6.1",
            _OK + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + _POISON,
            lenient=True,
        ),
        _two(
            "an answer with chunked twice",
            "RFC 9112 6.1",
            _OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + _POISON,
        ),
        _two(
            "an answer in chunks of HTTP/1.0",
            "RFC 9112 6.1",
            b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _POISON,
            lenient=True,
        ),
        _two(
            "an answer with a bad chunk size",
            "RFC 9112 7.1",
            _OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\nhello\r\n0\r\n\r\n" + _POISON,
        ),
        _two(
            "an answer with a negative chunk size",
            "RFC 9112 7.1",
            _OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n" + _POISON,
        ),
        _two(
            "an answer with a chunk longer than its size",
            "RFC 9112 7.1",
            _OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n" + _POISON,
        ),
        _two(
            "an answer with a chunk size beyond 64 bits",
            "RFC 9112 7.1",
            _OK + b"Transfer-Encoding: chunked\r\n\r\n10000000000000001\r\nx\r\n0\r\n\r\n" + _POISON,
        ),
        _two(
            "an answer with a bare CR in a header",
            "RFC 9112 2.2",
            _OK + b"X: a\rContent-Length: 2\r\n\r\nok" + _POISON,
            lenient=True,
        ),
        _garbage("a backend that closes without a word", Act.CLOSE),
        _garbage("a backend that resets without a word", Act.RESET),
        _garbage("a backend that closes within its head", _OK + b"Content-", Act.CLOSE),
        _garbage("a backend that speaks no HTTP", b"220 mail.test ESMTP\r\n\r\n", Act.CLOSE, lenient=True),
        _garbage("a status line without a status", b"HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
        _garbage("a status of letters", b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n"),
        _garbage("a status of two digits", b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n", source="RFC 9112 4"),
        _garbage("a status of four digits", b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", source="RFC 9112 4"),
        _garbage(
            "an answer of HTTP/2.0",
            b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            source="RFC 9112 2.3",
            lenient=True,
        ),
        _garbage("a head of an answer without end", _OK + b"X: " + b"y" * 300_000, source="RFC 9110 5.4"),
        _garbage(
            "101 that nobody asked for",
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
            source="RFC 9110 7.8",
        ),
        _clean("a NUL in an answer's header", "RFC 9110 5.5", b"X-A: b\0c\r\n"),
        _clean("a bare CR in an answer's header", "RFC 9110 5.5", b"X-A: b\rc\r\n"),
        _clean("a folded line in an answer", "RFC 9112 5.2", b"X-A: b\r\n c\r\n"),
        _clean("a space before a colon in an answer", "RFC 9112 5.1", b"X-A : b\r\n"),
        Case(
            name="a header name that is no token in an answer is not passed on by us",
            source="RFC 9110 5.1",
            send=(_GET % 1,),
            replies=((_OK + b"X(A): b\r\nContent-Length: 2\r\n\r\nok",),),
            expect=(status_among(200, 502),),
            ours=(answered(502),),
        ),
        Case(
            name="after a faulty answer the client's connection serves on",
            source="RFC 9110 15.6.3",
            send=(_GET % 1, Await(b"502"), Pause(0.05), _GET % 2),
            methods=("GET", "GET"),
            replies=((b"HTTP/1.1 abc\r\n\r\n",), (_RIGHT,)),
            ours=(answered(502, 200), body(b"right", 1)),
        ),
        Case(
            name="a server's name in a faulty answer is not shown",
            source="RFC 9110 15.6.3",
            send=(_GET % 1,),
            replies=((b"HTTP/1.1 200 OK\r\nServer: secret\r\nContent-Length: x\r\n\r\n",),),
            expect=(status_among(502), raw_lacks(b"secret")),
        ),
        Case(
            name="a whole answer before the backend resets is a whole answer",
            source="RFC 9112 6.3",
            send=(_GET % 1,),
            replies=((_RIGHT, Pause(0.1), Act.RESET),),
            expect=(answered(200), body(b"right"), received(1)),
        ),
        Case(
            name="an answer's head in pieces is one head",
            source="RFC 9112 2.2",
            send=(_GET % 1,),
            replies=(
                (
                    b"HTTP/1.",
                    Pause(0.03),
                    b"1 200 OK\r",
                    Pause(0.03),
                    b"\nContent-Length: 5\r\n\r",
                    Pause(0.03),
                    b"\nright",
                ),
            ),
            expect=(answered(200), body(b"right"), lacks(b"transfer-encoding")),
        ),
        Case(
            name="a backend that answers half of what it said breaks the second answer, not the third request",
            source="RFC 9112 8",
            send=(_GET % 1, Await(b"right"), _GET % 2),
            methods=("GET", "GET"),
            replies=((_RIGHT,), (_OK + b"Content-Length: 9\r\n\r\nha", Pause(0.05), Act.CLOSE)),
            expect=(broken, both(received(2), got(b"host", b"a"))),
        ),
    ),
)
