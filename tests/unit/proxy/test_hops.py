"""A request that has been here before is known by this supervisor's own token, and by nothing else."""

import pytest

from strangler_proxy.proxy.hops import Hops
from strangler_proxy.proxy.marks import MOST_HOPS

OURS = Hops("a token")
THEIRS = Hops("another token")


def value(line: bytes) -> bytes:
    """What stands behind the name of the hop line."""
    return line.partition(b": ")[2].partition(b"\r\n")[0]


def test_each_turn_through_the_proxy_is_counted_until_it_is_too_many():
    line, turns = OURS.first_line, 0
    while not OURS.too_many(before := OURS.count(value(line))):
        turns += 1
        assert before == turns
        line = OURS.lines(before, None)
    assert before == MOST_HOPS == 8


@pytest.mark.parametrize(
    "said",
    [None, b"", b"1", b"8", b"nonsense 3", value(THEIRS.first_line), b"%b" % value(OURS.first_line)[:-2]],
)
def test_a_header_that_is_not_ours_counts_for_nothing(said):
    assert OURS.count(said) == 0


@pytest.mark.parametrize("count", [b"-1", b"1e3", b"100", b"\xb2", b"", b"1 1"])
def test_a_count_that_we_never_write_counts_for_nothing(count):
    token = value(OURS.first_line).partition(b" ")[0]
    assert OURS.count(token + b" " + count) == 0


def test_the_highest_of_several_counts_so_that_adding_one_does_not_hide_a_loop():
    assert OURS.count(value(OURS.lines(4, None)) + b"," + value(OURS.first_line)) == 5
    assert OURS.count(b"made up 9, " + value(OURS.lines(4, None))) == 5


def test_the_supervisors_token_itself_is_not_told():
    assert b"a token" not in OURS.first_line


def test_a_shadow_mark_goes_on_with_the_request_that_came_back_with_it():
    assert OURS.lines(1, b"1").endswith(b"\r\nX-Strangler-Shadow: 1\r\n")
    assert b"Shadow" not in OURS.lines(1, None)
