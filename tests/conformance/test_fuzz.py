"""The fuzzed promises hold for all that the cases and mutations send, and for a short run of chance around it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strangler_proxy.proxy.chunked import ChunkedReader
from tests.conformance import fuzz_targets
from tests.conformance.corpus import WORDS, seeds
from tests.conformance.fuzz_targets import TARGETS

_bytes = st.lists(st.sampled_from(WORDS) | st.binary(max_size=4), max_size=24).map(b"".join)
_short = settings(
    max_examples=1500, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("target", TARGETS)
def test_the_promises_hold_for_what_cases_and_mutations_send(target: str) -> None:
    tried = 0
    for data in seeds(target, 3000):
        TARGETS[target](data)
        tried += 1
    assert tried > 300


@_short
@given(_bytes, st.sampled_from([b"", b"GET / HTTP/1.1\r\nHost: a\r\n", b"POST /x?y HTTP/1.0\r\n"]))
def test_the_promises_hold_for_any_request_head(data: bytes, start: bytes) -> None:
    fuzz_targets.request_head(start + data)


@_short
@given(_bytes, st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 304 \r\nX: y\r\n"]))
def test_the_promises_hold_for_any_answers_head(data: bytes, start: bytes) -> None:
    fuzz_targets.response_head(start + data)


@_short
@given(_bytes, st.integers(0, 16))
def test_the_promises_hold_for_any_chunked_body(data: bytes, cut: int) -> None:
    fuzz_targets.chunked(bytes([cut]) + data)


def test_some_of_what_is_tried_is_taken() -> None:
    """A parser that refuses everything would keep every promise."""
    assert sum(fuzz_targets.request_head(data) is not None for data in seeds("request_head", 500)) > 100
    assert sum(fuzz_targets.response_head(data) is not None for data in seeds("response_head", 0)) > 100
    assert sum(_is_whole(data[1:]) for data in seeds("chunked", 500)) > 50


def test_a_reader_that_depends_on_how_its_input_is_cut_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Careless(ChunkedReader):
        """Forgets what it held."""

        def feed(self, data: bytes) -> tuple[bytes, bytes]:
            self._held = b""
            return super().feed(data)

    monkeypatch.setattr(fuzz_targets, "ChunkedReader", Careless)
    with pytest.raises(AssertionError):
        fuzz_targets.chunked(b"\0" + b"5\r\nhello\r\n0\r\n\r\n")


def _is_whole(data: bytes) -> bool:
    return isinstance(fuzz_targets._read([data]), tuple)
