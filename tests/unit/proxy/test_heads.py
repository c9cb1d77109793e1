"""Heads are understood in one way, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.proxy import request_head, response_head
from strangler_proxy.proxy.grammar import BadMessage, content_length
from strangler_proxy.proxy.request_head import (
    make_request_head,
    parse_request_fields,
    parse_request_head,
    parse_request_line,
)
from strangler_proxy.proxy.response_head import parse_response_head


def test_what_passes_keeps_its_order_and_spelling_with_cookies_last():
    fields = parse_request_fields(b"Host: a\r\nB: 1\r\nconnection: keep-alive\r\na:2 \r\nCookie: x=1\r\nB:\t3")
    assert fields.passed == b"B: 1\r\na:2 \r\nB:\t3\r\nCookie: x=1\r\n"
    assert (fields.host, fields.cookie, fields.keep_alive) == (b"a", b"x=1", True)
    head = make_request_head(b"GET", b"/", False, fields)
    assert (head.get("b"), head.get("cookie"), head.get("host"), head.get("none")) == ("1, 3", "x=1", "a", None)


def test_a_header_that_connection_names_is_dropped_but_never_what_frames_or_routes():
    fields = parse_request_fields(
        b"Host: a\r\nConnection: close, x-a, host, content-length\r\nX-A: 1\r\nContent-Length: 3"
    )
    assert (fields.passed, fields.host, fields.body_length, fields.close) == (b"", b"a", 3, True)


@pytest.mark.parametrize(
    "line",
    [
        b"X-Forwarded-For: 1",
        b"x-forwarded-anything: 1",
        b"Forwarded: for=1",
        b"X-Real-IP: 1",
        b"X_Any: 1",
        b"Remote_User: root",
        b"TE: trailers",
        b"Keep-Alive: 5",
        b"Proxy-Connection: x",
        b"X-Strangler: 1",
        b"X-Strangler-Override: v1",
    ],
)
def test_a_header_that_is_the_proxys_business_does_not_pass(line):
    assert parse_request_fields(b"Host: a\r\n" + line).passed == b""


def test_a_request_line_without_a_version_is_refused_and_a_later_version_named():
    with pytest.raises(BadMessage) as bad:
        parse_request_line(b"GET /")
    assert bad.value.status == 400
    with pytest.raises(BadMessage) as bad:
        parse_request_line(b"GET / HTTP/3.0")
    assert bad.value.status == 505


@pytest.mark.parametrize("line", [b"GET /a#b HTTP/1.1", b"GET /\x01 HTTP/1.0"])
def test_a_bad_target_is_not_blamed_on_the_version(line):
    with pytest.raises(BadMessage) as bad:
        parse_request_line(line)
    assert bad.value.status == 400


@pytest.mark.parametrize(
    ("target", "expected", "host"),
    [
        (b"/a?b", b"/a?b", b"h"),
        (b"http://x.test", b"/", b"x.test"),
        (b"http://x.test?q", b"/?q", b"x.test"),
        (b"HTTP://x.test:81/p", b"/p", b"x.test:81"),
        (b"//double", b"//double", b"h"),
    ],
)
def test_a_target_becomes_origin_form(target, expected, host):
    head = make_request_head(b"GET", target, False, parse_request_fields(b"Host: h"))
    assert (head.target, head.host) == (expected, host)


def test_options_of_an_authority_alone_asks_of_the_server_as_a_whole():
    head = make_request_head(b"OPTIONS", b"http://x.test", False, parse_request_fields(b"Host: h"))
    assert (head.target, head.host) == (b"*", b"x.test")


@pytest.mark.parametrize(
    ("method", "said", "passed", "stops"),
    [
        (b"OPTIONS", b"Max-Forwards: 5", b"Max-Forwards: 4\r\n", False),
        (b"OPTIONS", b"max-forwards:1", b"Max-Forwards: 0\r\n", False),
        (b"OPTIONS", b"Max-Forwards: 0", None, True),
        (b"GET", b"Max-Forwards: 0", b"Max-Forwards: 0\r\n", False),
    ],
)
def test_max_forwards_is_counted_down_for_options_alone(method, said, passed, stops):
    head = make_request_head(method, b"/", False, parse_request_fields(b"Host: h\r\n" + said))
    assert head.stops_here == stops
    assert passed is None or head.passed == passed


@pytest.mark.parametrize("said", [b"Max-Forwards: -1", b"Max-Forwards: x", b"Max-Forwards: 1\r\nMax-Forwards: 1"])
def test_max_forwards_of_options_is_one_number(said):
    with pytest.raises(BadMessage):
        make_request_head(b"OPTIONS", b"/", False, parse_request_fields(b"Host: h\r\n" + said))


@pytest.mark.parametrize("target", [b"a", b"*", b"http:///x", b"http://u@x/", b"ftp://x/", b"x.test:80"])
def test_a_target_of_another_form_is_refused(target):
    with pytest.raises(BadMessage):
        make_request_head(b"GET", target, False, parse_request_fields(b"Host: h"))


@given(st.binary(max_size=60).filter(lambda value: b"\r\n" not in value))  # with one it is two headers
def test_no_header_that_passes_holds_a_control_character(value):
    try:
        fields = parse_request_fields(b"X: " + value)
    except BadMessage:
        return
    assert fields.passed == b"X: " + value + b"\r\n"
    assert not any((byte < 32 and byte != 9) or byte == 127 for byte in value)


@given(st.binary(max_size=20))
def test_a_length_is_digits_alone(value):
    try:
        length = content_length(value)
    except BadMessage:
        assert not (value.isdigit() and len(value) <= 18)
    else:
        assert b"%d" % length == value.lstrip(b"0") or length == 0


def test_a_remembered_line_is_read_as_it_was_the_first_time():
    block = b"Host: a\r\nX-Twice: yes\r\nConnection: x-twice"
    assert [parse_request_fields(block).passed for _ in range(2)] == [b"", b""]
    assert [parse_request_fields(b"X-Twice: yes").passed for _ in range(2)] == [b"X-Twice: yes\r\n"] * 2


@pytest.mark.parametrize(
    ("head", "to_head", "length"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5", False, 5),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5", True, 0),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5", False, 0),
        (b"HTTP/1.1 204 No Content", False, 0),
        (b"HTTP/1.1 103 Early Hints", False, 0),
        (b"HTTP/1.1 200", False, None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked", False, None),
    ],
)
def test_an_answers_body_is_as_long_as_the_standard_says(head, to_head, length):
    assert parse_response_head(head, to_head).body_length == length


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 20 OK",
        b"HTTP/2 200 OK",
        b"HTTP/1.1  200 OK",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked",
        b"HTTP/1.1 200 OK\r\nX: a\r\n b",
        b"HTTP/1.1 200 OK\r\nX : a",
        b"HTTP/1.1 200 OK\nX: a",
    ],
)
def test_an_answer_that_is_not_http_is_refused(head):
    with pytest.raises(BadMessage):
        parse_response_head(head, False)


def test_an_answer_loses_what_is_hop_by_hop_and_keeps_the_rest():
    head = parse_response_head(
        b"HTTP/1.1 200 Fine\r\nServer: x\r\nConnection: x-hop, close\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
        b"X-Strangler: forged\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nX_Odd: 1",
        False,
    )
    assert head.fields.passed == b"Server: x\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nX_Odd: 1\r\n"
    assert (head.fields.start, head.fields.keep_alive) == (b"HTTP/1.1 200 Fine\r\n", False)


_LINES = st.lists(
    st.sampled_from(
        [
            b"Host: a",
            b"host: b",
            b"Cookie: x=1",
            b"Cookie: y=2 ",
            b"cookie: z=3",
            b"Cookie: \x00",
            b"Cookie:",
            b"Connection: close",
            b"Connection: keep-alive",
            b"Connection: cookie, x-a",
            b"Content-Length: 3",
            b"Content-Length: 4 ",
            b"content-length: 3",
            b"Content-Length: x",
            b"Transfer-Encoding: chunked",
            b"X-A: 1",
            b"Referer: /",
            b"Authorization: s",
            b"Max-Forwards: 3",
            b"X-Real-IP: 1",
            b"Date: now",
            b"Upgrade: websocket",
            b" folded",
            b"",
        ]
    ),
    max_size=7,
)


def _understood(parse, *arguments):
    try:
        head = parse(*arguments)
    except BadMessage as bad:
        return bad.status, bad.reason
    return _said(head.fields, "repeats", "passed", "cookie", "get"), _said(head, "fields", "get")


def _said(of, *but):
    return {name: getattr(of, name) for name in dir(of) if name[0] != "_" and name not in but}


@given(st.lists(_LINES, min_size=2, max_size=12), st.booleans())
def test_what_was_understood_before_changes_nothing_in_what_is_understood_now(blocks, options):
    line = b"OPTIONS / HTTP/1.1" if options else b"GET / HTTP/1.0"
    heads = [b"\r\n".join([line, *block]) for block in blocks]
    after_others = [_understood(parse_request_head, head) for head in heads]
    for head, before in zip(heads, after_others, strict=True):
        request_head._BLOCKS.forget()
        assert _understood(parse_request_head, head) == before


@given(st.lists(_LINES, min_size=2, max_size=12), st.booleans())
def test_a_response_is_understood_alike_whatever_came_before_it(blocks, to_head):
    heads = [b"\r\n".join([b"HTTP/1.1 200 OK", *block]) for block in blocks]
    after_others = [_understood(parse_response_head, head, to_head) for head in heads]
    for head, before in zip(heads, after_others, strict=True):
        response_head._BLOCKS.forget()
        assert _understood(parse_response_head, head, to_head) == before
