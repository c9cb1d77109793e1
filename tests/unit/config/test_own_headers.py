"""What `check` says of headers that no route can ask for is what the proxy does with them."""

import pytest

from strangler_proxy.config.own_headers import why_never_matched
from strangler_proxy.proxy import headers
from strangler_proxy.proxy.request_head import RequestHead, parse_request_head

NAMES = sorted(
    {
        *headers._REQUEST,
        *("x-forwarded-for", "x-forwarded-proto", "x-forwarded-prefix", "x-forwarded-anything", "x-strangler", "x_api"),
        *("x-strangler-else", "user-agent", "accept", "x-api-version", "accept-language", "via", "trailer", "origin"),
        *("content-type", "x-forwarded", "forwarded-for", "x-real"),
    }
)
VALUES = {"content-length": "0", "transfer-encoding": "chunked", "expect": "100-continue", "max-forwards": "1"}


def head_with(name: str) -> RequestHead:
    host = "" if name == "host" else "Host: a\r\n"
    return parse_request_head(f"GET / HTTP/1.1\r\n{host}{name}: {VALUES.get(name, 'x')}".encode())


@pytest.mark.parametrize("name", NAMES)
def test_a_header_is_refused_just_when_the_proxy_never_shows_it_to_a_route(name: str) -> None:
    assert (why_never_matched(name) is None) == (head_with(name).get(name) is not None)


@pytest.mark.parametrize("name", [name for name in NAMES if why_never_matched(name)])
def test_each_refusal_says_what_to_do_instead(name: str) -> None:
    why, remedy = why_never_matched(name.upper()) or ("", "")
    assert why
    assert not why.endswith(".")
    assert remedy.endswith(".")
