"""An ETag made of the body is not held against a service whose body means the same; any other ETag is."""

import gzip
import hashlib

import pytest

from strangler_proxy.compare.answer import Answer
from strangler_proxy.compare.compare import compare

PAGE = '<form><input type="hidden" name="csrfmiddlewaretoken" value="{}"></form><p>{}</p>'


def page(token: str, text: str = "same", *, tag: str | None = None, packed: bool = False) -> Answer:
    body = PAGE.format(token * 64, text).encode()
    made = tag or ('W/"{}"' if packed else '"{}"').format(hashlib.md5(body).hexdigest())
    headers = [(b"Content-Type", b"text/html"), (b"ETag", made.encode())]
    if packed:
        headers.append((b"Content-Encoding", b"gzip"))
    return Answer(status=200, headers=tuple(headers), body=gzip.compress(body) if packed else body)


@pytest.mark.parametrize("packed", [False, True])
def test_pages_that_differ_in_their_token_alone_are_equal_whatever_their_etags(packed: bool) -> None:
    assert compare(page("a", packed=packed), page("b", packed=packed)).equal


def test_pages_that_differ_are_different_in_their_bodies_and_nowhere_else() -> None:
    found = compare(page("a"), page("b", "another")).differences
    assert [difference.path.partition(":")[0] for difference in found] == ["body"]


@pytest.mark.parametrize("tag", ['"7"', '"0123456789abcdef0123456789abcdef"', ""])
def test_an_etag_that_is_no_hash_of_the_body_counts(tag: str) -> None:
    found = compare(page("a"), page("b", tag=tag or '"x"')).differences
    assert [difference.path for difference in found] == ["header:etag"]
