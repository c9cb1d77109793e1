"""The chunked coding is read the same however it is cut."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.proxy.chunked import ChunkedReader, encode_chunk, encode_end
from strangler_proxy.proxy.grammar import BadMessage


def read(pieces):
    reader, payload = ChunkedReader(), b""
    for number, piece in enumerate(pieces):
        got, rest = reader.feed(piece)
        payload += got
        if reader.done:
            return payload, reader.trailers, rest + b"".join(pieces[number + 1 :])
    return payload, None, b""


def cut(data, places):
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges) if end > start]


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5), st.lists(st.integers(0, 1000), max_size=12))
def test_what_is_written_is_read_however_it_is_cut(payloads, places):
    wire = b"".join(map(encode_chunk, payloads)) + encode_end(b"X-Sum: 1\r\n") + b"next"
    assert read(cut(wire, places)) == (b"".join(payloads), b"X-Sum: 1\r\n", b"next")


@given(st.lists(st.integers(0, 1000), max_size=12))
def test_extensions_are_read_over(places):
    wire = b'3;a="b;c" ;d\r\nabc\r\nA ; x\r\n0123456789\r\n000\r\n\r\n'
    assert read(cut(wire, places)) == (b"abc0123456789", b"", b"")


@pytest.mark.parametrize(
    "wire",
    [
        *(
            b"\r\n",
            b"x\r\n",
            b"-1\r\n",
            b"0x5\r\n",
            b"5\n",
            b"5 \r\n",
            b" 5\r\n",
            b"5;a\nb\r\n",
            b"5;\r\n",
            b"5; ;a\r\n",
            b"0\r\nX: y\n\r\n",
            b"1234567890abcdef0\r\n",
        ),
        *(b"5\r\nhelloX", b"5\r\nhello\n", b"5;" + b"a" * 5000),
        *(b"0\r\nX : 1\r\n\r\n", b"0\r\n X: 1\r\n\r\n", b"0\r\nX: a\nb\r\n\r\n", b"0\r\n" + b"X: y\r\n" * 4000),
    ],
)
def test_what_is_not_to_the_letter_is_refused(wire):
    with pytest.raises(BadMessage):
        read([wire])
    with pytest.raises(BadMessage):
        read([wire[place : place + 1] for place in range(len(wire))])


def test_trailers_that_could_change_the_message_are_dropped():
    wire = b"0\r\nContent-Length: 5\r\nX-Forwarded-For: 1\r\nX_A: 1\r\nX-Ok: 1\r\nSet-Cookie: a\r\n\r\n"
    assert read([wire]) == (b"", b"X-Ok: 1\r\n", b"")
