"""Bodies in chunks."""

from tests.conformance.checks import (
    answered,
    asked,
    body,
    both,
    chunked_answer,
    closed,
    either,
    got_body,
    got_half,
    got_trailers,
    kept,
    nothing_smuggled,
    received,
    refused,
    told,
    trailers,
)
from tests.conformance.model import Act, Case, Check, Group, Pause

_HEAD = b"POST /{case} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
_SMUGGLED = b"GET /{case}/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
_GET = b"GET /{case} HTTP/1.1\r\nHost: a\r\n\r\n"


def _good(name: str, source: str, chunks: bytes, payload: bytes = b"hello", *more: Check) -> Case:
    return Case(
        name=name,
        source=source,
        send=(_HEAD + chunks,),
        methods=("POST",),
        expect=(answered(200), kept, got_body(payload), received(1), *more),
    )


def _bad(name: str, chunks: bytes, source: str = "RFC 9112 7.1", *, lenient: bytes | None = None) -> Case:
    """Bad coding: the backend must not take it for a whole body, unless it got just `lenient` and nothing more."""
    check: Check = both(got_half, closed)
    if lenient is not None:
        check = either(check, both(got_body(lenient), received(1)), received(2))
    return Case(
        name=name,
        source=source,
        send=(_HEAD + chunks + _SMUGGLED,),
        methods=("POST",),
        expect=(check, *((nothing_smuggled,) if lenient is None else ())),
        ours=(got_half, closed, nothing_smuggled),
    )


def _coding(name: str, lines: bytes, *statuses: int) -> Case:
    return Case(
        name=name,
        source="RFC 9112 6.1",
        send=(b"POST /{case} HTTP/1.1\r\nHost: a\r\n" + lines + b"\r\n5\r\nhello\r\n0\r\n\r\n" + _SMUGGLED,),
        methods=("POST",),
        expect=(refused(*statuses), nothing_smuggled),
        ours=(told(400, 501), closed),
    )


def _answer(name: str, chunks: bytes, *expect: Check, source: str = "RFC 9112 7.1") -> Case:
    return Case(
        name=name,
        source=source,
        send=(_GET,),
        replies=((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,),),
        expect=(answered(200), *expect),
    )


GROUP = Group(
    title="Transfer-Encoding",
    cases=(
        _good("one chunk arrives", "RFC 9112 7.1", b"5\r\nhello\r\n0\r\n\r\n"),
        _good("several chunks arrive as one body", "RFC 9112 7.1", b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
        _good("an empty chunked body is a body", "RFC 9112 7.1", b"0\r\n\r\n", b""),
        _good("sizes may have leading zeros", "RFC 9112 7.1", b"0005\r\nhello\r\n0\r\n\r\n"),
        _good("the last chunk may have several zeros", "RFC 9112 7.1", b"5\r\nhello\r\n000\r\n\r\n"),
        _good("sizes in capitals are hexadecimal", "RFC 9112 7.1", b"A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
        _good("sizes in small letters are hexadecimal", "RFC 9112 7.1", b"a\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
        _good(
            "line ends within a chunk are its data",
            "RFC 9112 7.1",
            b"7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
            b"\r\n0\r\n\r\n",
        ),
        _good("an extension is passed over", "RFC 9112 7.1.1", b"5;a=b\r\nhello\r\n0\r\n\r\n"),
        _good("an extension without a value is passed over", "RFC 9112 7.1.1", b"5;a\r\nhello\r\n0;z\r\n\r\n"),
        _good("a quoted extension is passed over", "RFC 9112 7.1.1", b'5;a="b;c"\r\nhello\r\n0\r\n\r\n'),
        _good("several extensions are passed over", "RFC 9112 7.1.1", b"5;a=b;c=d\r\nhello\r\n0\r\n\r\n"),
        Case(
            name="white space before an extension is passed over or refused",
            source="RFC 9112 7.1.1",
            send=(_HEAD + b"5 ; a=b\r\nhello\r\n0\r\n\r\n",),
            methods=("POST",),
            expect=(either(got_half, both(answered(200), got_body(b"hello"))),),
        ),
        Case(
            name="chunks that come in pieces arrive whole",
            source="RFC 9112 7.1",
            send=(
                _HEAD,
                b"5",
                Pause(0.03),
                b"\r",
                Pause(0.03),
                b"\nhel",
                Pause(0.03),
                b"lo\r\n0\r\n",
                Pause(0.03),
                b"\r\n",
            ),
            methods=("POST",),
            expect=(answered(200), kept, got_body(b"hello")),
        ),
        Case(
            name="the name of the coding may be in capitals",
            source="RFC 9112 7",
            send=(_HEAD.replace(b"chunked", b"Chunked") + b"5\r\nhello\r\n0\r\n\r\n",),
            methods=("POST",),
            expect=(answered(200), kept, got_body(b"hello")),
        ),
        Case(
            name="trailers of a request end with the proxy or reach the backend",
            source="RFC 9110 6.5.1",
            send=(_HEAD + b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",),
            methods=("POST",),
            expect=(answered(200), kept, either(got_trailers(b""), got_trailers(b"x-sum: 1\r\n"))),
            ours=(got_trailers(b"x-sum: 1\r\n"),),
        ),
        Case(
            name="an empty chunked body with trailers ends",
            source="RFC 9112 7.1",
            send=(_HEAD + b"0\r\nX-Sum: 1\r\n\r\n",),
            methods=("POST",),
            expect=(answered(200), kept, got_body(b"")),
        ),
        Case(
            name="a length among the trailers is not passed on as a trailer that frames",
            source="RFC 9110 6.5.1",
            send=(
                _HEAD
                + b"5\r\nhello\r\n0\r\nContent-Length: 50\r\nHost: b\r\n\r\n"
                + _GET.replace(b"{case}", b"{case}/2"),
            ),
            methods=("POST", "GET"),
            expect=(either(got_half, both(answered(200, 200), received(2))),),
            ours=(got_trailers(b""),),
        ),
        Case(
            name="what follows the last chunk is the next request",
            source="RFC 9112 9.3.2",
            send=(_HEAD + b"5\r\nhello\r\n0\r\n\r\n" + _GET.replace(b"{case}", b"{case}/2"),),
            methods=("POST", "GET"),
            expect=(answered(200, 200), received(2), asked(b"GET /{case}/2 HTTP/1.1", 1)),
        ),
        _bad("a size that is no number", b"x\r\nhello\r\n0\r\n\r\n"),
        _bad("an empty size", b"\r\nhello\r\n0\r\n\r\n"),
        _bad("a negative size", b"-5\r\nhello\r\n0\r\n\r\n"),
        _bad("a size with a plus sign", b"+5\r\nhello\r\n0\r\n\r\n"),
        _bad("a size with 0x before it", b"0x5\r\nhello\r\n0\r\n\r\n"),
        _bad("a size with an underscore", b"1_0\r\nhello\r\n0\r\n\r\n"),
        _bad("a size beyond 64 bits", b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
        _bad("a size of 20 digits", b"F" * 20 + b"\r\nhello\r\n0\r\n\r\n"),
        _bad("a space before a size", b" 5\r\nhello\r\n0\r\n\r\n", lenient=b"hello"),
        _bad("a space after a size", b"5 \r\nhello\r\n0\r\n\r\n", lenient=b"hello"),
        _bad("a bare LF after a size", b"5\nhello\r\n0\r\n\r\n", "RFC 9112 7.1", lenient=b"hello"),
        _bad("a bare CR after a size", b"5\rhello\r\n0\r\n\r\n"),
        _bad("a bare LF after chunk data", b"5\r\nhello\n0\r\n\r\n", lenient=b"hello"),
        _bad("a chunk longer than its size", b"3\r\nhello\r\n0\r\n\r\n"),
        _bad("a chunk shorter than its size", b"6\r\nhello\r\n0\r\n\r\n", lenient=b"hello\r"),
        _bad("no line end after chunk data", b"5\r\nhello0\r\n\r\n"),
        _bad("a bare LF in an extension", b"5;a\nb\r\nhello\r\n0\r\n\r\n", "RFC 9112 7.1.1", lenient=b"hello"),
        _bad("a bare CR in an extension", b"5;a\rb\r\nhello\r\n0\r\n\r\n", "RFC 9112 7.1.1", lenient=b"hello"),
        _bad("a NUL in an extension", b"5;a\0b\r\nhello\r\n0\r\n\r\n", "RFC 9112 7.1.1", lenient=b"hello"),
        _bad("an extension without its semicolon", b"5 a=b\r\nhello\r\n0\r\n\r\n", "RFC 9112 7.1.1", lenient=b"hello"),
        _bad(
            "an endless extension",
            b"5;" + b"a" * 70_000 + b"\r\nhello\r\n0\r\n\r\n",
            "RFC 9112 7.1.1",
            lenient=b"hello",
        ),
        _bad("a folded trailer", b"5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n", "RFC 9112 7.1.2", lenient=b"hello"),
        _bad("a trailer without a colon", b"5\r\nhello\r\n0\r\nX\r\n\r\n", "RFC 9112 7.1.2", lenient=b"hello"),
        _bad(
            "a trailer with a space before its colon",
            b"5\r\nhello\r\n0\r\nX : a\r\n\r\n",
            "RFC 9112 5.1",
            lenient=b"hello",
        ),
        _bad("a bare LF after the last size", b"5\r\nhello\r\n0\n\n", lenient=b"hello"),
        Case(
            name="a chunked body that ends too soon never looks whole",
            source="RFC 9112 8",
            send=(_HEAD + b"5\r\nhello\r\n", Pause(0.1), Act.HALF_CLOSE),
            methods=("POST",),
            expect=(got_half, closed),
        ),
        _coding("a coding that is not known", b"Transfer-Encoding: xchunked\r\n"),
        _coding("an empty coding", b"Transfer-Encoding:\r\n"),
        _coding("identity as a coding", b"Transfer-Encoding: identity\r\n"),
        _coding("chunked that is not last", b"Transfer-Encoding: chunked, gzip\r\n", 400, 501),
        _coding("chunked in quotes", b'Transfer-Encoding: "chunked"\r\n'),
        _coding("chunked with a parameter", b"Transfer-Encoding: chunked;a=b\r\n"),
        _coding("chunked twice in one list", b"Transfer-Encoding: chunked, chunked\r\n"),
        _coding("chunked twice in two lines", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        _coding("chunked, then identity", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
        _coding("a vertical tab before chunked", b"Transfer-Encoding: \x0bchunked\r\n"),
        _coding("a line feed before chunked", b"Transfer-Encoding:\nchunked\r\n"),
        _coding("chunked with a NUL behind", b"Transfer-Encoding: chunked\0\r\n"),
        Case(
            name="a coding beneath chunked that the proxy does not know is refused, or passed on with it",
            source="RFC 9112 6.1",
            send=(
                b"POST /{case} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            ),
            methods=("POST",),
            expect=(either(refused(), received(1), nothing_smuggled),),
            ours=(told(501), closed),
        ),
        Case(
            name="chunked from HTTP/1.0 is faulty framing",
            source="RFC 9112 6.1",
            send=(
                b"POST /{case} HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"5\r\nhello\r\n0\r\n\r\n" + _SMUGGLED,
            ),
            methods=("POST",),
            expect=(closed, nothing_smuggled),
            ours=(told(400),),
        ),
        _answer("an answer in chunks arrives", b"5\r\nhello\r\n0\r\n\r\n", body(b"hello"), kept),
        _answer("an empty answer in chunks arrives", b"0\r\n\r\n", body(b""), kept),
        _answer(
            "extensions in an answer are passed over",
            b"5;a=b\r\nhello\r\n0;c\r\n\r\n",
            body(b"hello"),
            kept,
            source="RFC 9112 7.1.1",
        ),
        Case(
            name="trailers of an answer end with the proxy or reach the client",
            source="RFC 9110 6.5",
            send=(_GET.replace(b"\r\n\r\n", b"\r\nTE: trailers\r\n\r\n"),),
            replies=(
                (
                    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n",
                    b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
                ),
            ),
            expect=(answered(200), body(b"hello"), kept, either(trailers([]), trailers([(b"x-sum", b"1")]))),
            ours=(trailers([(b"x-sum", b"1")]),),
        ),
        Case(
            name="an answer in chunks is not sent in chunks to HTTP/1.0",
            source="RFC 9112 6.1",
            send=(b"GET /{case} HTTP/1.0\r\nHost: a\r\n\r\n",),
            replies=((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",),),
            expect=(closed, answered(200), body(b"hello"), chunked_answer(False)),
        ),
    ),
)
