"""A recording written as HAR and read back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strangler_proxy.compare.answer import Answer
from strangler_proxy.recording.errors import RecordingInvalid
from strangler_proxy.recording.exchange import OF_THE_WIRE, Exchange
from strangler_proxy.recording.har import har_text
from strangler_proxy.recording.read_har import read_har
from tests.unit.recording.examples import exchange

NAMES = st.from_regex(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}", fullmatch=True)
HEADERS = st.lists(
    st.tuples(
        NAMES.filter(lambda name: name.lower() not in OF_THE_WIRE),
        st.from_regex(rb"[ -~\x80-\xff]{0,20}", fullmatch=True),
    ),
    max_size=5,
)
KINDS = st.sampled_from(
    [b"application/json", b"text/html; charset=iso-8859-1", b"text/plain; charset=utf-16", b"", b"a/b;c"]
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    body = draw(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")))
    more = draw(st.none() | st.integers(1, 1000))
    return Answer(
        status=draw(st.integers(100, 599)),
        headers=((b"Content-Type", draw(KINDS)), *draw(HEADERS)),
        body=body,
        body_size=None if more is None else len(body) + more,
    )


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    return Exchange(
        method=draw(st.sampled_from(["GET", "HEAD", "POST", "PURGE"])),
        origin=draw(st.sampled_from(["http://shop.example", "https://shop.example:8443", "http://[::1]:8000"])),
        target=draw(st.from_regex(r"/[A-Za-z0-9%!$&'()*+,;=:@/?~._\[\]|^`{}\"\\<>-]{0,30}", fullmatch=True)),
        request_headers=((b"Host", b"shop.example"), (b"Content-Type", draw(KINDS)), *draw(HEADERS)),
        request_body=draw(st.binary(max_size=60)),
        answer=draw(answers()),
        started=draw(st.integers(0, 4_000_000_000)) + 0.25,
        duration_ms=draw(st.integers(0, 1_000_000)) / 1000,
        route=draw(st.none() | st.text(min_size=1, max_size=10)),
    )


@given(st.lists(exchanges(), max_size=4))
def test_what_is_written_is_read_back_the_same(recorded: list[Exchange]) -> None:
    assert read_har(har_text(recorded).encode("utf-8", "surrogatepass"), where="x") == tuple(recorded)


def test_a_har_has_what_the_format_asks_for() -> None:
    one = exchange("/a/?b=c&d=", request_headers=((b"Host", b"h"), (b"Cookie", b"a=b; c=d")), duration_ms=12.5)
    log = json.loads(har_text([one]))["log"]
    assert log["version"] == "1.2"
    assert set(log["creator"]) == {"name", "version"}
    (entry,) = log["entries"]
    assert set(entry) == {"startedDateTime", "time", "request", "response", "cache", "timings", "_route"}
    assert entry["time"] == 12.5
    assert entry["request"]["queryString"] == [{"name": "b", "value": "c"}, {"name": "d", "value": ""}]
    assert entry["request"]["cookies"] == [{"name": "a", "value": "b"}, {"name": "c", "value": "d"}]
    assert entry["response"]["statusText"] == "OK"
    assert entry["response"]["content"] == {"size": 9, "mimeType": "application/json", "text": '{"id": 7}'}


def test_each_exchange_is_a_line_so_that_git_shows_what_changed() -> None:
    lines = har_text([exchange("/a/"), exchange("/b/")]).splitlines()
    assert ["/a/" in lines[1], "/b/" in lines[2], len(lines)] == [True, True, 4]


def browser_entry(**response: Any) -> bytes:
    request = {
        "method": "GET",
        "url": "https://shop.example/päge/?q=a b#part",
        "headers": [{"name": ":path", "value": "/"}, {"name": "accept", "value": "*/*"}],
    }
    whole = {"status": 200, "headers": [{"name": "content-encoding", "value": "gzip"}], **response}
    return json.dumps({"log": {"entries": [{"request": request, "response": whole}]}}).encode()


def test_what_a_browser_exports_is_read() -> None:
    (read,) = read_har(browser_entry(content={"text": "ä", "mimeType": "text/html; charset=iso-8859-1"}), where="x")
    assert read.target == "/p%C3%A4ge/?q=a%20b"
    assert read.request_headers == ((b"Host", b"shop.example"), (b"accept", b"*/*"))
    assert read.answer == Answer(status=200, body=b"\xe4")


def test_a_body_that_a_browser_left_out_is_known_to_be_cut() -> None:
    (read,) = read_har(browser_entry(content={"size": 100}), where="x")
    assert (read.answer.body, read.answer.truncated) == (b"", True)


def test_a_request_that_a_browser_gave_up_is_no_exchange() -> None:
    assert read_har(browser_entry(status=0), where="x") == ()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xff", "UTF-8"),
        (b"{", "no JSON"),
        (b"[]", "entries"),
        (b'{"log": {}}', "entries"),
        (b'{"log": {"entries": [1]}}', "entry 1 of 1"),
        (b'{"log": {"entries": [{"request": {}}]}}', "'response' is missing"),
        (browser_entry(status=99), "99"),
        (browser_entry(content={"text": "?", "encoding": "base64"}), "entry 1 of 1"),
        (browser_entry().replace(b"https:", b"ftp:"), "no http address"),
    ],
)
def test_what_is_no_har_is_refused_and_the_place_is_named(data: bytes, what: str) -> None:
    with pytest.raises(RecordingInvalid) as raised:
        read_har(data, where="traffic.har")
    assert what in str(raised.value)
    assert raised.value.where == "traffic.har"
