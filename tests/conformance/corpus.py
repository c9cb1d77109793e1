"""Bytes from which fuzzing starts: what the cases and the mutations send."""

from collections.abc import Iterator

from tests.conformance.cases import CASES
from tests.conformance.model import Case
from tests.conformance.mutator import mutated

WORDS = (
    *(b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b":", b" ", b"\t", b",", b";", b"0\r\n\r\n", b"chunked", b"HTTP/1.1"),
    *(
        b"HTTP/1.0",
        b"GET ",
        b"POST ",
        b"OPTIONS * ",
        b" /x ",
        b"http://a/",
        b"Host: a",
        b"Content-Length: 5",
        b"200 OK",
    ),
    *(b"Transfer-Encoding: chunked", b"Connection: close", b"Connection: x, ", b"Upgrade: websocket", b"Cookie: a=b"),
    *(b"Expect: 100-continue", b"X-Forwarded-For: a", b"X_Y: z", b"5\r\nhello\r\n", b"f;a=b\r\n", b"X: y\r\n", b"0"),
)


def _sent(case: Case) -> bytes:
    return b"".join(step for step in case.send if isinstance(step, bytes))[:4096]


def seeds(target: str, mutations: int) -> Iterator[bytes]:
    """For one target: what the cases have of its kind, then so many mutations."""
    if target == "response_head":
        for case in CASES:
            for steps in case.replies:
                yield b"".join(step for step in steps if isinstance(step, bytes))[:4096]
        return
    sent = [_sent(case) for case in CASES]
    sent += (b"".join(mutated(2, number)) for number in range(mutations))
    if target == "request_head":
        yield from sent
        return
    for number, data in enumerate(sent):
        _, found, body = data.partition(b"\r\n\r\n")
        if found and body:
            yield bytes([number % 256]) + body
