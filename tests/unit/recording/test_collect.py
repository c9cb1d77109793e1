"""What is kept of the traffic that passes."""

from dataclasses import replace
from typing import Any

from strangler_proxy.compare.capture import Capture
from strangler_proxy.recording import collect
from strangler_proxy.recording.collect import Collector, LeftOut


def capture(target: bytes = b"/p/1/", **more: Any) -> Capture:
    settings: dict[str, Any] = {
        "route": "product-detail",
        "request_id": "x",
        "started": 1.0,
        "method": "GET",
        "target": target,
        "request_headers": ((b"Host", b"shop.example"),),
        "request_body": b"",
        "status": 200,
        "response_headers": (),
        "response_body": b"ok",
        "response_body_size": 2,
        "duration_ms": 1.0,
    }
    return Capture(**settings | more)


def collector(**more: Any) -> Collector:
    return Collector(**{"routes": (), "limit": 10, "distinct": False, "redact": lambda one: one} | more)


def test_it_is_full_at_its_limit_and_keeps_no_more() -> None:
    kept = collector(limit=2)
    for _ in range(3):
        kept.take(capture())
    assert (len(kept.exchanges), kept.full) == (2, True)


def test_it_is_full_when_memory_is(monkeypatch: Any) -> None:
    monkeypatch.setattr(collect, "MOST_BYTES", 1500)
    kept = collector()
    kept.take(capture())
    assert not kept.full
    kept.take(capture())
    assert kept.full


def test_other_routes_are_passed_over() -> None:
    kept = collector(routes={"other"})
    kept.take(capture())
    assert (kept.exchanges, kept.left_out) == ([], {})


def test_distinct_keeps_one_of_each_method_and_address_and_counts_the_rest() -> None:
    kept = collector(distinct=True)
    for target, method in ((b"/p/1/", "GET"), (b"/p/1/", "GET"), (b"/p/2/", "GET"), (b"/p/1/", "HEAD")):
        kept.take(capture(target, method=method))
    assert [one.label for one in kept.exchanges] == ["GET /p/1/", "GET /p/2/", "HEAD /p/1/"]
    assert kept.left_out == {LeftOut.SEEN: 1}


def test_what_cannot_be_recorded_whole_is_counted() -> None:
    kept = collector()
    kept.take(capture(response_body_size=3))
    kept.take(capture(response_headers=((b"Content-Encoding", b"zstd"),)))
    assert kept.exchanges == []
    assert kept.left_out == {LeftOut.ANSWER_CUT: 1, LeftOut.UNDECODABLE: 1}


def test_private_data_is_out_before_anything_is_kept() -> None:
    kept = collector(redact=lambda one: replace(one, target="/cleaned/"))
    kept.take(capture())
    assert [one.target for one in kept.exchanges] == ["/cleaned/"]


def test_an_odd_address_is_written_as_a_url() -> None:
    kept = collector()
    kept.take(capture(b"/a b#\xff?q=%41"))
    assert kept.exchanges[0].url == "http://shop.example/a%20b%23%FF?q=%41"
