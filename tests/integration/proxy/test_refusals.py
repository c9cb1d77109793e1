"""What two parsers could read in two ways is refused, and no backend sees a byte of it."""

import pytest
from proxy_harness import ScriptedBackend, answering, config, plain, running_proxy

CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
GOOD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
BAD = {
    "RFC 9112 3: two spaces": b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "RFC 9112 3: tab in the line": b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "RFC 9112 3.2: no Host": b"GET / HTTP/1.1\r\n\r\n",
    "RFC 9112 3.2: two Hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "RFC 9112 3.2: bad Host": b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "RFC 9112 3.2: path in Host": b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "RFC 9112 3.2: bad target": b"GET a HTTP/1.1\r\nHost: a\r\n\r\n",
    "RFC 9112 3.2: fragment": b"GET /#a HTTP/1.1\r\nHost: a\r\n\r\n",
    "RFC 9112 2.2: bare LF": b"GET / HTTP/1.1\nHost: a\n\n",
    "RFC 9112 2.2: bare LF in the head": b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
    "RFC 9112 2.2: bare CR": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
    "RFC 9110 5.5: NUL": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
    "RFC 9112 5.1: space before the colon": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello",
    "RFC 9112 5.2: continued line": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
    "RFC 9112 5: no colon": b"GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
    "RFC 9112 5: known name without colon": b"GET / HTTP/1.1\r\nHost: a\r\nCookie\r\n\r\n",
    "RFC 9110 5.1: bad name": b"GET / HTTP/1.1\r\nHost: a\r\nX(y): z\r\n\r\n",
    "RFC 9112 6.3: two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "RFC 9112 6.3: list of lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
    "RFC 9112 6.3: signed length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
    "RFC 9112 6.3: length in hex": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello",
    "RFC 9112 6.3: empty length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
    "RFC 9112 6.3: both framings": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "RFC 9112 6.1: chunked twice": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "RFC 9112 6.1: odd coding": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "RFC 9112 6.1: chunked in HTTP/1.0": b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "RFC 9112 7.1: bad chunk size": CHUNKED + b"z\r\n",
    "RFC 9112 7.1: signed chunk size": CHUNKED + b"+5\r\nhello\r\n",
    "RFC 9112 7.1: space after a chunk size": CHUNKED + b"5 \r\nhello\r\n",
    "RFC 9112 7.1: LF after a chunk size": CHUNKED + b"5\nhello\r\n",
    "RFC 9112 7.1: huge chunk size": CHUNKED + b"f" * 17 + b"\r\n",
    "RFC 9112 7.1: chunk longer than said": CHUNKED + b"3\r\nhello\r\n",
    "RFC 9110 9.3.8: TRACE": b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
    "RFC 9110 9.3.6: CONNECT": b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    "RFC 9110 10.1.1: odd Expect": b"GET / HTTP/1.1\r\nHost: a\r\nExpect: much\r\n\r\n",
    "RFC 9112 2.3: HTTP/2.0": b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    "RFC 9110 5.4: too many headers": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    "RFC 9112 3: endless head": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 70000,
    "TLS on a plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with (
        ScriptedBackend(answering(plain(b"ok"))) as monolith,
        running_proxy(tmp_path_factory.mktemp("refusals"), config(monolith.url)) as proxy,
    ):
        yield monolith, proxy


@pytest.mark.parametrize("case", BAD)
def test_a_doubtful_request_is_refused_and_its_connection_closed(pair, case):
    monolith, proxy = pair
    before = len(monolith.heads)
    with proxy.client() as client:
        answer = client.send(BAD[case] + (b"" if "endless" in case else GOOD)).answer()
        assert 400 <= answer.status <= 505
        assert answer.header("connection") == "close"
        assert client.at_end()
    smuggled = [head for head in monolith.heads[before:] if head.startswith(b"GET / ")]
    assert smuggled == []


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost:a\r\nX:\r\nY:  z \t\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\n\r\nhello",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\nX: \xff\r\n\r\n",
    ],
)
def test_an_unusual_but_clear_request_is_answered(pair, request_bytes):
    _, proxy = pair
    with proxy.client() as client:
        assert client.send(request_bytes).answer().status == 200


def test_a_request_that_comes_byte_by_byte_is_answered(pair):
    _, proxy = pair
    with proxy.client() as client:
        for byte in b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc":
            client.send(bytes([byte]))
        assert client.answer().body == b"ok"


def test_the_target_of_an_absolute_form_wins_over_host(pair):
    monolith, proxy = pair
    with proxy.client() as client:
        client.send(b"GET http://right.test/x?y HTTP/1.1\r\nHost: wrong.test\r\n\r\n").answer()
    assert monolith.heads[-1].startswith(b"GET /x?y HTTP/1.1\r\nHost: right.test\r\n")
    assert b"wrong" not in monolith.heads[-1]
