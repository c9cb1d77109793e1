"""5,000 bent requests, through the proxy to each of three real servers."""

import pytest

from tests.conformance.model import Answer
from tests.conformance.mutations import SERVERS, play
from tests.conformance.mutator import mutated
from tests.conformance.oracle import Conversation, disagreements

SEED = 1
COUNT = 5000

_NOTE = {"id": "1", "method": "GET", "path": "/x", "query": "", "body": ""}
_LOGGED: dict[str, object] = {"request_id": "1", "method": "GET", "path": "/x", "status": 200}
_ECHO = Answer(
    b"HTTP/1.1",
    200,
    [(b"x-echo", b"1")],
    b'{"id": "1", "method": "GET", "path": "/x", "query": "", "body": ""}',
    whole=True,
)
_SENT = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize("server", SERVERS)
def test_client_proxy_and_server_never_disagree(server: str) -> None:
    wrong, counts = play(server, SEED, COUNT)

    assert wrong == []
    assert counts["200"] > COUNT // 5
    assert counts["400"] > COUNT // 5


def test_a_number_always_gives_the_same_request() -> None:
    assert [mutated(SEED, number) for number in range(50)] == [mutated(SEED, number) for number in range(50)]
    assert len({b"".join(mutated(SEED, number)) for number in range(COUNT)}) > COUNT * 0.9


def test_agreement_is_not_called_a_disagreement() -> None:
    talk = Conversation(0, _SENT, [_ECHO], "", True)
    assert disagreements("gunicorn", [talk], [_LOGGED], [_NOTE]) == []


@pytest.mark.parametrize(
    ("sent", "log", "notes"),
    [
        (_SENT, [_LOGGED], [_NOTE, {**_NOTE, "id": "smuggled"}]),
        (_SENT, [_LOGGED], [_NOTE, _NOTE]),
        (_SENT, [{**_LOGGED, "path": "/y"}], [_NOTE]),
        (_SENT, [_LOGGED], []),
        (_SENT, [_LOGGED, {**_LOGGED, "request_id": "2"}], [_NOTE]),
        (_SENT.replace(b"/x", b"/y"), [_LOGGED], [_NOTE]),
        (_SENT.replace(b"GET", b"PUT"), [_LOGGED], [_NOTE]),
        (_SENT[:-2] + b"Content-Length: 2\r\n\r\nab", [_LOGGED], [_NOTE]),
        (_SENT + _SENT, [_LOGGED], [_NOTE]),
        (b"GET /x HTTP/1.1\r\nHost : a\r\n\r\n", [_LOGGED], [_NOTE]),
    ],
    ids=[
        "smuggled",
        "sent twice",
        "another path in the log",
        "not understood",
        "logged but not understood",
        "another path sent",
        "another method sent",
        "a body lost",
        "an answer lost",
        "a bad request answered",
    ],
)
def test_a_disagreement_is_found(sent: bytes, log: list[dict[str, object]], notes: list[dict[str, str]]) -> None:
    assert disagreements("gunicorn", [Conversation(0, sent, [_ECHO], "", True)], log, notes)
