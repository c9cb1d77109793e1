"""What counts as an ambiguous path, and what does not."""

import pytest

from strangler_proxy.routing.paths import LONGEST, Ambiguity, read_path


@pytest.mark.parametrize(
    ("target", "ambiguity"),
    [
        (b"", Ambiguity.NO_ORIGIN_FORM),
        (b"*", Ambiguity.NO_ORIGIN_FORM),
        (b"?a=1", Ambiguity.NO_ORIGIN_FORM),
        (b"http://example.com/a/", Ambiguity.NO_ORIGIN_FORM),
        (b"example.com:443", Ambiguity.NO_ORIGIN_FORM),
        (b"//example.com/a/", Ambiguity.DOUBLE_SLASH),
        (b"/a/#b", Ambiguity.FRAGMENT),
        (b"/a/?b=1#c", Ambiguity.FRAGMENT),
        (b"/a\x00", Ambiguity.RAW_BYTE),
        (b"/a b", Ambiguity.RAW_BYTE),
        (b"/caf\xc3\xa9/", Ambiguity.RAW_BYTE),
        (b"/a%", Ambiguity.BAD_ENCODING),
        (b"/a%2", Ambiguity.BAD_ENCODING),
        (b"/a%2x/", Ambiguity.BAD_ENCODING),
        (b"/a%2Fb/", Ambiguity.SLASH),
        (b"/a%5cb/", Ambiguity.SLASH),
        (b"/a\\b/", Ambiguity.SLASH),
        (b"/a;v=1/", Ambiguity.SEMICOLON),
        (b"/a%3Bv=1/", Ambiguity.SEMICOLON),
        (b"/a%252Fb/", Ambiguity.TWICE_ENCODED),
        (b"/a%FF/", Ambiguity.NOT_UTF8),
        (b"/%C0%AE%C0%AE/", Ambiguity.NOT_UTF8),
        (b"/a%00/", Ambiguity.CONTROL),
        (b"/a%0A", Ambiguity.CONTROL),
        (b"/a%C2%85/", Ambiguity.CONTROL),
        (b"/a/../b/", Ambiguity.DOT_SEGMENT),
        (b"/a/..", Ambiguity.DOT_SEGMENT),
        (b"/./a/", Ambiguity.DOT_SEGMENT),
        (b"/a/%2e%2E/b/", Ambiguity.DOT_SEGMENT),
        (b"/a/.%2e", Ambiguity.DOT_SEGMENT),
        (b"/" + b"a" * LONGEST, Ambiguity.TOO_LONG),
    ],
)
def test_a_path_that_readers_may_disagree_about_is_named_for_it(target, ambiguity):
    assert read_path(target) is ambiguity


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"/", "/"),
        (b"/a/b.c/?x=%zz;/../", "/a/b.c/"),
        (b"/.well-known/x", "/.well-known/x"),
        (b"/a/..b/...", "/a/..b/..."),
        (b"/a/b%2Ec", "/a/b.c"),
        (b"/a//b/", "/a//b/"),
        (b"/caf%C3%A9/", "/café/"),
        (b"/100%25/", "/100%/"),
        (b"/a%3Fb%23c/", "/a?b#c/"),
        (b"/a%20b/", "/a b/"),
        (b"/~u/@a,b:c=(d)!$&'*+/", "/~u/@a,b:c=(d)!$&'*+/"),
        (b'/{a}|"b"', '/{a}|"b"'),
        (b"/" + b"a" * (LONGEST - 1) + b"?" + b"q" * 5000, "/" + "a" * (LONGEST - 1)),
    ],
)
def test_a_path_that_all_read_the_same_is_decoded_once(target, path):
    assert read_path(target) == path
