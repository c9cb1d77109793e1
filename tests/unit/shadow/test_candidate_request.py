"""The service gets what the monolith got, and the mark."""

import pytest

from strangler_proxy.shadow.candidate_request import is_conditional, is_marked, request_of


def test_a_request_is_what_the_monolith_got_and_the_mark(capture) -> None:
    headers = ((b"Host", b"shop.test"), (b"Cookie", b"sessionid=1; a=b"), (b"Accept-Encoding", b"br"), (b"x-Odd", b""))
    assert request_of(capture(method="HEAD", target=b"/p/?q=%20a", request_headers=headers)) == (
        b"HEAD /p/?q=%20a HTTP/1.1\r\nHost: shop.test\r\nCookie: sessionid=1; a=b\r\nAccept-Encoding: br\r\nx-Odd: \r\n"
        b"X-Strangler-Shadow: 1\r\n\r\n"
    )


@pytest.mark.parametrize("framing", [(b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"4"), None])
def test_a_body_goes_with_its_length_once(capture, framing) -> None:
    headers = ((b"Host", b"shop.test"), *([framing] if framing else []))
    asked = request_of(capture(request_headers=headers, request_body=b"body"))
    assert asked.count(b"Content-Length: 4\r\n") == 1
    assert b"Transfer-Encoding" not in asked
    assert asked.endswith(b"\r\n\r\nbody")


def test_an_empty_length_stays_as_it_was(capture) -> None:
    assert b"Content-Length: 0\r\n" in request_of(capture(request_headers=((b"Content-Length", b"0"),)))


def test_only_conditions_are_left_out_when_asked_without_them(capture) -> None:
    headers = ((b"If-None-Match", b'"a"'), (b"If-Modified-Since", b"x"), (b"If-Range", b"y"), (b"Range", b"bytes=0-9"))
    asked = request_of(capture(request_headers=headers), unconditional=True)
    assert b"If-" not in asked
    assert b"Range: bytes=0-9\r\n" in asked
    assert is_conditional(headers)
    assert not is_conditional(headers[3:])


def test_a_shadow_request_is_known_whatever_the_case_of_its_mark(capture) -> None:
    assert is_marked(capture(request_headers=((b"x-strangler-SHADOW", b"1"),)))
    assert not is_marked(capture())
