"""Forms of the request line and of its target."""

from tests.conformance.checks import (
    answered,
    asked,
    both,
    closed,
    either,
    got,
    kept,
    nothing_smuggled,
    received,
    refused,
    told,
)
from tests.conformance.model import Case, Group, Pause

_REST = b" HTTP/1.1\r\nHost: a\r\nX-Case: {case}\r\n\r\n"


def _passes(name: str, source: str, target: bytes) -> Case:
    """A target that reaches the backend byte for byte."""
    line = b"GET " + target
    return Case(
        name=name,
        source=source,
        send=(line + _REST,),
        expect=(answered(200), kept, asked(line + b" HTTP/1.1")),
    )


def _refused(name: str, source: str, head: bytes, *, must: bool = True) -> Case:
    """Refused; without `must` the standard advises it, and others may pass it on in a form that is right."""
    return Case(
        name=name, source=source, send=(head,), expect=(refused(),) if must else (), ours=(told(400, 505), closed)
    )


GROUP = Group(
    title="Request line",
    cases=(
        _passes("a target with a query passes unchanged", "RFC 9110 7.7", b"/{case}?a=1&b=2"),
        _passes("an empty query passes unchanged", "RFC 9110 7.7", b"/{case}?"),
        _passes("percent-encoding passes unchanged", "RFC 9110 7.7", b"/{case}/%41%2f%C3%A9?x=%20"),
        _passes("lower-case percent-encoding is not rewritten", "RFC 9110 7.7", b"/{case}/%c3%a9"),
        _passes("two slashes stay two", "RFC 9110 7.7", b"//{case}//x"),
        _passes("matrix parameters pass unchanged", "RFC 9110 7.7", b"/{case};v=1/x;y"),
        _passes("sub-delimiters pass unchanged", "RFC 9110 7.7", b"/{case}/!$&'()*+,;=:@"),
        _passes("a colon in the path passes unchanged", "RFC 9110 7.7", b"/{case}/a:b"),
        _passes("a question mark in the query passes unchanged", "RFC 9110 7.7", b"/{case}?a?b/c"),
        _passes("a target of 4000 bytes passes", "RFC 9112 3", b"/{case}/" + b"x" * 4000),
        Case(
            name="dot segments are not resolved into another path silently",
            source="RFC 3986 6.2.2.3",
            send=(b"GET /{case}/a/../b" + _REST,),
            expect=(
                either(
                    refused(),
                    both(answered(200), asked(b"GET /{case}/a/../b HTTP/1.1")),
                    both(answered(200), asked(b"GET /{case}/b HTTP/1.1")),
                ),
            ),
            ours=(asked(b"GET /{case}/a/../b HTTP/1.1"),),
        ),
        Case(
            name="bytes above ASCII in a target are refused or pass unchanged",
            source="RFC 9112 3.2",
            send=(b"GET /{case}/\xc3\xa9" + _REST,),
            expect=(either(refused(), asked(b"GET /{case}/\xc3\xa9 HTTP/1.1")),),
        ),
        *(
            Case(
                name=f"characters outside the URI grammar ({name}) are refused or pass unchanged",
                source="RFC 9112 3.2",
                send=(b"GET /{case}/" + character + b"x" + _REST,),
                expect=(
                    either(
                        refused(),
                        asked(b"GET /{case}/" + character + b"x HTTP/1.1"),
                        asked(b"GET /{case}/%%%02Xx HTTP/1.1" % character[0]),
                    ),
                ),
            )
            for name, character in (
                ("quote", b'"'),
                ("angle", b"<"),
                ("backslash", b"\\"),
                ("caret", b"^"),
                ("brace", b"{"),
                ("pipe", b"|"),
                ("bracket", b"["),
            )
        ),
        Case(
            name="one empty line before the request is passed over",
            source="RFC 9112 2.2",
            send=(b"\r\nGET /{case}" + _REST,),
            expect=(answered(200), received(1)),
        ),
        Case(
            name="a lower-case method is another method and is not turned into the known one",
            source="RFC 9110 9.1",
            send=(b"get /{case}" + _REST,),
            expect=(either(refused(), asked(b"get /{case} HTTP/1.1")),),
        ),
        Case(
            name="an unknown method is passed on, or refused",
            source="RFC 9110 9.1",
            send=(b"BREW /{case}" + _REST,),
            methods=("BREW",),
            expect=(either(refused(), both(answered(200), asked(b"BREW /{case} HTTP/1.1"))),),
            ours=(answered(200),),
        ),
        Case(
            name="PATCH passes with its body",
            source="RFC 5789 2",
            send=(b"PATCH /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",),
            expect=(answered(200), kept, asked(b"PATCH /{case} HTTP/1.1")),
        ),
        _refused("no target at all", "RFC 9112 3", b"GET HTTP/1.1\r\nHost: a\r\nX-Case: {case}\r\n\r\n"),
        _refused("a space within the target", "RFC 9112 3.2", b"GET /{case} x" + _REST),
        _refused("a version that is no version", "RFC 9112 2.3", b"GET /{case} HTTP/1.x\r\nHost: a\r\n\r\n"),
        _refused("a version with two digits", "RFC 9112 2.3", b"GET /{case} HTTP/1.10\r\nHost: a\r\n\r\n", must=False),
        _refused("a version in lower case", "RFC 9112 2.3", b"GET /{case} http/1.1\r\nHost: a\r\n\r\n"),
        _refused("another protocol's name", "RFC 9112 2.3", b"GET /{case} XTTP/1.1\r\nHost: a\r\n\r\n"),
        _refused("a space inside the version", "RFC 9112 2.3", b"GET /{case} HTTP/ 1.1\r\nHost: a\r\n\r\n"),
        _refused(
            "HTTP/2.0 on a request line", "RFC 9110 15.6.6", b"GET /{case} HTTP/2.0\r\nHost: a\r\n\r\n", must=False
        ),
        _refused(
            "HTTP/3.0 on a request line", "RFC 9110 15.6.6", b"GET /{case} HTTP/3.0\r\nHost: a\r\n\r\n", must=False
        ),
        _refused("the preface of HTTP/2", "RFC 9113 3.4", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", must=False),
        _refused("a method that is no token", "RFC 9110 9.1", b"G(T /{case}" + _REST),
        _refused("no method", "RFC 9112 3", b" /{case}" + _REST),
        _refused("a NUL in the target", "RFC 9112 3.2", b"GET /{case}\0x" + _REST),
        _refused("a control character in the target", "RFC 9112 3.2", b"GET /{case}\x01x" + _REST),
        _refused("a DEL in the target", "RFC 9112 3.2", b"GET /{case}\x7fx" + _REST),
        _refused("a target that is a bare word", "RFC 9112 3.2", b"GET {case}" + _REST),
        _refused("an asterisk for another method than OPTIONS", "RFC 9112 3.2.4", b"GET *" + _REST, must=False),
        Case(
            name="a bare CR within the request line is refused, or read as a space",
            source="RFC 9112 2.2",
            send=(b"GET /{case}\r HTTP/1.1\r\nHost: a\r\n\r\n",),
            expect=(either(refused(), asked(b"GET /{case} HTTP/1.1")),),
            ours=(told(400), closed),
        ),
        Case(
            name="HTTP/0.9 is refused",
            source="RFC 9112 2.3",
            send=(b"GET /{case}\r\n\r\n",),
            ours=(told(400), closed),
        ),
        *(
            Case(
                name=f"{name} on the request line is refused, or read as one space",
                source="RFC 9112 3",
                send=(line + b"\r\nHost: a\r\n\r\n",),
                expect=(either(refused(), asked(b"GET /{case} HTTP/1.1")),),
                ours=(told(400), closed),
            )
            for name, line in (
                ("a tab", b"GET\t/{case}\tHTTP/1.1"),
                ("two spaces", b"GET  /{case}  HTTP/1.1"),
                ("a space at the end", b"GET /{case} HTTP/1.1 "),
                ("a vertical tab", b"GET\x0b/{case} HTTP/1.1"),
                ("a form feed", b"GET\x0c/{case} HTTP/1.1"),
            )
        ),
        Case(
            name="white space before the request line is not read as part of a request",
            source="RFC 9112 2.2",
            send=(b"  GET /{case}" + _REST,),
            expect=(either(refused(), asked(b"GET /{case} HTTP/1.1")),),
            ours=(told(400), closed),
        ),
        Case(
            name="a bare LF ends no line in our reading",
            source="RFC 9112 2.2",
            send=(b"GET /{case} HTTP/1.1\nHost: a\n\n",),
            expect=(either(refused(), both(answered(200), received(1))),),
            ours=(told(400), closed),
        ),
        Case(
            name="the fragment of a URI is no part of a target",
            source="RFC 9112 3.2",
            send=(b"GET /{case}#smuggled" + _REST,),
            expect=(either(refused(), asked(b"GET /{case} HTTP/1.1"), asked(b"GET /{case}#smuggled HTTP/1.1")),),
            ours=(told(400), closed),
        ),
        Case(
            name="the proxy speaks its own version to the backend",
            source="RFC 9112 2.3",
            send=(b"GET /{case} HTTP/1.0\r\nHost: a\r\n\r\n",),
            expect=(answered(200), either(asked(b"GET /{case} HTTP/1.1"), asked(b"GET /{case} HTTP/1.0"))),
            ours=(asked(b"GET /{case} HTTP/1.1"), got(b"connection")),
        ),
        Case(
            name="a request that comes in pieces, cut within its line ends, is one request",
            source="RFC 9112 2.2",
            send=(
                b"G",
                Pause(0.02),
                b"ET /{case} HTTP/1.1\r",
                Pause(0.02),
                b"\nHost: a\r\n\r",
                Pause(0.02),
                b"\n",
            ),
            expect=(answered(200), kept, received(1), nothing_smuggled),
        ),
    ),
)
