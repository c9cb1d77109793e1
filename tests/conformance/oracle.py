"""The judge of the mutations: what client, proxy and server each understood, held against each other. Pure."""

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

import h11

from tests.conformance.model import Answer

_CHUNKS_UNREAD = frozenset({"runserver"})
"""Django's development server knows no chunked bodies: it answers at once, as to an empty one, and takes the chunks for
a next request, which it refuses with 400."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Servers refuse others, and may."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as one side understood it."""

    method: str
    path: bytes
    """Without percent-encoding, as the query."""
    query: bytes
    body: bytes = b""
    chunked: bool = False
    """How the client framed it."""

    @property
    def line(self) -> tuple[str, bytes, bytes]:
        """What names it; Django writes every method in capitals."""
        return self.method.upper(), self.path, self.query


@dataclass(slots=True)
class Conversation:
    """What one client sent and got."""

    number: int
    sent: bytes
    answers: list[Answer]
    fault: str
    ended: bool


def understood(sent: bytes) -> tuple[list[Request], Request | None, bool]:
    """What an independent strict parser finds in what a client sent: the whole requests; the one whose body is faulty
    or has no end; and whether it read on to the end."""
    found: list[Request] = []
    rest = _SIZE.sub(rb"\1;", _LINE.sub(_in_ascii, sent))
    while True:
        connection = h11.Connection(h11.SERVER)
        while rest.startswith(b"\r\n"):
            rest = rest[2:]  # RFC 9112 section 2.2 lets it be passed over, the parser does not
        connection.receive_data(rest)
        connection.receive_data(b"")
        request, whole, read_on = _one(connection)
        if request is None or not whole:
            return found, request, read_on
        found.append(request)
        if connection.their_state not in (h11.DONE, h11.MIGHT_SWITCH_PROTOCOL):
            return found, None, False
        rest = connection.trailing_data[0]


def _one(connection: h11.Connection) -> tuple[Request | None, bool, bool]:
    """The next request; whether it is whole; and whether it was read without a fault."""
    request: Request | None = None
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            return request, False, False
        if isinstance(event, h11.Request):
            chunked = any(name == b"transfer-encoding" for name, _ in event.headers)
            request = Request(event.method.decode("ascii"), *_split(event.target), chunked=chunked)
        elif isinstance(event, h11.Data):
            assert request is not None
            request = replace(request, body=request.body + event.data)
        else:
            return request, isinstance(event, h11.EndOfMessage), True


_LINE = re.compile(rb"^[A-Z]+ /(?!inn)[^ \r\n]*[\x80-\xff][^ \r\n]* HTTP/1", re.MULTILINE)

_SIZE = re.compile(rb"^([0-9A-Fa-f]+)[ \t]+;", re.MULTILINE)
"""Bad white space, which RFC 9112 section 7.1.1 has taken away, and the parser does not know."""


def _in_ascii(line: re.Match[bytes]) -> bytes:
    """A request line whose bytes above ASCII are percent-encoded: the parser takes them so alone, we take both."""
    return re.sub(rb"[\x80-\xff]", lambda found: b"%%%02X" % found[0][0], line[0])


def _split(target: bytes) -> tuple[bytes, bytes]:
    path, _, query = target.partition(b"?")
    return unquote_to_bytes(path), unquote_to_bytes(query)


def _noted(note: dict[str, str]) -> Request:
    path, query, body = (note[key].encode("latin-1") for key in ("path", "query", "body"))
    return Request(note["method"], unquote_to_bytes(path), unquote_to_bytes(query), body)


def disagreements(
    server: str, conversations: list[Conversation], log: list[dict[str, object]], notes: list[dict[str, str]]
) -> list[str]:
    """Every request on which client, proxy and server do not agree.

    1. What the server understood, the proxy logged: same id, method, path; once.
    2. What the proxy logged as answered by the server, the server understood.
    3. What a client was answered by the application is what an independent parser finds in what it sent, in order.
    4. Anything else that a client got is a refusal of the proxy's own, and the connection's last answer; or a server's
       refusal of one request that all three see, for its method or the bytes of its target.
    """
    wrong: list[str] = []
    logged = {str(line["request_id"]): line for line in log if line["request_id"] != "-"}
    seen = Counter(note["id"] for note in notes)
    for note in notes:
        line = logged.get(note["id"])
        claimed = line and Request(str(line["method"]), *_split(str(line["path"]).encode("latin-1")))
        got = _noted(note)
        if claimed is None or claimed.line != got.line or seen[note["id"]] != 1:
            wrong.append(f"server understood {got}, proxy logged {claimed}, {seen[note['id']]} times")
    for request_id, line in logged.items():
        if line["status"] == 200 and request_id not in seen:
            wrong.append(f"proxy logged {line['path']} as answered, server did not understand it")
    for talk in conversations:
        wrong += [f"{server} #{talk.number}: {said} | {talk.sent!r}" for said in _of_client(server, talk, seen)]
    return wrong


def _of_client(server: str, talk: Conversation, seen: Counter[str]) -> list[str]:
    wrong = [talk.fault] if talk.fault else []
    if not talk.ended:
        wrong.append("the connection was left open")
    expected, begun, read_on = understood(talk.sent)
    if server in _CHUNKS_UNREAD and begun is not None and begun.chunked:
        expected.append(begun)  # answered without a look at its body
    refused = False
    for at, answer in enumerate(talk.answers):
        request = expected[at] if at < len(expected) else None
        if refused:
            wrong.append(f"answer {at} after a refusal: {answer.status}")
        elif answer.values(b"x-echo"):
            wrong += _of_answer(server, answer, request, seen)
        elif _is_own_refusal(answer):
            refused = True
        elif not _is_fair_refusal(server, answer, request):
            wrong.append(f"answer {at} is neither the application's nor a refusal: {answer}")
    ended = refused or (talk.answers and _says_close(talk.answers[-1]))
    if not ended and read_on and len(talk.answers) < len(expected):
        wrong.append(f"{len(expected)} requests, {len(talk.answers)} answers, no refusal")
    return wrong


def _is_own_refusal(answer: Answer) -> bool:
    own = not answer.body or answer.body.startswith(b"%d " % answer.status)
    return own and (400 <= answer.status < 500 or answer.status in (501, 505)) and _says_close(answer)


def _says_close(answer: Answer) -> bool:
    return answer.values(b"connection") == [b"close"]


def _is_fair_refusal(server: str, answer: Answer, request: Request | None) -> bool:
    if server in _CHUNKS_UNREAD and answer.status in (400, 502):
        return True  # the body of an earlier request, read as a request
    odd = request is not None and (request.method not in _METHODS or not (request.path + request.query).isascii())
    return odd and answer.status in (400, 405, 501) and bool(answer.values(b"x-strangler"))


def _of_answer(server: str, answer: Answer, expected: Request | None, seen: Counter[str]) -> list[str]:
    if expected is None:
        return [f"answered {answer.body!r} to a request that the parser does not find"]
    if not answer.body:
        return [] if expected.method == "HEAD" else ["answered with nothing"]
    note = json.loads(answer.body)
    if not seen[note["id"]]:
        return [f"answered by {note}, which the server did not note"]
    got = _noted(note)
    unread = expected.chunked and server in _CHUNKS_UNREAD and not got.body
    agree = got.line == expected.line and (unread or got.body == expected.body)
    return [] if agree else [f"server understood {got}, the parser {expected}"]
