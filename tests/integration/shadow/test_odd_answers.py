"""Answers that nobody would send, and some do: the comparer lives, each is accounted for, and no user notices.

Each case is what the monolith and what the service write for one path, and what must come of it: `equal`, `different`,
`failed` or `not-seen`.
"""

import asyncio
import gzip
import json
import zlib

import brotli
import pytest
from evidence import await_accounted, await_comparer, evidence
from proxy_harness import ScriptedBackend, backend, config, plain, route, running_proxy

from strangler_proxy.proxy.supervisor import COMPARER_MODULE

JSON, HTML, XML, CSV = (
    f"Content-Type: {kind}\r\n".encode() for kind in ("application/json", "text/html", "text/xml", "text/csv")
)
GZIP = b"Content-Encoding: gzip\r\n"


def of_json(body: bytes, more: bytes = b"") -> bytes:
    return plain(body, extra=JSON + more)


def chunked(*chunks: bytes, trailers: bytes = b"", more: bytes = b"") -> bytes:
    coded = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n%b\r\n%b0\r\n%b\r\n" % (more, coded, trailers)


def bomb(coding: str) -> bytes:
    zeros = b"\0" * 200_000_000
    body = gzip.compress(zeros, 1, mtime=0) if coding == "gzip" else brotli.compress(zeros, quality=1)
    return plain(body, extra=b"Content-Encoding: " + coding.encode() + b"\r\n" + JSON)


def many(side: int) -> bytes:
    return of_json(json.dumps({f"key-{side}-{number}": number for number in range(10_000)}).encode())


DEEP = b'{"a":' * 50_000 + b"%d" + b"}" * 50_000
OK = plain(b"x")
CASES: dict[str, tuple[bytes, bytes, str]] = {
    "huge": (plain(b"h" * 20_000_000), plain(b"h" * 20_000_000), "equal"),
    "huge-and-longer": (plain(b"h" * 20_000_000), plain(b"h" * 20_000_001), "different"),
    "deep-json": (of_json(DEEP % 1), of_json(DEEP % 2), "different"),
    "deep-lists": (of_json(b"[" * 100_000 + b"]" * 100_000), of_json(b"[" * 99_999 + b"]" * 99_999), "different"),
    "deep-html": (plain(b"<div>" * 50_000, extra=HTML), plain(b"<div>" * 49_999 + b"<p>", extra=HTML), "different"),
    "deep-xml": (plain(b"<a>" * 50_000, extra=XML), plain(b"<a>" * 50_000 + b"b", extra=XML), "different"),
    "xml-bomb": (
        plain(b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>', extra=XML),
        plain(b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&x;</a>', extra=XML),
        "different",
    ),
    "nan": (of_json(b'{"n": NaN}'), of_json(b'{"n": Infinity}'), "different"),
    "same-nan": (of_json(b'{"n": NaN, "m": 1}'), of_json(b'{"m": 1, "n": NaN}'), "equal"),
    "big-exponent": (of_json(b'{"n": 1e999999999}'), of_json(b'{"n": 1e999999998}'), "different"),
    "long-number": (of_json(b'{"n": ' + b"9" * 100_000 + b"}"), of_json(b'{"n": ' + b"9" * 99_999 + b"}"), "different"),
    "bom": (of_json(b'\xef\xbb\xbf{"n": 1}'), of_json(b'\xef\xbb\xbf{"n":1}'), "equal"),
    "lone-surrogate": (of_json(b'{"s": "\\ud800"}'), of_json(b'{"s": "\\udfff"}'), "different"),
    "surrogate-key": (of_json(b'{"\\ud800": 1}'), of_json(b'{"\\ud800": 2}'), "different"),
    "nul": (of_json(b'{"a\\u0000b": "\\u0000"}'), of_json(b'{"a\\u0000b": "\\u0000\\u0000"}'), "different"),
    "invalid-utf-8": (of_json(b'{"s": "\xff\xfe"}'), of_json(b'{"s": "\xfe\xff"}'), "different"),
    "odd-charset": (
        plain(b"\xff\xd8x", extra=b"Content-Type: text/plain; charset=klingon\r\n"),
        plain(b"\xff\xd8y", extra=b"Content-Type: text/plain; charset=klingon\r\n"),
        "different",
    ),
    "charset-that-is-a-codec": (
        plain(b"x", extra=b"Content-Type: text/plain; charset=zip\r\n"),
        plain(b"y", extra=b"Content-Type: text/plain; charset=rot13\r\n"),
        "different",
    ),
    "mislabelled-gzip": (of_json(b'{"n": 1}', GZIP), of_json(b'{"n": 2}', GZIP), "different"),
    "cut-gzip": (
        of_json(gzip.compress(b"1" * 99)[:-9], GZIP),
        of_json(gzip.compress(b"2" * 99)[:-9], GZIP),
        "different",
    ),
    "one-in-gzip": (of_json(gzip.compress(b'{"n": 1}'), GZIP), of_json(b'{"n": 1}'), "equal"),
    "twice-in-gzip": (
        of_json(gzip.compress(gzip.compress(b"1")), b"Content-Encoding: gzip, gzip\r\n"),
        of_json(b"1"),
        "equal",
    ),
    "raw-deflate": (of_json(zlib.compress(b"1")[2:-4], b"Content-Encoding: deflate\r\n"), of_json(b"1"), "equal"),
    "unknown-coding": (
        of_json(b"1", b"Content-Encoding: x-own\r\n"),
        of_json(b"2", b"Content-Encoding: x-own\r\n"),
        "not-seen",
    ),
    "gzip-bomb": (bomb("gzip"), bomb("gzip"), "equal"),
    "brotli-bomb": (bomb("br"), plain(b"x", extra=JSON), "different"),
    "no-content": (b"HTTP/1.1 204 No Content\r\n\r\n", OK, "different"),
    "empty": (plain(b""), plain(b""), "equal"),
    "empty-and-not": (plain(b""), OK, "different"),
    "early-hints": (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK, OK, "equal"),
    "partial": (
        plain(b"x", "206 Partial Content", extra=b"Content-Range: bytes 0-0/9\r\n"),
        plain(b"y", "206 Partial Content", extra=b"Content-Range: bytes 0-0/9\r\n"),
        "different",
    ),
    "not-modified": (b"HTTP/1.1 304 Not Modified\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\n\r\n", "equal"),
    "trailers": (chunked(b"x", b"y", trailers=b"X-Sum: 1\r\n"), chunked(b"xy", trailers=b"X-Sum: 2\r\n"), "equal"),
    "ten-thousand-groups": (many(1), many(2), "different"),
    "ten-thousand-groups-again": (many(3), many(4), "different"),
    "long-key": (of_json(b'{"%b": 1}' % (b"k" * 500_000)), of_json(b'{"%b": 2}' % (b"k" * 500_000)), "different"),
    "odd-status": (OK, plain(b"x", "799 Odd"), "different"),
    "cookies": (
        OK,
        plain(b"x", extra=b"Set-Cookie: sessionid=stolen; Path=/\r\nSet-Cookie: \r\nSet-Cookie: =x\r\n"),
        "different",
    ),
    "redirect": (
        plain(b"", "302 Found", extra=b"Location: /in/\r\n"),
        plain(b"", "302 Found", extra=b"Location: http://elsewhere.example/in/\r\n"),
        "different",
    ),
    "links-elsewhere": (
        plain(b'<a href="/p/">x</a>', extra=HTML),
        plain(b'<a href="http://elsewhere.example/p/">x</a>', extra=HTML),
        "different",
    ),
    "csv": (plain(b'a,b\n"' + b"x" * 200_000, extra=CSV), plain(b'a,b\n"' + b"x" * 199_999, extra=CSV), "different"),
    "latin-header": (
        plain(b"x", extra=b"X-Name: \xe9\xff\r\n"),
        plain(b"x", extra=b"X-Name: \xe8\xff\r\n"),
        "different",
    ),
    "many-headers": (OK, plain(b"x", extra=b"".join(b"X-H%d: 1\r\n" % n for n in range(80))), "different"),
    "until-close": (OK, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx<close>", "equal"),
    "no-http": (OK, b"SSH-2.0-OpenSSH\r\n<close>", "failed"),
    "nothing": (OK, b"<close>", "failed"),
    "half": (OK, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx<close>", "failed"),
    "two-lengths": (OK, b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", "failed"),
    "switching": (OK, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "failed"),
    "two-answers": (OK, OK + OK, "equal"),
    "endless-head": (OK, b"HTTP/1.1 200 OK\r\n" + b"X-H: 1\r\n" * 100_000 + b"\r\n", "failed"),
    "endless-hints": (OK, b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3000 + OK, "equal"),
    "drip": (OK, b"<drip>" + OK, "equal"),
    "endless-drip": (
        OK,
        b"<drip>HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 500,
        "failed",
    ),
}


def playing(side: int):
    """Writes what the cases say, by the path."""

    async def serve(reader, writer, backend):
        while True:
            name = (await backend.read_head(reader)).split(b"/")[2].decode()
            answer = OK if name not in CASES else CASES[name][side]
            if answer.startswith(b"<drip>"):
                for at in range(6, len(answer)):
                    writer.write(answer[at : at + 1])
                    await asyncio.sleep(0.005)
                continue
            writer.write(answer.removesuffix(b"<close>"))
            await writer.drain()
            if answer.endswith(b"<close>"):
                writer.close()
                return

    return serve


@pytest.fixture(scope="module")
def outcome_of(tmp_path_factory):
    """What came of each case, by its name."""
    names = list(CASES)
    routes = [route(name, f"/p/{name}/", "shadow", more="[routes.compare]\nrecheck = false\n") for name in names]
    quiet = route("quiet", "/p/quiet/", "shadow")
    with ScriptedBackend(playing(0)) as monolith, ScriptedBackend(playing(1)) as catalog:
        patient = "[comparer]\nwait_seconds = 100\n"
        toml = config(monolith.url, backend("catalog", catalog.url, 3000), quiet, *routes, patient)
        with running_proxy(tmp_path_factory.mktemp("odd"), toml) as proxy:
            return outcomes_in(proxy, names)


def outcomes_in(proxy, names):
    """Asks for each case once, and gives by its name what came of it."""
    asked = await_comparer(proxy, "/p/quiet/")
    comparers = proxy.children(COMPARER_MODULE)
    for name in names:
        answer = proxy.get(f"/p/{name}/")
        assert answer.whole, name
    found = await_accounted(proxy, asked + len(names), 120)
    assert proxy.children(COMPARER_MODULE) == comparers, "no case ended the comparer"
    assert found.left.keys() <= {"no-comparer"}, f"{found.left} {proxy.said()}"
    outcomes = {}
    for line in proxy.metrics().splitlines():
        if line.startswith("strangler_comparisons_total{"):
            result, name = line.split('"')[1], line.split('"')[3]
            outcomes[name] = result
    assert "Traceback" not in proxy.said()
    assert evidence(proxy.directory).accounted_for == asked + len(names)
    return outcomes


@pytest.mark.parametrize("name", CASES)
def test_an_odd_answer_is_what_it_is(outcome_of, name):
    assert outcome_of[name] == CASES[name][2]
