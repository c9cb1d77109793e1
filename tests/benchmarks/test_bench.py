"""The benchmark works, and sees a gross regression: generous bounds, since other programs may be busy beside it."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from proxy_harness import ScriptedBackend, plain

from tests.benchmarks import client, open_loop, traffic
from tests.benchmarks.__main__ import TABLES
from tests.benchmarks.backend import backend
from tests.benchmarks.bench import Bench
from tests.benchmarks.comparing import comparing_table
from tests.benchmarks.cost import contenders_table
from tests.benchmarks.document import PAGE, written
from tests.benchmarks.rounds import Figure, by_turns, paired_ratio
from tests.benchmarks.table import Table


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        directory.chmod(0o755)
        with backend(directory) as behind:
            yield Bench(
                directory=directory,
                backend_port=behind.port,
                seconds=1,
                rounds=1,
                names=frozenset({"strangler", "nginx"}),
            )


def test_a_request_costs_less_than_six_times_nginx(bench: Bench) -> None:
    table = contenders_table(bench)

    assert not bench.missing
    ratio = table.cell("strangler", "x nginx")
    assert isinstance(ratio, float)
    assert 0.2 < ratio < 6


@pytest.mark.slow
def test_one_core_makes_more_than_three_hundred_comparisons_a_second_on_either_store(bench: Bench) -> None:
    table = comparing_table(bench)

    for row in ("SQLite, 10 %", "PostgreSQL, 10 %", "SQLite, 100 %"):
        a_second = table.cell(row, "a core/s")
        assert isinstance(a_second, float)
        assert a_second > 300


def test_a_fixed_rate_is_answered_whole_and_at_once(bench: Bench) -> None:
    traffic.write_script(bench.directory, "fixed", traffic.requests())
    with bench.started([one for one in bench.contenders if one.name == "strangler"]) as started:
        latencies = open_loop.measure(
            started["strangler"].port, bench.directory / "fixed.requests", rate=200, seconds=1, connections=8
        )

    assert latencies.unanswered == 0
    assert 0 < latencies.p50_ms < 50
    assert latencies.p50_ms <= latencies.p99_ms


async def _answer_after_20_ms(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, backend: ScriptedBackend
) -> None:
    while True:
        await backend.read_head(reader)
        await asyncio.sleep(0.02)
        writer.write(plain(b"late"))


def test_latency_is_counted_from_the_moment_a_request_was_due(tmp_path: Path) -> None:
    """40 requests are due within 0.2 s, and their one connection needs 0.8 s: the last waits for more than half of it,
    though each is answered 20 ms after it was sent."""
    request = tmp_path / "waiting.requests"
    request.write_bytes(b"GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n")

    with ScriptedBackend(_answer_after_20_ms) as slow:
        latencies = open_loop.measure(slow.port, request, rate=200, seconds=0.2, connections=1)

    assert latencies.unanswered == 0
    assert latencies.p99_ms > 500


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Le", False),
    ],
)
def test_an_answer_is_counted_once_it_is_whole(answer: bytes, whole: bool) -> None:
    assert open_loop.is_whole(answer) is whole


def test_an_answer_that_is_no_success_ends_the_run() -> None:
    with pytest.raises(RuntimeError, match="no 200"):
        open_loop.is_whole(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")


def test_large_bodies_pass_whole_in_both_directions(bench: Bench) -> None:
    with (
        bench.started([one for one in bench.contenders if one.name == "strangler"]) as started,
        started["strangler"].connect() as connection,
    ):
        assert client.upload(connection) == client.download(connection) == 8 * 1024 * 1024


def test_requests_differ_and_name_every_route() -> None:
    sent = traffic.requests(routes=200)

    assert len(set(sent)) == len(sent)
    assert len({one.split(b"/")[2] for one in sent}) == 200
    assert all(10 < one.count(b"\r\n") - 2 < 20 for one in sent)
    assert len(set(traffic.requests(alike=True))) == 1


def test_contenders_take_turns_and_the_order_turns_round() -> None:
    moments = iter(range(6))

    measured = by_turns(["a", "b", "c"], 2, lambda _: next(moments))

    assert measured == {"a": [0, 5], "b": [1, 4], "c": [2, 3]}


def test_a_figure_is_the_median_with_its_spread() -> None:
    figure = Figure.of([30.0, 10.0, 12.0])

    assert (figure.median, figure.spread) == (12.0, "10.0-30.0")


def test_ratios_are_taken_round_by_round() -> None:
    """The second round was disturbed, and both of its measurements with it."""
    assert paired_ratio([20.0, 80.0, 22.0], [10.0, 40.0, 10.0]) == 2.0
    assert paired_ratio([20.0], None) is None


def test_what_is_not_installed_has_a_row_that_says_so() -> None:
    table = Table("t", "Title", ("proxy", "us/request", "spread"))
    table.add("one", 12.345, "12-13")
    table.missing("other")

    assert table.as_text().splitlines() == [
        "Title:",
        "",
        "| proxy |    us/request | spread |",
        "| ----- | ------------: | -----: |",
        "| one   |          12.3 |  12-13 |",
        "| other | not installed |      - |",
    ]
    assert table.as_data()["rows"][0] == {"proxy": "one", "us/request": 12.345, "spread": "12-13"}


def test_a_run_is_written_into_its_places_and_the_rest_of_the_page_stays() -> None:
    start, between = "Before.\n<!-- measured: cost -->\n", "Between.\n<!-- measured: routes -->\n<!-- end -->\n"

    page = written(f"{start}old\n<!-- end -->\n{between}", {"cost": "| new |"})

    assert page == f"{start}\n| new |\n\n<!-- end -->\n{between}"


def test_a_table_without_a_place_on_the_page_is_not_lost_in_silence() -> None:
    with pytest.raises(ValueError, match="0 places for cost"):
        written("Nothing here.\n", {"cost": "| new |"})


def test_the_page_on_performance_has_a_place_for_every_table() -> None:
    written(PAGE.read_text(), dict.fromkeys(["machine", *TABLES], "text"))
