"""Expect: 100-continue, and other answers before the answer."""

from tests.conformance.checks import (
    answered,
    body,
    both,
    closed,
    either,
    got_body,
    got_none,
    has,
    interims,
    kept,
    kept_if_answered,
    raw_lacks,
    received,
    refused,
    status_among,
)
from tests.conformance.model import OK, Act, Await, Case, Group, Pause

_GET = b"GET /{case} HTTP/1.1\r\nHost: a\r\n\r\n"
_POST = b"POST /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"

GROUP = Group(
    title="Expect and interim answers",
    cases=(
        Case(
            name="100 comes before the body is sent",
            source="RFC 9110 10.1.1",
            send=(_POST, Await(b"100"), b"hello"),
            methods=("POST",),
            replies=((Act.AT_ONCE, _CONTINUE, Act.READ_BODY, OK),),
            expect=(answered(200), got_body(b"hello"), kept),
            ours=(interims(100),),
        ),
        Case(
            name="100 with a chunked body",
            source="RFC 9110 10.1.1",
            send=(
                _POST.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked"),
                Await(b"100"),
                b"5\r\nhello\r\n0\r\n\r\n",
            ),
            methods=("POST",),
            replies=((Act.AT_ONCE, _CONTINUE, Act.READ_BODY, OK),),
            expect=(answered(200), got_body(b"hello"), kept),
        ),
        Case(
            name="a client that does not wait for 100 is served",
            source="RFC 9110 10.1.1",
            send=(_POST + b"hello",),
            methods=("POST",),
            replies=((Act.AT_ONCE, _CONTINUE, Act.READ_BODY, OK),),
            expect=(answered(200), got_body(b"hello"), kept),
        ),
        Case(
            name="a backend that knows no 100 does not stop a client that goes on by itself",
            source="RFC 9110 10.1.1",
            send=(_POST, Pause(0.2), b"hello"),
            methods=("POST",),
            expect=(answered(200), got_body(b"hello")),
        ),
        Case(
            name="a refusal in place of 100 arrives, and the body is not awaited",
            source="RFC 9110 10.1.1",
            send=(_POST, Await(b"big")),
            methods=("POST",),
            replies=(
                (
                    Act.AT_ONCE,
                    b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig",
                    Pause(0.1),
                ),
            ),
            expect=(status_among(413, 200),),
            ours=(answered(413), interims(), body(b"big"), closed),
            seconds=3.0,
        ),
        Case(
            name="the expectation may be in capitals",
            source="RFC 9110 10.1.1",
            send=(_POST.replace(b"100-continue", b"100-Continue") + b"hello",),
            methods=("POST",),
            replies=((Act.AT_ONCE, _CONTINUE, Act.READ_BODY, OK),),
            expect=(answered(200), got_body(b"hello")),
        ),
        Case(
            name="HTTP/1.0 gets no 100",
            source="RFC 9110 10.1.1",
            send=(_POST.replace(b"HTTP/1.1", b"HTTP/1.0") + b"hello",),
            methods=("POST",),
            expect=(answered(200), interims(), got_body(b"hello")),
        ),
        Case(
            name="an expectation without a body asks for nothing",
            source="RFC 9110 10.1.1",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",),
            expect=(answered(200), received(1), kept_if_answered),
        ),
        Case(
            name="an unknown expectation is refused with 417, or passed on",
            source="RFC 9110 10.1.1",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\n\r\n",),
            expect=(either(refused(417), received(1)),),
            ours=(refused(417), closed),
        ),
        Case(
            name="103 passes with its headers",
            source="RFC 9110 15.2",
            send=(_GET,),
            replies=((_EARLY + OK,),),
            expect=(answered(200), interims(103), kept),
            ours=(
                lambda seen: (
                    None
                    if seen.interims and seen.interims[0].values(b"link") == [b"</a.css>; rel=preload"]
                    else "103 without its Link"
                ),
            ),
        ),
        Case(
            name="several interim answers pass in order",
            source="RFC 9110 15.2",
            send=(_GET,),
            replies=((b"HTTP/1.1 102 Processing\r\n\r\n", Pause(0.05), _EARLY, Pause(0.05), OK),),
            expect=(answered(200), interims(102, 103), kept),
        ),
        Case(
            name="an interim answer comes before the final one is there",
            source="RFC 9110 15.2",
            send=(_GET, Await(b"103"), b"GET /{case}/2 HTTP/1.1\r\nHost: a\r\n\r\n"),
            methods=("GET", "GET"),
            replies=((_EARLY, Pause(0.2), OK), (OK,)),
            expect=(interims(103), either(answered(200, 200), answered(200))),
            ours=(answered(200, 200), kept),
        ),
        Case(
            name="an unknown 1xx passes",
            source="RFC 9110 15.2",
            send=(_GET,),
            replies=((b"HTTP/1.1 199 Odd\r\n\r\n" + OK,),),
            expect=(answered(200), interims(199), kept),
        ),
        Case(
            name="HTTP/1.0 gets no interim answer",
            source="RFC 9110 15.2",
            send=(_GET.replace(b"HTTP/1.1", b"HTTP/1.0"),),
            replies=((_EARLY + OK,),),
            expect=(answered(200), interims(), closed),
        ),
        Case(
            name="an interim answer's hop-by-hop headers end with the proxy",
            source="RFC 9110 7.6.1",
            send=(_GET,),
            replies=((b"HTTP/1.1 103 Early Hints\r\nConnection: x-a\r\nX-A: secret\r\n\r\n" + OK,),),
            expect=(answered(200), raw_lacks(b"secret")),
        ),
        Case(
            name="a length in an interim answer frames nothing",
            source="RFC 9112 6.3",
            send=(_GET,),
            replies=((b"HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n" + OK,),),
            expect=(either(both(answered(200), body(b"ok")), status_among(502)),),
        ),
        Case(
            name="an answer after 100 that nobody asked for is found",
            source="RFC 9110 15.2.1",
            send=(_GET,),
            replies=((_CONTINUE + OK,),),
            expect=(answered(200), body(b"ok"), kept),
        ),
        Case(
            name="Expect reaches a backend only as 100-continue",
            source="RFC 9110 10.1.1",
            send=(_GET.replace(b"\r\n\r\n", b"\r\nConnection: expect\r\n\r\n"),),
            expect=(answered(200), got_none(b"expect")),
        ),
        Case(
            name="Date and Server of the answer are the backend's",
            source="RFC 9110 6.6.1",
            send=(_GET,),
            replies=((b"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n",),),
            expect=(answered(200), kept),
            ours=(has(b"date", b"Sun, 06 Nov 1994 08:49:37 GMT"),),
        ),
    ),
)
