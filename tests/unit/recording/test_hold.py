"""A recorded answer held against a fresh one."""

import gzip
from dataclasses import replace

import pytest

from strangler_proxy.compare.difference import Kind
from strangler_proxy.compare.rules import PLAIN
from strangler_proxy.recording.hold import hold
from tests.unit.recording.examples import answer


def kinds(recorded: bytes, fresh: bytes) -> list[tuple[str, Kind]]:
    found = hold(answer(recorded), answer(fresh), PLAIN)
    return [(one.path, one.kind) for one in found.differences]


def test_what_was_taken_out_of_both_is_equal_whatever_it_was() -> None:
    assert kinds(b'{"token": "redacted-00000001"}', b'{"token": "redacted-00000002"}') == []
    assert kinds(b'{"card": -9990123456789}', b'{"card": -9990987654321}') == []


def test_what_is_beside_it_still_counts() -> None:
    found = kinds(b'{"token": "redacted-00000001", "a": 1}', b'{"token": "redacted-00000002", "a": 2}')
    assert found == [("body:$.a", Kind.VALUE)]


@pytest.mark.parametrize("fresh", [b"{}", b'{"token": null}'])
def test_a_secret_that_is_gone_is_a_difference(fresh: bytes) -> None:
    assert len(kinds(b'{"token": "redacted-00000001"}', fresh)) == 1


def test_a_compressed_answer_equals_the_recorded_one() -> None:
    plain = answer()
    packed = replace(plain, headers=(*plain.headers, (b"Content-Encoding", b"gzip")), body=gzip.compress(plain.body))
    assert hold(plain, packed, PLAIN).equal


def test_an_encoding_that_cannot_be_undone_is_never_equal() -> None:
    packed = answer(b"\x28\xb5", 200, (b"Content-Encoding", b"zstd"))
    assert not hold(answer(), packed, PLAIN).equal
