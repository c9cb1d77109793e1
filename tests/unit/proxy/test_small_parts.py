"""The small parts: ids, answers of the proxy's own, counters, the control channel, the log."""

import contextlib
import json
import os
import resource

import pytest
from proxy_harness import await_true

from strangler_proxy.compare.capture import Capture
from strangler_proxy.compare.capture_frame import decode, encode, frame_length
from strangler_proxy.config.load import parse
from strangler_proxy.proxy import control
from strangler_proxy.proxy.access_log import AccessLog
from strangler_proxy.proxy.answers import answer
from strangler_proxy.proxy.counters import Counters, Report, Series
from strangler_proxy.proxy.journal import Journal
from strangler_proxy.proxy.listening import split_address
from strangler_proxy.proxy.metrics import SupervisorFacts, render
from strangler_proxy.proxy.plan import Labels
from strangler_proxy.proxy.state import capture_socket
from strangler_proxy.proxy.tracing import trace

PARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_sane_ids_are_passed_on():
    request_id, trace_id, lines = trace(b"abc-1", PARENT, b"a=1")
    assert (request_id, trace_id) == ("abc-1", "4bf92f3577b34da6a3ce929d0e0e4736")
    assert lines == b"traceparent: " + PARENT + b"\r\ntracestate: a=1\r\nX-Request-ID: abc-1\r\n"


@pytest.mark.parametrize("request_id", [None, b"", b"a b", b'"', b"x" * 129, b"\xff"])
@pytest.mark.parametrize(
    "traceparent", [None, b"", b"00-" + b"0" * 32 + b"-00f067aa0ba902b7-01", PARENT + b"-x", b"ff" + PARENT[2:]]
)
def test_other_ids_are_begun_anew(request_id, traceparent):
    made, trace_id, lines = trace(request_id, traceparent, b"a=1")
    assert made == trace_id
    assert len(trace_id) == 32
    assert b"tracestate" not in lines
    assert lines.startswith(f"traceparent: 00-{trace_id}-".encode())


@pytest.mark.parametrize(
    ("accept", "start"),
    [("text/html", b"<!doctype html>"), ("application/json", b'{"status": 502'), ("", b"502 Bad Gateway: <b>")],
)
def test_an_answer_of_the_proxys_own_has_the_form_that_was_asked_for(accept, start):
    data, size = answer(502, "<b>", now=0, accept=accept, request_id="r", close=False)
    head, _, body = data.partition(b"\r\n\r\n")
    assert body.startswith(start)
    assert f"Content-Length: {size}".encode() in head
    assert len(body) == size
    assert b"\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT" in head
    assert b"<b>" not in body or accept != "text/html"


CAPTURE = Capture(
    route="p",
    request_id="r",
    started=1.5,
    method="GET",
    target=b"/\xff?x",
    request_headers=((b"Host", b"a"), (b"X", b"")),
    request_body=b"\0\1",
    status=200,
    response_headers=((b"Set-Cookie", b"a=1: 2"),),
    response_body=b"body",
    response_body_size=10,
    duration_ms=2.25,
)


def test_a_capture_survives_its_frame():
    data = encode(CAPTURE)
    assert frame_length(data[:4]) == len(data)
    assert frame_length(data[:3]) is None
    assert decode(data) == CAPTURE


def test_no_part_of_a_frame_is_taken_for_a_capture():
    data = encode(CAPTURE)
    for length in range(len(data)):
        with pytest.raises(ValueError, match="capture frame"):
            decode(data[:length])
    for place in range(4, len(data)):
        broken = data[:place] + bytes([data[place] ^ 0x80]) + data[place + 1 :]
        with contextlib.suppress(ValueError):
            decode(broken)


def test_a_config_crosses_the_control_channel_whole_and_in_pieces():
    config = parse(
        '[backends.monolith]\nurls = ["http://a:1"]\n[backends.s]\nurls = ["http://a:2"]\n'
        '[[routes]]\nname = "p"\npath = "/p/<int:pk>/"\nservice = "s"\nstage = "canary"\n'
        'headers = {"x" = "*"}\n'
    )
    got = []
    channel = control.ControlChannel(got.append, lambda: None)
    message = control.Configure(3, config)
    for byte in control.encode(message) + control.encode(control.Count(1)):
        channel.data_received(bytes([byte]))
    assert got == [message, control.Count(1)]


def test_reports_add_up():
    counters = Counters()
    counters.series_of("p", "canary", "s").add(200, 0.02)
    counters.series_of("p", "canary", "s").add(499, 100.0)
    counters.count("fallbacks", "p timeout")
    total = Report()
    total.add(counters.report())
    total.add(counters.report())
    page = render(total, SupervisorFacts(generation=7, reloads_ok=1, reloads_failed=2, workers=2, restarts=0)).decode()
    assert 'strangler_requests_total{backend="s",route="p",stage="canary",status="2xx"} 2.0' in page
    assert 'strangler_requests_total{backend="s",route="p",stage="canary",status="none"} 2.0' in page
    assert 'strangler_request_seconds_bucket{backend="s",le="0.025",route="p",stage="canary"} 2.0' in page
    assert 'strangler_request_seconds_count{backend="s",route="p",stage="canary"} 4.0' in page
    assert 'strangler_fallbacks_total{reason="timeout",route="p"} 2.0' in page
    assert "strangler_config_generation 7.0" in page


def test_the_number_of_series_is_bounded():
    counters = Counters(most_series=3)
    for number in range(10):
        counters.series_of(f"route-{number}", "shadow", "s").add(200, 0.0)
    assert len(counters.series) == 4
    assert counters.series["other", "other", "other"].statuses[2] == 7


@pytest.mark.parametrize(
    ("listen", "expected"), [("127.0.0.1:80", ("127.0.0.1", 80)), ("[::1]:80", ("::1", 80)), (":0", ("", 0))]
)
def test_an_address_is_split_at_its_port(listen, expected):
    assert split_address(listen) == expected


def test_a_deep_directory_gets_a_short_socket(tmp_path):
    assert capture_socket(tmp_path) == tmp_path / "capture.sock"
    assert len(os.fsencode(capture_socket(tmp_path / ("d" * 120)))) <= 100


LABELS = Labels(b"", '"route":null', Series())


def test_a_full_disk_costs_log_lines_and_nothing_else():
    log = AccessLog("/dev/full")
    journal = Journal(log)
    journal.add((LABELS, 0.0, b"GET", b"/", 200, 0, 0.0, "", "r", "t", "c", ""))
    journal.flush()
    log.close(5)
    assert log.dropped == 1


def test_a_line_torn_by_a_full_disk_spoils_no_other(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = AccessLog(str(tmp_path / "log"))
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (13, before[1]))
        log.write(['{"line":1}\n', '{"line":2}\n'])
        log.write(['{"line":3}\n'])
        await_true(lambda: log.dropped == 2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    log.write(['{"line":4}\n'])
    log.close(5)
    assert (tmp_path / "log").read_text() == '{"line":1}\n{"\n{"line":4}\n'


def test_a_log_line_is_json_whatever_the_path(tmp_path):
    log = AccessLog(str(tmp_path / "log"))
    journal = Journal(log)
    journal.add((LABELS, 1.25, b"GET", b'/"\\\xff\x00', 200, 1, 0.001, "client-gone", "r", "t", "c", "timeout"))
    journal.flush()
    log.close(5)
    line = json.loads((tmp_path / "log").read_text())
    assert (line["path"], line["time"], line["duration_ms"]) == ('/"\\\xff\x00', "1970-01-01T00:00:01.250Z", 1.0)
    assert (line["ended"], line["failure"]) == ("client-gone", "timeout")


def test_what_waits_and_what_is_left_out_adds_up_over_workers():
    one = Report(left_out={"catalog": 1}, urls={"catalog": 2}, waiting={("r", "canary", "catalog"): [1, 0]})
    total = Report()
    for report in (one, one, Report(urls={"monolith": 1})):
        total.add(report)
    assert total.left_out == {"catalog": 2}
    assert total.urls == {"catalog": 4, "monolith": 1}
    assert total.waiting == {("r", "canary", "catalog"): [2, 0]}
    assert one.waiting == {("r", "canary", "catalog"): [1, 0]}
