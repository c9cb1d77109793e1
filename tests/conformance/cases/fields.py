"""The grammar of header lines."""

from tests.conformance.checks import (
    answered,
    both,
    closed,
    either,
    got,
    got_combined,
    got_no_text,
    kept,
    lacks,
    nothing_smuggled,
    received,
    refused,
    told,
)
from tests.conformance.model import Case, Check, Group

_LINE = b"GET /{case} HTTP/1.1\r\nHost: a\r\n"


def _passes(name: str, source: str, lines: bytes, *expect: Check) -> Case:
    return Case(name=name, source=source, send=(_LINE + lines + b"\r\n",), expect=(answered(200), kept, *expect))


def _refused(name: str, source: str, lines: bytes, *, or_cleaned: bytes | None = None) -> Case:
    """Must be refused; where the standard also lets it be mended, `or_cleaned` must not reach the backend."""
    check = refused() if or_cleaned is None else either(refused(), both(received(1), got_no_text(or_cleaned)))
    return Case(
        name=name,
        source=source,
        send=(_LINE + lines + b"\r\n",),
        expect=(check, nothing_smuggled),
        ours=(told(400), closed),
    )


GROUP = Group(
    title="Header lines",
    cases=(
        _passes("no white space after the colon", "RFC 9112 5", b"X-A:b\r\n", got(b"x-a", b"b")),
        _passes(
            "white space around a value is no part of it", "RFC 9112 5.1", b"X-A: \t b c \t\r\n", got(b"x-a", b"b c")
        ),
        _passes("an empty value passes", "RFC 9110 5.5", b"X-A:\r\n", got(b"x-a", b"")),
        _passes("a value of colons passes", "RFC 9110 5.5", b"X-A: ::b:\r\n", got(b"x-a", b"::b:")),
        _passes("a tab within a value passes", "RFC 9110 5.5", b"X-A: b\tc\r\n", got(b"x-a", b"b\tc")),
        _passes("bytes above ASCII in a value pass", "RFC 9110 5.5", b"X-A: \xe9\xff\r\n", got(b"x-a", b"\xe9\xff")),
        _passes("every character of a token may be in a name", "RFC 9110 5.1", b"X!#$%&'*+-.^`|~9: b\r\n"),
        _passes("a name in capitals is the same name", "RFC 9110 5.1", b"X-UPPER: b\r\n", got(b"x-upper", b"b")),
        _passes("a name may be one digit", "RFC 9110 5.1", b"1: b\r\n", got(b"1", b"b")),
        _passes(
            "repeated headers keep their order",
            "RFC 9110 5.3",
            b"X-A: 1\r\nX-B: x\r\nX-A: 2\r\n",
            got_combined(b"x-a", b"1, 2"),
        ),
        _passes("Cookie passes", "RFC 6265 4.2", b'Cookie: a=b; c="d"\r\n', got(b"cookie", b'a=b; c="d"')),
        _passes(
            "Authorization passes",
            "RFC 9110 11.6.2",
            b"Authorization: Basic eA==\r\n",
            got(b"authorization", b"Basic eA=="),
        ),
        _passes(
            "a quoted comma in a value passes unchanged", "RFC 9110 5.6.4", b'X-A: "a, b"\r\n', got(b"x-a", b'"a, b"')
        ),
        _passes("Range passes", "RFC 9110 14.2", b"Range: bytes=0-1\r\n", got(b"range", b"bytes=0-1")),
        _passes(
            "If-None-Match passes",
            "RFC 9110 13.1.2",
            b'If-None-Match: W/"x", "y"\r\n',
            got(b"if-none-match", b'W/"x", "y"'),
        ),
        _passes(
            "a header of 6000 bytes passes", "RFC 9110 5.4", b"X-A: " + b"b" * 6000 + b"\r\n", got(b"x-a", b"b" * 6000)
        ),
        _passes(
            "sixty headers pass", "RFC 9110 5.4", b"".join(b"X-%d: y\r\n" % n for n in range(60)), got(b"x-59", b"y")
        ),
        _refused("a space before the colon", "RFC 9112 5.1", b"X-A : b\r\n"),
        _refused("a tab before the colon", "RFC 9112 5.1", b"X-A\t: b\r\n"),
        _refused("a space before the colon of Content-Length", "RFC 9112 5.1", b"Content-Length : 0\r\n"),
        _refused("a space before the colon of Transfer-Encoding", "RFC 9112 5.1", b"Transfer-Encoding : chunked\r\n"),
        _refused("a folded line, unless unfolded", "RFC 9112 5.2", b"X-A: b\r\n c\r\n", or_cleaned=b"\r\n c"),
        _refused(
            "a line folded with a tab, unless unfolded", "RFC 9112 5.2", b"X-A: b\r\n\tc\r\n", or_cleaned=b"\r\n\t"
        ),
        _refused(
            "a folded Transfer-Encoding", "RFC 9112 5.2", b"Transfer-Encoding:\r\n chunked\r\n", or_cleaned=b"\r\n "
        ),
        _refused("a NUL in a value, unless replaced", "RFC 9110 5.5", b"X-A: b\0c\r\n", or_cleaned=b"\0"),
        _refused("a bare CR in a value, unless replaced", "RFC 9110 5.5", b"X-A: b\rc\r\n", or_cleaned=b"b\rc"),
        _refused("a bare CR before the line's end", "RFC 9112 2.2", b"X-A: b\r\r\n", or_cleaned=b"\r\r"),
        _refused(
            "a bare LF as a line's end, unless passed as CRLF",
            "RFC 9112 2.2",
            b"X-A: b\nX-B: c\r\n",
            or_cleaned=b"b\nX",
        ),
        _refused("a bare CR as a line's end", "RFC 9112 2.2", b"X-A: b\rX-B: c\r\n", or_cleaned=b"b\rX"),
        _refused("a line without a colon", "RFC 9112 5", b"X-A\r\n", or_cleaned=b"\nX-A\r"),
        _refused("an empty name", "RFC 9112 5", b": b\r\n", or_cleaned=b"\n:"),
        _refused("a name with a bracket", "RFC 9110 5.1", b"X(A): b\r\n", or_cleaned=b"X(A)"),
        _refused("a name with a slash", "RFC 9110 5.1", b"X/A: b\r\n", or_cleaned=b"X/A"),
        _refused("a name with an at sign", "RFC 9110 5.1", b"X@A: b\r\n", or_cleaned=b"X@A"),
        _refused("a name with a quote", "RFC 9110 5.1", b'X"A: b\r\n', or_cleaned=b'X"A'),
        _refused("a name with a space inside", "RFC 9112 5.1", b"X A: b\r\n", or_cleaned=b"X A"),
        _refused("a name with a byte above ASCII", "RFC 9110 5.1", b"X-\xe9: b\r\n", or_cleaned=b"\xe9"),
        _refused("a name with a NUL", "RFC 9110 5.1", b"X-\0A: b\r\n", or_cleaned=b"\0"),
        Case(
            name="white space before the first header line is not read as a header",
            source="RFC 9112 2.2",
            send=(b"GET /{case} HTTP/1.1\r\n X-A: b\r\nHost: a\r\n\r\n",),
            expect=(either(refused(), both(received(1), got_no_text(b"X-A"))),),
            ours=(told(400), closed),
        ),
        *(
            Case(
                name=f"{name} in a value is refused, or passes and is no line's end",
                source="RFC 9110 5.5",
                send=(_LINE + b"X-A: b" + character + b"c\r\n\r\n",),
                expect=(either(refused(), received(1)),),
                ours=(told(400), closed),
            )
            for name, character in (("a vertical tab", b"\x0b"), ("an escape", b"\x1b"), ("a DEL", b"\x7f"))
        ),
        Case(
            name="bytes above ASCII in an answer's header pass",
            source="RFC 9110 5.5",
            send=(_LINE + b"\r\n",),
            replies=((b"HTTP/1.1 200 OK\r\nX-A: \xe9\r\nContent-Length: 0\r\n\r\n",),),
            expect=(answered(200), lacks(b"transfer-encoding"), kept),
        ),
        Case(
            name="several Set-Cookie lines of an answer are not joined",
            source="RFC 9110 5.3",
            send=(_LINE + b"\r\n",),
            replies=((b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n",),),
            expect=(
                answered(200),
                kept,
                lambda seen: (
                    None
                    if seen.answers[0].values(b"set-cookie") == [b"a=1", b"b=2"]
                    else "Set-Cookie lines were changed"
                ),
            ),
        ),
    ),
)
