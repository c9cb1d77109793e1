"""Texts that fit, places for samples, documents, URLs of databases."""

from pathlib import Path

import pytest
from comparisons import sample
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.compare.answer import Answer
from strangler_proxy.control.database import database_of, shown, url_of
from strangler_proxy.control.documents import pack, unpack
from strangler_proxy.control.errors import BadDatabaseUrl
from strangler_proxy.control.sampling import FIRST, REFRESH_SECONDS, Place, place_for
from strangler_proxy.control.text import fit

HEADERS = st.lists(st.tuples(st.binary(max_size=9), st.binary(max_size=9)), max_size=3).map(tuple)
ANSWERS = st.builds(Answer, status=st.integers(100, 599), headers=HEADERS, body=st.binary(max_size=50))


@given(st.text(alphabet=st.characters(), max_size=60) | st.just("\0\ud800"))
def test_any_text_fits_and_can_be_written_as_utf8(text: str) -> None:
    fitted = fit(text, 40)
    assert len(fitted) <= 40
    assert "\0" not in fitted
    fitted.encode()


def test_texts_that_differ_beyond_the_length_stay_two() -> None:
    assert fit("x" * 300 + "a", 200) != fit("x" * 300 + "b", 200)
    assert fit("x" * 200, 200) == "x" * 200


@given(ANSWERS, st.none() | ANSWERS, HEADERS, st.binary(max_size=50))
def test_a_sample_is_unpacked_as_it_was_packed(
    primary: Answer, candidate: Answer | None, headers: tuple[tuple[bytes, bytes], ...], body: bytes
) -> None:
    one = sample(primary=primary, candidate=candidate, request_headers=headers, request_body=body)
    assert unpack(pack(one)) == one


def test_a_place_is_free_until_the_limit_and_then_the_oldest_but_the_first_goes() -> None:
    times = [float(n) for n in range(10)]
    later = times[-1] + REFRESH_SECONDS
    assert place_for(later, times[:9], 10) == Place(None)
    assert place_for(later, times, 10) == Place(FIRST)
    assert place_for(later - 0.1, times, 10) is None
    assert place_for(later, times[:2], 2) is None
    assert place_for(later, [], 0) is None


def test_a_url_becomes_what_django_asks_for() -> None:
    database = database_of("postgresql://us%40er:p%3Ass@db.example:6432/evidence?sslmode=require")
    assert (database["USER"], database["PASSWORD"], database["HOST"], database["PORT"], database["NAME"]) == (
        "us@er",
        "p:ss",
        "db.example",
        "6432",
        "evidence",
    )
    assert database["OPTIONS"]["sslmode"] == "require"
    assert shown(database) == "PostgreSQL database evidence at db.example:6432"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgres://u@%2Fvar%2FRun/x", "/var/Run"),
        ("postgres://[::1]:5433/x", "::1"),
        ("postgres:///x?host=/var/run", ""),
    ],
)
def test_a_host_may_be_a_socket_or_of_ipv6(url: str, host: str) -> None:
    assert database_of(url)["HOST"] == host


def test_without_a_url_the_store_is_the_file_in_the_state_directory(tmp_path: Path) -> None:
    assert database_of(url_of(tmp_path, {}))["NAME"] == str(tmp_path / "evidence.sqlite3")
    assert database_of(url_of(tmp_path, {"STRANGLER_DATABASE_URL": "postgresql://db/x"}))["NAME"] == "x"


def test_a_store_in_memory_would_be_lost_and_is_refused() -> None:
    with pytest.raises(BadDatabaseUrl):
        database_of("sqlite:///:memory:")
