"""Answers that come before their request has ended, and connections that one side has ended."""

from tests.conformance.checks import (
    answered,
    body,
    closed,
    either,
    kept,
    kept_if_answered,
    nothing_smuggled,
    raw_contains,
    received,
    says_close,
    status_among,
)
from tests.conformance.model import OK, Act, Await, Case, Group, Pause

_GET = b"GET /{case} HTTP/1.1\r\nHost: a\r\n\r\n"

EARLY = Group(
    title="Answers before the request's end",
    cases=(
        Case(
            name="an answer that comes before the body's end reaches the client",
            source="RFC 9112 9.5",
            send=(
                b"POST /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + b"x" * 1000,
                Await(b"413"),
            ),
            methods=("POST",),
            replies=(
                (
                    Act.AT_ONCE,
                    b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig",
                    Act.CLOSE,
                ),
            ),
            expect=(status_among(413), raw_contains(b"big")),
            ours=(says_close, closed),
        ),
        Case(
            name="it reaches a client that goes on sending",
            source="RFC 9112 9.6",
            send=(
                b"POST /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50_000,
                Pause(0.15),
                b"x" * 50_000,
                Pause(0.15),
            ),
            methods=("POST",),
            replies=(
                (
                    Act.AT_ONCE,
                    b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig",
                    Act.CLOSE,
                ),
            ),
            expect=(raw_contains(b" 413 "), raw_contains(b"big")),
        ),
        Case(
            name="the rest of an abandoned body is not taken for a request",
            source="RFC 9112 9.3",
            send=(
                b"POST /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx",
                Await(b"big"),
                b"GET /{case}/smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
                Pause(0.1),
            ),
            methods=("POST",),
            replies=(
                (Act.AT_ONCE, b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig", Pause(0.3), Act.CLOSE),
            ),
            expect=(status_among(413), nothing_smuggled),
        ),
        Case(
            name="a backend that answers early and reads on gets the whole body",
            source="RFC 9112 9.5",
            send=(
                b"POST /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc",
                Await(b"part"),
                b"def",
            ),
            methods=("POST",),
            replies=((Act.AT_ONCE, b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npart", Act.READ_BODY, b"done"),),
            expect=(answered(200), body(b"partdone"), kept_if_answered),
        ),
        Case(
            name="the parts of a slow answer come as they are sent",
            source="RFC 9112 7.1",
            send=(_GET, Await(b"one"), b"GET /{case}/2 HTTP/1.1\r\nHost: a\r\n\r\n"),
            methods=("GET", "GET"),
            replies=(
                (
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
                    b"3\r\none\r\n",
                    Pause(0.2),
                    b"3\r\ntwo\r\n0\r\n\r\n",
                ),
                (OK,),
            ),
            expect=(answered(200, 200), body(b"onetwo"), kept),
        ),
        Case(
            name="a backend that resets within the body is a faulty backend",
            source="RFC 9110 15.6.3",
            send=(b"POST /{case} HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50_000, Pause(0.2)),
            methods=("POST",),
            replies=((Act.AT_ONCE, Pause(0.01), Act.RESET),),
            expect=(either(status_among(502, 503), closed), received(1)),
        ),
    ),
)

HALF_CLOSE = Group(
    title="Half-closed connections",
    cases=(
        Case(
            name="a client that ends its side still gets its answer",
            source="RFC 9112 9.6",
            send=(_GET, Act.HALF_CLOSE),
            ours=(answered(200), body(b"ok"), closed),
        ),
        Case(
            name="a slow answer reaches a client that ended its side",
            source="RFC 9112 9.6",
            send=(_GET, Act.HALF_CLOSE),
            replies=((Pause(0.3), OK),),
            ours=(answered(200), closed),
        ),
        Case(
            name="pipelined requests before the end of a side are all answered",
            source="RFC 9112 9.6",
            send=(
                b"GET /{case}/1 HTTP/1.1\r\nHost: a\r\n\r\nGET /{case}/2 HTTP/1.1\r\nHost: a\r\n\r\n",
                Act.HALF_CLOSE,
            ),
            methods=("GET", "GET"),
            ours=(answered(200, 200), closed),
        ),
        Case(
            name="half a head before the end of a side is no request",
            source="RFC 9112 8",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\n", Act.HALF_CLOSE),
            expect=(received(0), closed),
        ),
        Case(
            name="a connection opened and ended without a word is closed",
            source="RFC 9112 9.5",
            send=(Act.HALF_CLOSE,),
            methods=(),
            expect=(received(0), closed),
        ),
        Case(
            name="a backend that ends its side after its answer does not harm the answer",
            source="RFC 9112 9.6",
            send=(_GET,),
            replies=(
                (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", Pause(0.05), b"llo", Act.HALF_CLOSE, Pause(0.1)),
            ),
            expect=(answered(200), body(b"hello"), kept),
        ),
    ),
)
