"""Bodies whose length is stated."""

from tests.conformance.checks import (
    answered,
    asked,
    body,
    both,
    closed,
    either,
    got_body,
    got_half,
    kept,
    kept_if_answered,
    nothing_smuggled,
    received,
    refused,
    told,
)
from tests.conformance.model import Act, Case, Group, Pause

_LINE = b"POST /{case} HTTP/1.1\r\nHost: a\r\n"
_SMUGGLED = b"GET /{case}/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def _odd(name: str, lines: bytes, *, mendable: bool = False) -> Case:
    """A doubtful length: 400 and close; `mendable`: a list of equal numbers may be read as the number."""
    refusal = both(refused(400), closed)
    return Case(
        name=name,
        source="RFC 9112 6.3",
        send=(_LINE + lines + b"\r\nhello" + _SMUGGLED,),
        methods=("POST",) if not mendable else ("POST", "GET"),
        expect=(either(refusal, received(2)) if mendable else refusal, *(() if mendable else (nothing_smuggled,))),
        ours=(told(400), closed),
    )


GROUP = Group(
    title="Content-Length",
    cases=(
        Case(
            name="a body arrives whole",
            source="RFC 9112 6.2",
            send=(_LINE + b"Content-Length: 5\r\n\r\nhello",),
            methods=("POST",),
            expect=(answered(200), kept, got_body(b"hello")),
        ),
        Case(
            name="a body of 300 000 bytes arrives whole",
            source="RFC 9112 6.2",
            send=(_LINE + b"Content-Length: 300000\r\n\r\n" + b"x" * 300_000,),
            methods=("POST",),
            expect=(answered(200), kept, got_body(b"x" * 300_000)),
        ),
        Case(
            name="a body that comes in pieces arrives whole",
            source="RFC 9112 6.2",
            send=(_LINE + b"Content-Length: 5\r\n\r\n", Pause(0.05), b"he", Pause(0.05), b"llo"),
            methods=("POST",),
            expect=(answered(200), kept, got_body(b"hello")),
        ),
        Case(
            name="a length of zero is an empty body",
            source="RFC 9112 6.2",
            send=(_LINE + b"Content-Length: 0\r\n\r\n",),
            methods=("POST",),
            expect=(answered(200), kept, got_body(b"")),
        ),
        Case(
            name="POST without a length has no body",
            source="RFC 9112 6.3",
            send=(_LINE + b"\r\n",),
            methods=("POST",),
            expect=(answered(200), kept, got_body(b"")),
        ),
        Case(
            name="leading zeros are part of a number",
            source="RFC 9110 8.6",
            send=(_LINE + b"Content-Length: 0005\r\n\r\nhello",),
            methods=("POST",),
            expect=(either(refused(), both(answered(200), got_body(b"hello"))),),
        ),
        Case(
            name="GET may have a body, and it is not taken for a request",
            source="RFC 9110 9.3.1",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(_SMUGGLED) + _SMUGGLED,),
            expect=(either(refused(), both(answered(200), received(1))), nothing_smuggled),
        ),
        Case(
            name="DELETE may have a body",
            source="RFC 9110 9.3.5",
            send=(b"DELETE /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",),
            methods=("DELETE",),
            expect=(either(refused(), both(answered(200), got_body(b"hello"))),),
        ),
        Case(
            name="what follows the body is the next request",
            source="RFC 9112 9.3.2",
            send=(_LINE + b"Content-Length: 5\r\n\r\nhelloGET /{case}/2 HTTP/1.1\r\nHost: a\r\n\r\n",),
            methods=("POST", "GET"),
            expect=(answered(200, 200), received(2), asked(b"GET /{case}/2 HTTP/1.1", 1)),
        ),
        _odd("two different lengths", b"Content-Length: 5\r\nContent-Length: 6\r\n"),
        _odd("two different lengths, zero first", b"Content-Length: 0\r\nContent-Length: 5\r\n"),
        _odd("two different lengths in one list", b"Content-Length: 5, 6\r\n"),
        _odd("the same length twice", b"Content-Length: 5\r\nContent-Length: 5\r\n", mendable=True),
        _odd("the same length twice in a list", b"Content-Length: 5, 5\r\n", mendable=True),
        _odd("a length and an empty one", b"Content-Length: 5\r\nContent-Length:\r\n"),
        _odd("a negative length", b"Content-Length: -5\r\n"),
        _odd("a length with a plus sign", b"Content-Length: +5\r\n"),
        _odd("a length in hexadecimal", b"Content-Length: 0x5\r\n"),
        _odd("a length with a fraction", b"Content-Length: 5.0\r\n"),
        _odd("a length with an exponent", b"Content-Length: 5e0\r\n"),
        _odd("a length with an underscore", b"Content-Length: 1_0\r\n"),
        _odd("a length with a space inside", b"Content-Length: 1 0\r\n"),
        _odd("a length with a quote", b'Content-Length: "5"\r\n'),
        _odd("a length with letters behind", b"Content-Length: 5a\r\n"),
        _odd("a length with a comma behind", b"Content-Length: 5,\r\n", mendable=True),
        _odd("a length in digits of another script", "Content-Length: \u0665\r\n".encode()),
        _odd("a superscript digit as a length", b"Content-Length: \xb2\r\n"),
        _odd("an empty length", b"Content-Length: \r\n"),
        _odd("a length of 40 digits", b"Content-Length: " + b"9" * 40 + b"\r\n"),
        _odd("a length beyond 64 bits that wraps to 5", b"Content-Length: 18446744073709551621\r\n"),
        _odd("a length with a vertical tab before it", b"Content-Length: \x0b5\r\n"),
        Case(
            name="a body that ends too soon never looks whole",
            source="RFC 9112 8",
            send=(_LINE + b"Content-Length: 10\r\n\r\nhello", Pause(0.1), Act.HALF_CLOSE),
            methods=("POST",),
            expect=(got_half, closed),
        ),
        Case(
            name="a client that vanishes in the middle of its body leaves no whole request",
            source="RFC 9112 8",
            send=(_LINE + b"Content-Length: 10\r\n\r\nhello", Pause(0.1), Act.RESET),
            methods=("POST",),
            expect=(got_half,),
        ),
        Case(
            name="an answer's stated length is kept",
            source="RFC 9110 8.6",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\n\r\n",),
            replies=((b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", Pause(0.05), b"llo"),),
            expect=(answered(200), body(b"hello"), kept),
        ),
        Case(
            name="an answer of 500 000 bytes arrives whole",
            source="RFC 9112 6.3",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\n\r\n",),
            replies=((b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000,),),
            expect=(answered(200), body(b"x" * 500_000), kept_if_answered),
        ),
    ),
)
