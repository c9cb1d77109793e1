"""What a backend is told of the client, and by whom."""

from tests.conformance.checks import (
    answered,
    got,
    got_combined,
    got_no_text,
    got_none,
    kept,
)
from tests.conformance.model import Case, Check, Group, Listener

_LINE = b"GET /{case} HTTP/1.1\r\nHost: shop.test\r\n"


def _request(
    name: str,
    lines: bytes,
    *expect: Check,
    ours: tuple[Check, ...] = (),
    source: str = "RFC 9110 7.6.1",
    listener: Listener = Listener.PLAIN,
) -> Case:
    return Case(
        name=name,
        source=source,
        send=(_LINE + lines + b"\r\n",),
        expect=(answered(200), *expect) if expect else (),
        ours=(answered(200), *ours),
        listener=listener,
    )


def _answer(
    name: str, lines: bytes, *expect: Check, ours: tuple[Check, ...] = (), source: str = "RFC 9110 7.6.1"
) -> Case:
    return Case(
        name=name,
        source=source,
        send=(_LINE + b"\r\n",),
        replies=((b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + lines + b"\r\nok",),),
        expect=(answered(200), *expect),
        ours=ours,
    )


_FORGED = {
    b"x-forwarded-for": b"6.6.6.6",
    b"x-forwarded-host": b"evil.test",
    b"x-forwarded-port": b"666",
    b"x-real-ip": b"6.6.6.6",
    b"forwarded": b"for=6.6.6.6",
}


def _forged(name: bytes, value: bytes) -> Case:
    return _request(
        f"{name.decode()} from anyone is set anew",
        name + b": " + value + b"\r\n",
        ours=(got_no_text(b"6.6.6.6"), got_no_text(b"evil"), got_no_text(b": 666"), kept),
        source="RFC 7239 8.1",
    )


def _trusting(name: str, lines: bytes, *ours: Check) -> Case:
    return _request(name, lines, ours=ours, source="RFC 7239 4", listener=Listener.TRUSTING)


FORWARDED = Group(
    title="What the backend is told of the client",
    cases=(
        *(_forged(name, value) for name, value in _FORGED.items()),
        _request(
            "X-Forwarded-Proto from anyone is set anew",
            b"X-Forwarded-Proto: https\r\n",
            ours=(got(b"x-forwarded-proto", b"http"),),
            source="RFC 7239 8.1",
        ),
        _request(
            "X-Forwarded-Ssl from anyone is removed",
            b"X-Forwarded-Ssl: on\r\n",
            ours=(got_none(b"x-forwarded-ssl"),),
            source="RFC 7239 8.1",
        ),
        _request(
            "X-Forwarded-Prefix from anyone is removed",
            b"X-Forwarded-Prefix: /evil\r\n",
            ours=(got_none(b"x-forwarded-prefix"),),
            source="RFC 7239 8.1",
        ),
        _request(
            "X-Forwarded- of any ending is removed",
            b"X-Forwarded-Anything: 6.6.6.6\r\n",
            ours=(got_none(b"x-forwarded-anything"),),
            source="RFC 7239 8.1",
        ),
        _request(
            "a forged name in other letters is removed",
            b"x-FORWARDED-for: 6.6.6.6\r\n",
            ours=(got(b"x-forwarded-for", b"127.0.0.1"),),
            source="RFC 7239 8.1",
        ),
        _request(
            "two forged lines are both removed",
            b"X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 6.6.6.7\r\n",
            ours=(got(b"x-forwarded-for", b"127.0.0.1"),),
            source="RFC 7239 8.1",
        ),
        _request(
            "the backend is told the client's address, host and scheme",
            b"",
            ours=(
                got(b"x-forwarded-for", b"127.0.0.1"),
                got(b"x-forwarded-host", b"shop.test"),
                got(b"x-forwarded-proto", b"http"),
                got(b"x-real-ip", b"127.0.0.1"),
            ),
            source="RFC 7239 4",
        ),
        _request(
            "Forwarded is written as the standard has it",
            b"",
            ours=(got(b"forwarded", b'for=127.0.0.1;host="shop.test";proto=http'),),
            source="RFC 7239 4",
        ),
        _request(
            "an underscore alias of X-Forwarded-For is removed",
            b"X_Forwarded_For: 6.6.6.6\r\n",
            ours=(got_no_text(b"6.6.6.6"),),
            source="RFC 3875 4.1.18",
        ),
        _request(
            "an underscore alias of X-Real-IP is removed",
            b"X-Real_IP: 6.6.6.6\r\n",
            ours=(got_no_text(b"6.6.6.6"),),
            source="RFC 3875 4.1.18",
        ),
        _request(
            "any header with an underscore is removed",
            b"Remote_User: root\r\n",
            ours=(got_none(b"remote_user"),),
            source="RFC 3875 4.1.18",
        ),
        _request(
            "headers of the proxy's own are not taken from anyone",
            b"X-Strangler-Anything: x\r\n",
            ours=(got_none(b"x-strangler-anything"),),
            source="RFC 7239 8.1",
        ),
        _trusting(
            "a trusted proxy's chain is kept and continued",
            b"X-Forwarded-For: 192.0.2.1, 192.0.2.2\r\n",
            got_combined(b"x-forwarded-for", b"192.0.2.1, 192.0.2.2, 127.0.0.1"),
            got(b"x-real-ip", b"192.0.2.2"),
        ),
        _trusting(
            "a trusted proxy's two lines are one chain",
            b"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n",
            got_combined(b"x-forwarded-for", b"192.0.2.1, 192.0.2.2, 127.0.0.1"),
        ),
        _trusting(
            "a trusted proxy's scheme is kept", b"X-Forwarded-Proto: https\r\n", got(b"x-forwarded-proto", b"https")
        ),
        _trusting(
            "a trusted proxy's host and port are kept",
            b"X-Forwarded-Host: www.test\r\nX-Forwarded-Port: 443\r\n",
            got(b"x-forwarded-host", b"www.test"),
            got(b"x-forwarded-port", b"443"),
            got(b"host", b"shop.test"),
        ),
        _trusting(
            "a trusted proxy's Forwarded is continued",
            b"Forwarded: for=192.0.2.1;proto=https\r\n",
            got_combined(b"forwarded", b'for=192.0.2.1;proto=https, for=127.0.0.1;host="shop.test";proto=http'),
        ),
        _trusting(
            "a trusted proxy that says nothing is the client",
            b"",
            got(b"x-forwarded-for", b"127.0.0.1"),
            got(b"x-real-ip", b"127.0.0.1"),
        ),
        _trusting(
            "rubbish in a trusted chain ends the search for the client",
            b"X-Forwarded-For: 192.0.2.1, nonsense\r\n",
            got(b"x-real-ip", b"127.0.0.1"),
        ),
        _trusting(
            "an underscore alias is removed from a trusted proxy too",
            b"X_Forwarded_For: 6.6.6.6\r\n",
            got_no_text(b"6.6.6.6"),
        ),
    ),
)
