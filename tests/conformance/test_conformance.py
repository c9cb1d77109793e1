"""Our proxy passes every case."""

import asyncio
from pathlib import Path

import pytest

from tests.conformance.backend import Backend
from tests.conformance.cases import CASES, GROUPS
from tests.conformance.model import Case, Ending
from tests.conformance.reading import Unreadable, read_answers
from tests.conformance.run import Result, run
from tests.conformance.table import PAGE
from tests.conformance.targets import OURS


async def _results(directory: Path) -> list[Result]:
    backend = Backend()
    async with backend.serving():
        with OURS.start(directory, backend.port) as addresses:
            return await run(backend, addresses, CASES, ours=True)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    found = asyncio.run(_results(tmp_path_factory.mktemp("conformance")))
    return {result.case.name: result for result in found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_proxy_passes(results: dict[str, Result], case: Case) -> None:
    result = results[case.name]
    assert not result.wrong + result.wrong_ours, f"{case.source}: {case.send} -> {result.seen}"


def test_each_case_has_a_name_of_its_own_a_source_and_something_to_check() -> None:
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
    for case in CASES:
        assert case.source.startswith("RFC "), case.name
        assert case.expect or case.ours, case.name
    assert len({group.title for group in GROUPS}) == len(GROUPS)


def test_the_published_table_counts_the_cases_that_there_are() -> None:
    text = PAGE.read_text()
    for group in GROUPS:
        counted = sum(bool(case.expect) for case in group.cases)
        assert not counted or f"| {group.title} | {counted} |" in text, (
            f"run python -m tests.conformance.table: {group.title}"
        )


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
    ],
)
def test_the_client_does_not_overlook_a_proxys_own_mistakes(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read_answers(raw, ("GET",), Ending.CLOSED)


def test_the_client_knows_a_cut_answer_from_a_whole_one() -> None:
    for raw, ending in (
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na", Ending.CLOSED),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", Ending.CLOSED),
        (b"HTTP/1.1 200 OK\r\n\r\na", Ending.RESET),
    ):
        assert [answer.whole for answer in read_answers(raw, ("GET",), ending)[0]] == [False]
