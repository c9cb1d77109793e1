"""Requests that state two framings, or one that only some would see."""

from tests.conformance.checks import (
    answered,
    both,
    closed,
    either,
    got_body,
    got_no_text,
    got_none,
    nothing_smuggled,
    received,
    refused,
    told,
)
from tests.conformance.model import Case, Group

_LINE = b"POST /{case} HTTP/1.1\r\nHost: a\r\n"
_SMUGGLED = b"GET /{case}/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def _both(name: str, lines: bytes) -> Case:
    """Both framings: refused, or read as chunked alone with the length taken out, and the connection closed after."""
    return Case(
        name=name,
        source="RFC 9112 6.1",
        send=(_LINE + lines + b"\r\n0\r\n\r\n" + _SMUGGLED,),
        methods=("POST",),
        expect=(
            closed,
            either(refused(), both(received(1), got_body(b""), got_none(b"content-length")), received(0)),
            nothing_smuggled,
        ),
        ours=(told(400),),
    )


def _hidden(name: str, source: str, lines: bytes, *, mended: bytes | None = None) -> Case:
    """A framing header that one reader sees and another does not: nothing may be smuggled behind it.

    The body ends at the same place by either framing; so where the standard lets a proxy mend the line, it may go on,
    if `mended` does not reach the backend.
    """
    clear = both(either(refused(), closed), nothing_smuggled)
    return Case(
        name=name,
        source=source,
        send=(_LINE + lines + b"\r\n0\r\n\r\n" + _SMUGGLED,),
        methods=("POST",),
        expect=(clear if mended is None else either(clear, both(received(2), got_no_text(mended))),),
        ours=(told(400, 501), closed),
    )


GROUP = Group(
    title="Both framings",
    cases=(
        _both("length, then chunked", b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n"),
        _both("chunked, then length", b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n"),
        _both("a length of zero and chunked", b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
        _both("lengths in capitals and chunked", b"CONTENT-LENGTH: 6\r\ntransfer-encoding: chunked\r\n"),
        _both("a length that ends after the last chunk", b"Content-Length: 50\r\nTransfer-Encoding: chunked\r\n"),
        _hidden(
            "a space before chunked's colon", "RFC 9112 5.1", b"Content-Length: 5\r\nTransfer-Encoding : chunked\r\n"
        ),
        _hidden(
            "chunked on a folded line",
            "RFC 9112 5.2",
            b"Content-Length: 5\r\nX: y\r\n Transfer-Encoding: chunked\r\n",
            mended=b"\r\n ",
        ),
        _hidden(
            "an unknown coding beside a length", "RFC 9112 6.1", b"Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n"
        ),
        _hidden("identity beside a length", "RFC 9112 6.1", b"Content-Length: 5\r\nTransfer-Encoding: identity\r\n"),
        _hidden(
            "chunked after a bare CR",
            "RFC 9112 2.2",
            b"Content-Length: 5\r\nX: y\rTransfer-Encoding: chunked\r\n",
            mended=b"y\rT",
        ),
        _hidden(
            "chunked after a bare LF", "RFC 9112 2.2", b"Content-Length: 5\r\nX: y\nTransfer-Encoding: chunked\r\n"
        ),
        _hidden(
            "a NUL within chunked's name",
            "RFC 9110 5.1",
            b"Content-Length: 5\r\nTransfer\0Encoding: chunked\r\n",
            mended=b"\0",
        ),
        _hidden(
            "a bracket before a length's name",
            "RFC 9110 5.1",
            b"(Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            mended=b"(",
        ),
        Case(
            name="an underscore in a framing header's name frames nothing and does not reach WSGI",
            source="RFC 9110 5.1",
            send=(_LINE + b"Content-Length: 5\r\nTransfer_Encoding: chunked\r\n\r\nhello",),
            methods=("POST",),
            expect=(answered(200), got_body(b"hello")),
            ours=(got_none(b"transfer_encoding"),),
        ),
        Case(
            name="an underscore in a length's name frames nothing and does not reach WSGI",
            source="RFC 9110 5.1",
            send=(_LINE + b"Content_Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",),
            methods=("POST",),
            expect=(answered(200), got_body(b"hello")),
            ours=(got_none(b"content_length"),),
        ),
        Case(
            name="a framing header named by Connection still frames",
            source="RFC 9110 7.6.1",
            send=(_LINE + b"Connection: content-length\r\nContent-Length: %d\r\n\r\n" % len(_SMUGGLED) + _SMUGGLED,),
            methods=("POST",),
            expect=(nothing_smuggled,),
            ours=(answered(200), received(1)),
        ),
        Case(
            name="chunked named by Connection still frames",
            source="RFC 9110 7.6.1",
            send=(
                _LINE
                + b"Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(_SMUGGLED)
                + _SMUGGLED
                + b"\r\n0\r\n\r\n",
            ),
            methods=("POST",),
            expect=(nothing_smuggled,),
            ours=(answered(200), received(1)),
        ),
    ),
)
