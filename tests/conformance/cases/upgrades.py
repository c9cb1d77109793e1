"""Upgrades: WebSocket goes through, anything else does not."""

from tests.conformance.checks import (
    answered,
    both,
    closed,
    either,
    got,
    got_member,
    got_none,
    has,
    kept,
    kept_if_answered,
    raw_contains,
    received,
    status_among,
    tunnelled,
)
from tests.conformance.model import OK, Act, Await, Case, Group, Pause

_ASK = (
    b"GET /{case} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_SWITCH = (
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
_H2C = b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"

GROUP = Group(
    title="Upgrades",
    cases=(
        Case(
            name="a WebSocket goes through, both ways",
            source="RFC 6455 4",
            send=(_ASK, Await(b"\r\n\r\n"), b"ping", Await(b"pong"), Act.HALF_CLOSE),
            replies=((_SWITCH, Await(b"ping"), b"pong", Pause(0.1), Act.CLOSE),),
            expect=(answered(101), tunnelled(b"ping"), raw_contains(b"pong"), closed),
        ),
        Case(
            name="the backend is told of the upgrade",
            source="RFC 9110 7.8",
            send=(_ASK, Await(b"\r\n\r\n")),
            replies=((_SWITCH, Pause(0.05), Act.CLOSE),),
            expect=(
                answered(101),
                got_member(b"connection", b"upgrade"),
                got(b"upgrade", b"websocket"),
                got(b"sec-websocket-version", b"13"),
            ),
        ),
        Case(
            name="101 has Upgrade and Connection",
            source="RFC 9110 15.2.2",
            send=(_ASK, Await(b"\r\n\r\n")),
            replies=((_SWITCH, Pause(0.05), Act.CLOSE),),
            expect=(
                answered(101),
                has(b"upgrade", b"websocket"),
                has(b"sec-websocket-accept", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            ),
        ),
        Case(
            name="what a backend sends at once behind 101 arrives",
            source="RFC 9110 7.8",
            send=(_ASK, Await(b"hello")),
            replies=((_SWITCH + b"hello", Pause(0.1), Act.CLOSE),),
            expect=(answered(101), raw_contains(b"hello")),
        ),
        Case(
            name="what a client sends before 101 arrives behind it, or breaks the upgrade",
            source="RFC 9110 7.8",
            send=(_ASK + b"early", Await(b"\r\n\r\n"), Pause(0.1)),
            replies=((Pause(0.05), _SWITCH, Await(b"early"), Act.CLOSE),),
            expect=(either(tunnelled(b"early"), closed),),
        ),
        Case(
            name="a backend that ends a WebSocket ends it for the client",
            source="RFC 6455 7",
            send=(_ASK, Await(b"bye")),
            replies=((_SWITCH, b"bye", Act.CLOSE),),
            expect=(answered(101), raw_contains(b"bye"), closed),
        ),
        Case(
            name="a refused upgrade is a plain answer, and the connection serves on",
            source="RFC 9110 7.8",
            send=(_ASK,),
            replies=((b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",),),
            expect=(answered(403),),
            ours=(kept,),
        ),
        Case(
            name="an ignored upgrade is a plain answer",
            source="RFC 9110 7.8",
            send=(_ASK,),
            replies=((OK,),),
            expect=(answered(200),),
            ours=(kept,),
        ),
        Case(
            name="the protocol's name may be in capitals",
            source="RFC 9110 7.8",
            send=(_ASK.replace(b"Upgrade: websocket", b"UPGRADE: WebSocket"), Await(b"\r\n\r\n")),
            replies=((_SWITCH, Pause(0.05), Act.CLOSE),),
            expect=(answered(101),),
        ),
        Case(
            name="Upgrade among others in Connection is an upgrade",
            source="RFC 9110 7.8",
            send=(_ASK.replace(b"Connection: Upgrade", b"Connection: keep-alive, Upgrade"), Await(b"\r\n\r\n")),
            replies=((_SWITCH, Pause(0.05), Act.CLOSE),),
            expect=(answered(101),),
        ),
        Case(
            name="Upgrade that Connection does not name is not passed on",
            source="RFC 9110 7.8",
            send=(_ASK.replace(b"Connection: Upgrade\r\n", b""),),
            expect=(answered(200), either(got_none(b"upgrade"), got_member(b"connection", b"upgrade"))),
            ours=(got_none(b"upgrade"),),
        ),
        Case(
            name="an upgrade from HTTP/1.0 is ignored",
            source="RFC 9110 7.8",
            send=(_ASK.replace(b"HTTP/1.1", b"HTTP/1.0"),),
            expect=(answered(200), closed),
            ours=(got_none(b"upgrade"),),
        ),
        Case(
            name="h2c is not let through",
            source="RFC 9113 3.1",
            send=(b"GET /{case} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n" + _H2C + b"\r\n",),
            expect=(either(answered(200), answered(400), answered(403), answered(501)),),
            ours=(answered(200), got_none(b"upgrade", b"http2-settings", b"connection")),
        ),
        Case(
            name="a backend cannot switch to h2c behind a request for it",
            source="RFC 9110 7.8",
            send=(
                b"GET /{case} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n" + _H2C + b"\r\n",
                Pause(0.2),
                b"smuggled\r\n\r\n",
            ),
            replies=(
                (
                    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
                    Await(b"smuggled"),
                ),
            ),
            ours=(status_among(502), tunnelled(b"")),
        ),
        Case(
            name="a backend that switches to another protocol than asked is faulty",
            source="RFC 9110 7.8",
            send=(_ASK, Pause(0.1)),
            replies=((_SWITCH.replace(b"websocket", b"smtp"), Pause(0.1), Act.CLOSE),),
            ours=(answered(502),),
        ),
        Case(
            name="another protocol is not asked of the backend",
            source="RFC 9110 7.8",
            send=(_ASK.replace(b"websocket", b"TLS/1.0"),),
            expect=(either(answered(200), answered(403)),),
            ours=(answered(200), got_none(b"upgrade"), kept),
        ),
        Case(
            name="a list of protocols with WebSocket among them is not passed with the others",
            source="RFC 9110 7.8",
            send=(_ASK.replace(b"Upgrade: websocket", b"Upgrade: h2c, websocket"),),
            expect=(either(answered(200), answered(403)),),
            ours=(
                answered(200),
                either(got_none(b"upgrade"), got(b"upgrade", b"websocket")),
            ),
        ),
        Case(
            name="a request behind a refused upgrade is read as a request",
            source="RFC 9110 7.8",
            send=(_ASK, Await(b"403"), Pause(0.05), b"GET /{case}/2 HTTP/1.1\r\nHost: a\r\n\r\n"),
            methods=("GET", "GET"),
            replies=((b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",), (OK,)),
            expect=(either(both(answered(403, 200), received(2)), both(answered(403), closed)), kept_if_answered),
            ours=(answered(403, 200),),
        ),
    ),
)
