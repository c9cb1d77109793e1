"""A WSGI application as a backend."""

import io
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.validate import validator

import pytest

from strangler_proxy.recording.ask import NoAnswer
from strangler_proxy.recording.ask_wsgi import WsgiBackend, environ_of
from strangler_proxy.recording.question import Question

QUESTION = Question(
    method="POST",
    target="/p%C3%A4/?q=%41&r",
    headers=(
        (b"Host", b"shop.example:8443"),
        (b"Content-Type", b"text/plain"),
        (b"Cookie", b"a=b"),
        (b"Cookie", b"c=d"),
    ),
    body=b"abc",
)


def test_the_application_is_asked_as_a_server_asks_it() -> None:
    environ = environ_of(QUESTION)
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/pä/"
    assert (environ["QUERY_STRING"], environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == (
        "q=%41&r",
        "3",
        "text/plain",
    )
    assert (environ["HTTP_HOST"], environ["SERVER_PORT"]) == ("shop.example:8443", "8443")
    assert environ["HTTP_COOKIE"] == "a=b; c=d"
    assert isinstance(environ["wsgi.input"], io.BytesIO)


@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
def test_what_the_standard_library_s_own_checker_lets_pass() -> None:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(3)
        start_response("201 Created", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [body, b"!"]

    answer = WsgiBackend(validator(application))(QUESTION)
    assert (answer.status, answer.body) == (201, b"abc!")
    assert answer.headers[1:] == ((b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2"))


def test_what_the_application_raises_goes_through() -> None:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        WsgiBackend(application)(QUESTION)


def test_an_application_that_begins_no_answer_gave_none() -> None:
    with pytest.raises(NoAnswer):
        WsgiBackend(lambda environ, start_response: [])(QUESTION)
