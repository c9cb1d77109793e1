"""The request that a recorded exchange is asked again with."""

from strangler_proxy.recording.question import question_of
from tests.unit.recording.examples import HOST, exchange

MARK = b"redacted-0123abcd"


def headers(*recorded: tuple[bytes, bytes], fresh: tuple[tuple[str, str], ...] = ()) -> tuple[tuple[bytes, bytes], ...]:
    question = question_of(exchange(request_headers=(HOST, *recorded)), fresh)
    assert question is not None
    return question.headers[1:]


def test_the_host_and_what_is_of_the_request_are_sent_as_recorded() -> None:
    question = question_of(exchange(request_headers=(HOST, (b"Accept", b"*/*"))))
    assert question is not None
    assert question.headers == (HOST, (b"Accept", b"*/*"))


def test_what_was_of_the_connection_is_not_sent() -> None:
    assert headers((b"Connection", b"close"), (b"TRANSFER-ENCODING", b"chunked"), (b"Content-Length", b"3")) == ()


def test_what_the_proxy_added_and_the_old_request_s_ids_are_not_sent() -> None:
    assert headers((b"X-Strangler-Hop", b"a 1"), (b"X-Request-ID", b"1"), (b"traceparent", b"00-1-2-01")) == ()


def test_a_credential_that_was_taken_out_is_not_sent() -> None:
    assert headers((b"Authorization", b"Bearer " + MARK)) == ()


def test_of_the_cookies_those_that_are_whole_are_sent() -> None:
    assert headers((b"Cookie", b"sessionid=" + MARK + b"; theme=dark")) == ((b"Cookie", b"theme=dark"),)
    assert headers((b"Cookie", b"sessionid=" + MARK)) == ()


def test_a_fresh_header_stands_in_place_of_all_of_its_name() -> None:
    fresh = (("Cookie", "sessionid=new"),)
    assert headers((b"cookie", b"a=b"), (b"Cookie", b"c=d"), fresh=fresh) == ((b"Cookie", b"sessionid=new"),)


def test_an_address_or_body_with_something_taken_out_cannot_be_asked() -> None:
    assert question_of(exchange("/reset/?token=redacted-0123abcd")) is None
    assert question_of(exchange(request_body=b'{"password": "redacted-0123abcd"}')) is None
